// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/describe.h"
#include "config/instances.h"
#include "config/sources.h"
#include "config/units.h"

namespace postern::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;

std::shared_ptr<const Configuration> configured(const std::string& toml) {
  const Loaded loaded = load_sources({{"f.toml", toml}});
  for (const base::Problem& problem : loaded.problems) ADD_FAILURE() << text(problem);
  return loaded.configuration;
}

std::vector<std::string> instances(const std::string& toml) {
  std::vector<std::string> all;
  const auto configuration = load_sources({{"f.toml", toml}}).configuration;
  for (const plugin::InstanceSettings& i : configuration->instances)
    all.push_back(std::string(plugin::name(i.kind)) + ' ' + i.name);
  return all;
}

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "postern-config-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  std::filesystem::path path_;
};

std::vector<std::string> with_shipped_decoders(std::string_view but, const std::vector<std::string>& others) {
  std::vector<std::string> all;
  for (const std::string decoder : shipped_decoders)
    if (decoder != but) all.push_back("decoder " + decoder);
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

TEST(Defaults, StandWhereNothingIsSaid) {
  const Loaded loaded = load("");
  ASSERT_TRUE(loaded.configuration);
  EXPECT_TRUE(loaded.problems.empty());
  const Configuration& c = *loaded.configuration;
  EXPECT_EQ(c.file, "");
  ASSERT_EQ(c.receive.listeners.size(), 1u);
  EXPECT_EQ(c.receive.listeners[0].address, "127.0.0.1:10024");
  EXPECT_EQ(c.receive.listeners[0].deadline, 480s);
  EXPECT_EQ(describe(c.receive.listeners[0].clients), "127.0.0.0/8 ::1 ");
  EXPECT_FALSE(c.receive.hostname.empty());
  ASSERT_EQ(c.deliver.next_hops.size(), 1u);
  EXPECT_EQ(c.deliver.next_hops[0].endpoint.text(), "127.0.0.1:10025");
  EXPECT_EQ(c.daemon.control_socket, "/run/postern/control.sock");
  EXPECT_THAT(instances(""), ElementsAreArray(with_shipped_decoders({}, {"scanner clamav"})));
  EXPECT_EQ(describe(c), describe(*configured("")));
}

TEST(Instances, AScannerReplacesTheDefaultScannerAndADecoderExtendsTheDefaultDecoders) {
  EXPECT_THAT(instances("[scanner.b]\n[scanner.a]\n[decoder.uuencode]\n[notifier.mail]\nto = \"x\"\n"),
              ElementsAreArray(with_shipped_decoders({}, {"scanner b", "scanner a", "decoder uuencode", "notifier mail"})));
}

TEST(Instances, EnabledFalseRemovesADefault) {
  EXPECT_THAT(instances("decoder.archive.enabled = false\nscanner.clamav.enabled = false\n"),
              ElementsAreArray(with_shipped_decoders("archive", {})));
}

TEST(Instances, AScannerThatIsSwitchedOffReplacesNothing) {
  EXPECT_THAT(instances("scanner.other.enabled = false\n"), ElementsAreArray(with_shipped_decoders({}, {"scanner clamav"})));
}

TEST(Instances, KeepThePluginsOptionsWithTheirPlaces) {
  const auto c = configured(
      "[scanner.av]\nplugin = \"/opt/av.so\"\nserver = \"unix:/x\"\nports = [1, 2]\nfast = true\n"
      "timeout = \"5s\"\non-error = \"next\"\nisolation = \"confined\"\nnone = []\n");
  const plugin::InstanceSettings& av = c->instances.back();
  EXPECT_EQ(describe(av),
            "scanner av = /opt/av.so confined 5000ms 1 primary server='unix:/x'; ports[]=1;2; fast=true; "
            "none[]=");
  EXPECT_EQ(av.origin.text(), "f.toml:1:10");
  EXPECT_EQ(av.options[1].origin.text(), "f.toml:4:1");
  EXPECT_EQ(av.options[1].values[1].origin.text(), "f.toml:4:13");
}

TEST(Listener, BelievesXforwardOfItsClientsUnlessToldOtherwise) {
  const auto c = configured(
      "[[listen]]\nclients = \"10.0.0.0/8\"\n[[listen]]\naddress = \"unix:/run/s\"\nmode = \"0600\"\n"
      "xforward-clients = []\n");
  EXPECT_EQ(describe(c->receive.listeners[0].xforward_clients), "10.0.0.0/8 ");
  EXPECT_TRUE(c->receive.listeners[1].xforward_clients.empty());
  EXPECT_EQ(c->receive.listeners[1].unix_mode, 0600u);
  EXPECT_EQ(c->receive.listeners[1].origin.text(), "f.toml:3:1");
}

TEST(NextHop, ToAnotherHostOnOurPortIsNoLoop) {
  configured(
      "[deliver]\nnext-hop = [\"smtp:mx.example.org:10024\", \"smtp:[127.0.0.2]:10024\", \"smtp:[::1]:10024\"]\n");
}

TEST(BannedRules, AreReadInTheirOrderWithTheirPlaces) {
  const auto c = configured(
      "[policy]\nbanned-rules = [\"office\", \"default\"]\n[[banned-rules.office]]\nname = \"macros\"\nis = [\"macro\", \"encrypted\"]\n"
      "[[banned-rules.office]]\nfile-name = '\\.iso$'\ntype = \"Video/\"\nallow = true\n");
  EXPECT_EQ(c->policy.banned_rules(), (std::vector<std::string>{"office", "default"}));
  const auto& sets = c->policy.rule_sets();
  ASSERT_EQ(sets.size(), 2u);
  EXPECT_EQ(sets[0].name, "default");
  ASSERT_EQ(sets[1].rules.size(), 2u);
  EXPECT_EQ(sets[1].rules[0].name, "macros");
  EXPECT_EQ(sets[1].rules[0].marks, 5u);
  EXPECT_EQ(sets[1].rules[0].origin.text(), "f.toml:3:1");
  EXPECT_EQ(sets[1].rules[1].types, std::vector<std::string>{"video/"});
  EXPECT_TRUE(sets[1].rules[1].allow);
  EXPECT_EQ(sets[1].rules[1].name, "rule 2 of office");
}

TEST(BannedRules, ASetOfTheFileReplacesTheDefault) {
  const auto c = configured("[[banned-rules.default]]\ntype = \"video/\"\n");
  ASSERT_EQ(c->policy.rule_sets().size(), 1u);
  EXPECT_EQ(c->policy.rule_sets()[0].rules.size(), 1u);
}

TEST(Banks, MayBeOfRecipientsAndHaveLimits) {
  const auto c = configured(
      "[policy-bank.a]\nwhen = { recipient = [\"x@example.org\", \".example.net\"] }\nbanned-rules = []\n"
      "[policy-bank.b]\nwhen = { client = \"::1\" }\ndecode = { bytes = \"1GiB\", time = \"60s\" }\n");
  EXPECT_EQ(c->policy.banks()[0].recipients.size(), 2u);
  ASSERT_TRUE(c->policy.banks()[0].banned_rules);
  EXPECT_TRUE(c->policy.banks()[0].banned_rules->empty());
  EXPECT_EQ(c->policy.banks()[1].limits.bytes, uint64_t{1} << 30);
  EXPECT_EQ(c->policy.banks()[1].limits.time, std::chrono::seconds(60));
}

TEST(HeaderChecks, AreSwitchedOneByOne) {
  const auto c = configured("[header-checks]\n8bit = false\nutf8 = true\n");
  EXPECT_FALSE(c->header_checks.has(judge::HeaderCheck::eight_bit));
  EXPECT_TRUE(c->header_checks.has(judge::HeaderCheck::utf8));
  EXPECT_TRUE(c->header_checks.has(judge::HeaderCheck::missing));
}

mail::ReceivedMail to_somebody() {
  mail::ReceivedMail mail;
  mail.envelope.recipients = {{"somebody@example.org", "", ""}};
  return mail;
}

TEST(Wishes, KnowWhereTheyStand) {
  const auto c = configured("[policy]\nvirus = { action = \"reject\" }\ncrashed = { quarantine = true }\n");
  const policy::Wish virus = c->policy.wish(to_somebody(), 0, {}, mail::Category::infected);
  EXPECT_EQ(virus.action, mail::Action::reject);
  EXPECT_TRUE(virus.quarantine);
  EXPECT_EQ(virus.origin.text(), "f.toml:2:20");
  EXPECT_EQ(c->policy.wish(to_somebody(), 0, {}, mail::Category::crashed).origin.text(), "f.toml:3:11");
  EXPECT_EQ(c->policy.wish(to_somebody(), 0, {}, mail::Category::unchecked).origin.text(), "default");
}

TEST(Banks, KeepTheOrderOfTheFile) {
  const auto c =
      configured("[policy-bank.z]\nwhen = { client = \"::1\" }\n[policy-bank.a]\nwhen = { client = \"::1\" }\n");
  ASSERT_EQ(c->policy.banks().size(), 2u);
  EXPECT_EQ(c->policy.banks()[0].name, "z");
}

TEST_F(Folder, LaterFilesOverlayEarlierOnesInTheOrderOfTheirNames) {
  const std::string file = write("postern.toml",
                                 "[receive]\nsize-limit = 1\nrecipient-limit = 2\n[policy]\n"
                                 "virus = { action = \"reject\", quarantine = false }\n[deliver]\n"
                                 "next-hop = [\"smtp:a:25\", \"smtp:b:25\"]\n");
  write("conf.d/20.toml", "[receive]\nsize-limit = 3\n[deliver]\nnext-hop = \"smtp:c:25\"\n");
  write("conf.d/10.toml", "[receive]\nsize-limit = 4\nwaiting-limit = 5\n[policy]\nvirus = { action = \"pass\" }\n");
  write("conf.d/30.toml.bak", "nonsense");
  write("conf.d/.hidden.toml", "nonsense");
  const Loaded loaded = load(file);
  ASSERT_TRUE(loaded.configuration) << text(loaded.problems.front());
  const Configuration& c = *loaded.configuration;
  EXPECT_EQ(c.file, file);
  EXPECT_EQ(c.receive.size_limit, 3u);
  EXPECT_EQ(c.receive.recipient_limit, 2u);
  EXPECT_EQ(c.receive.waiting_limit, 5u);
  ASSERT_EQ(c.deliver.next_hops.size(), 1u);
  EXPECT_EQ(c.deliver.next_hops[0].text(), "smtp:[c]:25");
  const policy::Wish virus = c.policy.wish(to_somebody(), 0, {}, mail::Category::infected);
  EXPECT_EQ(virus.action, mail::Action::pass);
  EXPECT_FALSE(virus.quarantine);
  EXPECT_EQ(virus.origin.text(), (path_ / "conf.d/10.toml:5:20").string());
}

TEST_F(Folder, ListenersOfSeveralFilesAddUp) {
  const std::string file = write("postern.toml", "[[listen]]\naddress = \"127.0.0.1:1\"\n");
  write("conf.d/a.toml", "[[listen]]\naddress = \"127.0.0.1:2\"\n");
  const Loaded loaded = load(file);
  ASSERT_TRUE(loaded.configuration);
  ASSERT_EQ(loaded.configuration->receive.listeners.size(), 2u);
  EXPECT_EQ(loaded.configuration->receive.listeners[1].origin.file, (path_ / "conf.d/a.toml").string());
}

TEST_F(Folder, ProblemsComeInTheOrderOfTheFiles) {
  const std::string file = write("postern.toml", "zzzzzz = 1\n");
  write("conf.d/a.toml", "[log]\nlevel = 1\n");
  const Loaded loaded = load(file);
  EXPECT_EQ(loaded.configuration, nullptr);
  ASSERT_EQ(loaded.problems.size(), 2u);
  EXPECT_EQ(loaded.problems[0].origin.file, file);
  EXPECT_EQ(text(loaded.problems[1]),
            (path_ / "conf.d/a.toml").string() + ":2:9: error: [CONFIG-TYPE] log.level: must be text, not an integer");
}

TEST_F(Folder, AMissingFileIsAnErrorThatNamesReasonAndUser) {
  const Loaded loaded = load((path_ / "none.toml").string());
  EXPECT_EQ(loaded.configuration, nullptr);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_THAT(
      text(loaded.problems[0]),
      testing::MatchesRegex(".*/none.toml: error: \\[CONFIG-UNREADABLE\\] cannot read it as user \".+\": No such "
                            "file or directory"));
}

TEST_F(Folder, AFolderOrAPipeIsNoConfiguration) {
  ASSERT_EQ(::mkfifo((path_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(text(load(path_.string()).problems.at(0)), testing::HasSubstr("Is a directory"));
  EXPECT_THAT(text(load((path_ / "pipe").string()).problems.at(0)), testing::HasSubstr("not a regular file"));
}

TEST_F(Folder, AnUnreadableFileOfConfDIsAnError) {
  const std::string file = write("postern.toml", "");
  std::filesystem::create_directories(path_ / "conf.d");
  std::filesystem::create_symlink("nowhere", path_ / "conf.d/a.toml");
  EXPECT_EQ(load(file).configuration, nullptr);
}

TEST(Units, AreReadAndPrinted) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("0ms"), 0ms);
  for (const char* bad : {"", "s", "5", "5S", "1m30s", "1.5s", "+5s", " 5s", "5s ", "5d"})
    EXPECT_FALSE(parse_duration(bad));
  EXPECT_EQ(parse_size("64MiB"), 64u << 20);
  EXPECT_EQ(parse_size("64M"), 64u << 20);
  EXPECT_EQ(parse_size("1k"), 1024u);
  EXPECT_EQ(parse_size("1K"), 1024u);
  EXPECT_EQ(parse_size("7"), 7u);
  for (const char* bad : {"", "M", "-1", "1MB", "1 M", "18446744073709551616", "17179869184G"})
    EXPECT_FALSE(parse_size(bad));
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(0ms), "0ms");
  EXPECT_EQ(size_text(1ull << 40), "1TiB");
  EXPECT_EQ(size_text(1000), "1000");
}

}  // namespace
}  // namespace postern::config
