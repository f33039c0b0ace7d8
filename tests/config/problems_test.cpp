// SPDX-License-Identifier: MIT
// Bad configurations and exactly what is said about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/sources.h"

namespace postern::config {
namespace {

struct Case {
  const char* toml;
  std::string complaint;  // all of them, one after the other
};

// The id stands behind the severity; the cases below are easier to read without it.
std::string complaints(const std::string& toml) {
  std::string all;
  for (const base::Problem& problem : load_sources({{"f.toml", toml}}).problems) {
    std::string line = text(problem);
    const std::string id = ": [" + problem.id + "] ";
    const size_t at = line.find(id);
    EXPECT_TRUE(problem.id.starts_with("CONFIG-") && at != std::string::npos) << line;
    if (at != std::string::npos) line.replace(at, id.size(), ": ");
    all += (all.empty() ? "" : "\n") + line;
  }
  return all;
}

class BadConfiguration : public testing::TestWithParam<Case> {};

TEST_P(BadConfiguration, IsRefusedWithPlaceAndHint) {
  EXPECT_EQ(complaints(GetParam().toml), GetParam().complaint);
  EXPECT_EQ(load_sources({{"f.toml", GetParam().toml}}).configuration, nullptr);
}

constexpr const char* durations = "\n    examples: \"500ms\", \"30s\", \"5m\", \"2h\"";
constexpr const char* sizes = "\n    examples: 65536, \"64k\", \"64M\", \"64MiB\", \"1G\"; units are powers of 1024";
constexpr const char* ranges =
    "\n    examples: \"127.0.0.0/8\", \"192.0.2.7\", \"2001:db8::/32\"; the bits behind the mask must be zero";

INSTANTIATE_TEST_SUITE_P(
    Keys, BadConfiguration,
    testing::Values(
        Case{"[polcy]\n", "f.toml:1:2: error: unknown key \"polcy\"\n    did you mean \"policy\"?"},
        Case{"\n  sanner.x.y = 1\n", "f.toml:2:3: error: unknown key \"sanner\"\n    did you mean \"scanner\"?"},
        Case{"[receive]\nsize-limt = 1\n",
             "f.toml:2:1: error: unknown key \"size-limt\" in [receive]\n    did you mean \"size-limit\"?"},
        Case{"[receive]\nsize_limit = 1\n",
             "f.toml:2:1: error: unknown key \"size_limit\" in [receive]\n    did you mean \"size-limit\"?"},
        Case{"[[listen]]\nadress = \"x\"\n",
             "f.toml:2:1: error: unknown key \"adress\" in [listen]\n    did you mean \"address\"?"},
        Case{"[policy]\nvirus = { acton = \"pass\" }\n",
             "f.toml:2:11: error: unknown key \"acton\" in [policy.virus]\n    did you mean \"action\"?"},
        Case{"[policy-bank.a]\nwhen = { client = [\"::1\"], clent = 1 }\n",
             "f.toml:2:28: error: unknown key \"clent\" in [policy-bank.a.when]\n    did you mean \"client\"?"},
        Case{"[policy]\nunscanned = { action = \"pass\" }\n",
             "f.toml:2:1: error: unknown key \"unscanned\" in [policy]"},
        Case{"qqqqqqqq = 1\n", "f.toml:1:1: error: unknown key \"qqqqqqqq\""},
        Case{"\"a\\nb\" = 1\n", "f.toml:1:1: error: unknown key \"a\\x0ab\""}));

INSTANTIATE_TEST_SUITE_P(
    Types, BadConfiguration,
    testing::Values(
        Case{"receive = 1\n", "f.toml:1:11: error: receive: must be a table, not an integer"},
        Case{"[receive]\nrecipient-limit = \"10\"\n",
             "f.toml:2:19: error: receive.recipient-limit: must be an integer, not text"},
        Case{"[receive]\nrecipient-limit = 1.5\n",
             "f.toml:2:19: error: receive.recipient-limit: must be an integer, not a number with a fraction"},
        Case{"[receive]\nhostname = true\n", "f.toml:2:12: error: receive.hostname: must be text, not true or false"},
        Case{"[receive]\nspool-directory = 2020-01-01\n",
             "f.toml:2:19: error: receive.spool-directory: must be text, not a date"},
        Case{"[policy]\nvirus = \"discard\"\n", "f.toml:2:9: error: policy.virus: must be a table, not text"},
        Case{"[policy.virus]\nquarantine = \"yes\"\n",
             "f.toml:2:14: error: policy.virus.quarantine: must be true or false, not text"},
        Case{"[listen]\naddress = \"127.0.0.1:1\"\n",
             "f.toml:1:1: error: listen: must be a list of tables, not a table\n    write [[listen]]"},
        Case{"listen = [1]\n", "f.toml:1:11: error: listen: must be a table, not an integer"},
        Case{"[deliver]\nnext-hop = [\"smtp:a:25\", 7]\n",
             "f.toml:2:26: error: deliver.next-hop: must be text, not an integer"},
        Case{"[deliver]\nnext-hop = 7\n",
             "f.toml:2:12: error: deliver.next-hop: must be text or a list of texts, not an integer"},
        Case{"[[listen]]\nmode = 660\n",
             "f.toml:2:8: error: listen.mode: must be text\n    write the octal digits as text: \"0660\""},
        Case{"scanner = []\n", "f.toml:1:11: error: scanner: must be a table, not a list"},
        Case{"scanner.a = 1\n", "f.toml:1:13: error: scanner.a: must be a table, not an integer"},
        Case{"[scanner.a]\nx = 1.5\ny = [[1]]\n",
             "f.toml:2:5: error: scanner.a.x: a plug-in's option cannot be a number with a fraction\n"
             "    text, an integer, true or false, or a list of them\n"
             "f.toml:3:6: error: scanner.a.y: a plug-in's option cannot be a list\n"
             "    text, an integer, true or false, or a list of them"}));

INSTANTIATE_TEST_SUITE_P(
    Units, BadConfiguration,
    testing::Values(
        Case{"[receive]\nidle-timeout = 30\n",
             "f.toml:2:16: error: receive.idle-timeout: a duration needs its unit\n"
             "    write it as text with a unit: \"30s\" for seconds"},
        Case{"[receive]\nidle-timeout = \"30\"\n",
             std::string("f.toml:2:16: error: receive.idle-timeout: \"30\" is not a duration") + durations},
        Case{"[receive]\nidle-timeout = \"5 m\"\n",
             std::string("f.toml:2:16: error: receive.idle-timeout: \"5 m\" is not a duration") + durations},
        Case{"[receive]\nidle-timeout = \"-5m\"\n",
             std::string("f.toml:2:16: error: receive.idle-timeout: \"-5m\" is not a duration") + durations},
        Case{"[receive]\nidle-timeout = \"99999999999999999h\"\n",
             std::string("f.toml:2:16: error: receive.idle-timeout: \"99999999999999999h\" is not a duration") +
                 durations},
        Case{"[receive]\nidle-timeout = \"25h\"\n",
             "f.toml:2:16: error: receive.idle-timeout: must be between 1ms and 24h"},
        Case{"[decode]\ntime = false\n",
             std::string("f.toml:2:8: error: decode.time: must be a duration, not true or false") + durations},
        Case{"[receive]\nsize-limit = \"64MB\"\n",
             std::string("f.toml:2:14: error: receive.size-limit: \"64MB\" is not a size") + sizes},
        Case{"[receive]\nsize-limit = \"99999999999T\"\n",
             std::string("f.toml:2:14: error: receive.size-limit: \"99999999999T\" is not a size") + sizes},
        Case{"[receive]\nsize-limit = 0\n", "f.toml:2:14: error: receive.size-limit: must be between 1 and 1TiB"},
        Case{"[receive]\nsize-limit = -1\n", "f.toml:2:14: error: receive.size-limit: must be between 1 and 1TiB"},
        Case{"[decode]\nmemory = \"63M\"\n", "f.toml:2:10: error: decode.memory: must be between 64MiB and 1TiB"},
        Case{"[decode]\nratio = 0\n", "f.toml:2:9: error: decode.ratio: must be between 1 and 1000000"},
        Case{"[daemon]\nworkers = 1025\n", "f.toml:2:11: error: daemon.workers: must be between 1 and 1024"}));

INSTANTIATE_TEST_SUITE_P(
    Values, BadConfiguration,
    testing::Values(
        Case{"[[listen]]\naddress = \"10024\"\n",
             "f.toml:2:11: error: listen.address: \"10024\" is not an address to listen on\n"
             "    examples: \"127.0.0.1:10024\", \"[::1]:10024\", \"unix:/run/postern/smtp.sock\""},
        Case{"[[listen]]\nmode = \"0680\"\n",
             "f.toml:2:8: error: listen.mode: \"0680\" is not a file mode\n    write the octal digits as text: "
             "\"0660\""},
        Case{"[[listen]]\nclients = []\n",
             "f.toml:2:11: error: listen.clients: must name at least one range\n"
             "    without the key: 127.0.0.0/8 and ::1"},
        Case{"[[listen]]\nclients = [\"::1\", \"10.0.0.1/8\"]\n",
             std::string(
                 "f.toml:2:19: error: listen.clients: \"10.0.0.1/8\" is not an address or a range of addresses") +
                 ranges},
        Case{"[policy-bank.a]\nwhen = { client = \"300.1.1.1\" }\n",
             std::string("f.toml:2:19: error: policy-bank.a.when.client: \"300.1.1.1\" is not an address or a range of "
                         "addresses") +
                 ranges},
        Case{"[deliver]\nnext-hop = \"127.0.0.1:10025\"\n",
             "f.toml:2:12: error: deliver.next-hop: \"127.0.0.1:10025\" is not a next hop\n"
             "    examples: \"smtp:[127.0.0.1]:10025\", \"smtp:mx.example.org:25\", \"lmtp:unix:/run/dovecot/lmtp\""},
        Case{"[deliver]\nnext-hop = []\n",
             "f.toml:2:12: error: deliver.next-hop: must name at least one next hop\n"
             "    example: \"smtp:[127.0.0.1]:10025\""},
        Case{"listen = []\n",
             "f.toml:1:10: error: listen: names no listener\n    without the key: one on 127.0.0.1:10024"},
        Case{"[policy.virus]\naction = \"discrad\"\n",
             "f.toml:2:10: error: policy.virus.action: \"discrad\" is none of \"pass\", \"discard\", \"reject\", "
             "\"defer\"\n"
             "    did you mean \"discard\"?"},
        Case{"[log]\nlevel = \"verbose\"\n",
             "f.toml:2:9: error: log.level: \"verbose\" is none of \"debug\", \"info\", \"notice\", \"warning\", "
             "\"error\""},
        Case{"[log]\nfile = \"log\"\n",
             "f.toml:2:8: error: log.file: \"log\" is not an absolute path\n    begin it with \"/\""},
        Case{"[log]\nfile = \"/a\\u0000b\"\n", "f.toml:2:8: error: log.file: must not hold control characters"},
        Case{"[quarantine]\ndirectory = \"\"\n", "f.toml:2:13: error: quarantine.directory: must not be empty"},
        Case{"[deliver]\nhelo = \"a\\r\\nRSET\"\n",
             "f.toml:2:8: error: deliver.helo: must not hold control characters"},
        Case{"[daemon]\nuser = \"a b\"\n",
             "f.toml:2:8: error: daemon.user: \"a b\" is not a name\n    letters, digits, '-' and '_', at most 64"},
        Case{"[scanner.\"../x\"]\n",
             "f.toml:1:1: error: scanner.../x: \"../x\" is not a name\n    letters, digits, '-' and '_', at most 64"},
        Case{"[scanner.a]\nplugin = \"a.so\"\n",
             "f.toml:2:10: error: scanner.a.plugin: \"a.so\" is not a plug-in\n"
             "    its file name without \".so\", or an absolute path: \"clamav\", \"/opt/vendor/engine.so\""},
        Case{"[decoder.mime]\nisolation = \"worker\"\n",
             "f.toml:2:13: error: decoder.mime.isolation: a decoder is always confined\n    remove the key"},
        Case{"[[banned-rules.a]]\nfile-name = '('\n",
             "f.toml:2:13: error: banned-rules.a.file-name: \"(\" is not a regular expression: missing ): (\n"
             "    RE2 syntax, in single quotes so that \\ needs no doubling: '\\.(exe|scr)$'"},
        Case{"[[banned-rules.a]]\nname = \"all\"\n",
             "f.toml:1:1: error: banned-rules.a: this rule has no condition: it would fit every part\n    give it file-name, type or is"},
        Case{"[[banned-rules.a]]\ntype = \"exe\"\n",
             "f.toml:2:8: error: banned-rules.a.type: \"exe\" is not a type\n    examples: \"application/x-msdownload\", \"video/\" for all of them"},
        Case{"[[banned-rules.a]]\nis = \"evil\"\n",
             "f.toml:2:6: error: banned-rules.a.is: \"evil\" is none of \"encrypted\", \"undecipherable\", \"macro\", \"ambiguous\""},
        Case{"[banned-rules]\na = 1\n", "f.toml:2:5: error: banned-rules.a: must be a list of tables, not an integer\n    write [[banned-rules.a]]"},
        Case{"[[virus-name]]\nmatch = '('\n",
             "f.toml:2:9: error: virus-name.match: \"(\" is not a regular expression: missing ): (\n"
             "    RE2 syntax, in single quotes so that \\ needs no doubling: '^Heuristics\\.Phishing\\.'"},
        Case{"[[virus-name]]\nscore = 2\n",
             "f.toml:1:1: error: virus-name: this row has no match: it would fit every name\n    give it match = 'a pattern'"},
        Case{"[policy]\nspam = { kill = \"much\" }\n",
             "f.toml:2:17: error: policy.spam.kill: must be a number of points, not text\n    examples: 6.31, 12, -0.5"},
        Case{"[policy]\nspam = { kil = 2 }\n", "f.toml:2:10: error: unknown key \"kil\" in [policy.spam]\n    did you mean \"kill\"?"},
        Case{"[policy]\nspam = { kill = 1e9 }\n", "f.toml:2:17: error: policy.spam.kill: must be between -1000 and 1000"},
        Case{"[policy-bank.a]\nwhen = { recipient = \"@\" }\n",
             "f.toml:2:22: error: policy-bank.a.when.recipient: \"@\" is not an address or domain\n"
             "    examples: \"user@example.org\", \"user@\", \"example.org\", \".example.org\" with its subdomains"},
        Case{"[notifier.mail]\nstage = \"backup\"\n",
             "f.toml:2:9: error: notifier.mail.stage: only a scanner has this key\n    remove it"}));

INSTANTIATE_TEST_SUITE_P(
    Together, BadConfiguration,
    testing::Values(
        Case{"[[listen]]\naddress = \"127.0.0.1:1\"\n[[listen]]\naddress = \"[127.0.0.1]:01\"\n",
             "f.toml:4:11: error: listen.address: \"[127.0.0.1]:01\" is already the listener at f.toml:1:1\n"
             "    [[listen]] tables of several files add up"},
        Case{"[[listen]]\npolicy-bank = [\"b\", \"orginating\"]\n[policy-bank.originating]\n[policy-bank.b]\n",
             "f.toml:2:21: error: listen.policy-bank: there is no [policy-bank.orginating]\n"
             "    did you mean \"originating\"?\n"
             "f.toml:3:1: warning: policy-bank.originating: never applies\n"
             "    give it when.client or when.recipient, or name it in a [[listen]] or a [[virus-name]]"},
        Case{"[policy]\nbanned-rules = [\"default\", \"ofice\"]\n[[banned-rules.office]]\nis = \"macro\"\n",
             "f.toml:2:28: error: policy.banned-rules: there is no [[banned-rules.ofice]]\n    did you mean \"office\"?"},
        Case{"[policy-bank.a]\nwhen = { recipient = \"a@example.org\" }\ndecode = { depth = 3 }\n",
             "f.toml:1:1: error: policy-bank.a: a bank with when.recipient cannot have decode: a mail is unpacked once for all its recipients\n"
             "    put decode into a bank with when.client, or into one that a listener names"},
        Case{"[[virus-name]]\nmatch = 'x'\npolicy-bank = \"alarn\"\n[policy-bank.alarm]\nwhen = { client = \"::1\" }\n",
             "f.toml:1:1: error: virus-name.policy-bank: there is no [policy-bank.alarn]\n    did you mean \"alarm\"?"},
        Case{"[scanner.clamav]\ntimeout = \"6m\"\n[scanner.spare]\nplugin = \"clamav\"\nstage = \"backup\"\ntimeout = \"4m\"\n",
             "f.toml:1:1: error: decode.time and the scanners' timeouts are 630s together, and Postfix waits 10m for the reply\n"
             "    lower the timeouts; or raise Postfix's smtp_data_done_timeout or lmtp_data_done_timeout, and listen.deadline"},
        Case{"[deliver]\nnext-hop = [\"smtp:a:25\", \"smtp:localhost:10024\"]\n",
             "f.toml:2:26: error: deliver.next-hop: \"smtp:[localhost]:10024\" is our own listener \"127.0.0.1:10024\": "
             "mail "
             "would go in circles\n    name the port on which Postfix takes filtered mail back"},
        Case{"[[listen]]\naddress = \"0.0.0.0:10025\"\n",
             "f.toml: error: deliver.next-hop: \"smtp:[127.0.0.1]:10025\" is our own listener \"0.0.0.0:10025\": mail "
             "would go in circles\n    name the port on which Postfix takes filtered mail back"},
        Case{"[decode]\nmin-bytes = \"301M\"\n",
             "f.toml:2:13: error: decode.min-bytes: 301MiB is more than decode.bytes, 300MiB"}));

TEST(SyntaxError, IsReportedWithItsPlaceAndNothingElse) {
  const Loaded loaded = load_sources({{"f.toml", "[receive]\nsize-limt = 1\nhostname = \n"}});
  EXPECT_EQ(loaded.configuration, nullptr);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].id, "CONFIG-SYNTAX");
  EXPECT_THAT(text(loaded.problems[0]), testing::StartsWith("f.toml:3:12: error: "));
}

TEST(SyntaxError, HasItsLineAlsoWhereTheParserIsTakenBySurprise) {
  EXPECT_EQ(complaints("[log]\nlevel = \"info\"\n[:x]\n"), "f.toml:3:1: error: cannot be understood");
}

TEST(SyntaxError, IsAKeyThatStandsTwice) {
  EXPECT_THAT(complaints("[log]\nlevel = \"info\"\nlevel = \"info\"\n"), testing::StartsWith("f.toml:3:"));
}

TEST(Problems, AreSortedByPlaceAndTheSameEachTime) {
  const std::string toml = "[scanner.a]\ntimeout = 1\n[log]\nlevel = 1\n[deliver]\nx = 1\nhelo = 1\n[receive]\na = 1\n";
  std::vector<uint32_t> lines;
  for (const base::Problem& problem : load_sources({{"f.toml", toml}}).problems) lines.push_back(problem.origin.line);
  EXPECT_THAT(lines, testing::ElementsAre(2, 4, 6, 7, 9));
  EXPECT_EQ(complaints(toml), complaints(toml));
}

struct Warning {
  const char* toml;
  const char* complaint;
};
class DoubtfulConfiguration : public testing::TestWithParam<Warning> {};

TEST_P(DoubtfulConfiguration, IsTakenWithAWarning) {
  EXPECT_EQ(complaints(GetParam().toml), GetParam().complaint);
  EXPECT_NE(load_sources({{"f.toml", GetParam().toml}}).configuration, nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    All, DoubtfulConfiguration,
    testing::Values(
        Warning{"[[listen]]\ndeadline = \"599s\"\n", ""},
        Warning{"[[listen]]\ndeadline = \"10m\"\n",
                "f.toml:2:12: warning: listen.deadline: 10m is not less than the 10m Postfix waits for the reply\n"
                "    raise Postfix's smtp_data_done_timeout or lmtp_data_done_timeout too, or mail is delivered twice"},
        Warning{"[[listen]]\ndeadline = \"20s\"\n",
                "f.toml:2:12: warning: listen.deadline: 20s is less than decode.time, 30s\n"
                "    a mail that takes so long to unpack is answered 451, again and again"},
        Warning{
            "[[listen]]\ndeadline = \"89s\"\n",
            "f.toml:2:12: warning: listen.deadline: 89s is less than decode.time and the scanners' timeouts together, "
            "90s\n    what comes last may find no time left, and the mail is answered 451"},
        Warning{"[[listen]]\ndeadline = \"90s\"\n", ""},
        Warning{"[[listen]]\ndeadline = \"90s\"\n[scanner.clamav]\n[scanner.beside]\nplugin = \"clamav\"\n", ""},
        Warning{"[policy]\nspam = { tag = 7, tag2 = 5.5 }\n",
                "f.toml:2:8: warning: policy.spam: tag 7, tag2 5.5 and kill 6.31 are not in ascending order\n"
                "    a mail is tagged first, then spammy, then spam"},
        Warning{"[scanner.clamav]\nenabled = false\n",
                "f.toml:1:1: warning: scanner: none is enabled: no mail is scanned"},
        Warning{"[scanner.clamav]\nstage = \"backup\"\n",
                "f.toml:1:1: warning: scanner: every scanner is a back-up of no primary\n"
                "    give one of them stage = \"primary\""}));

}  // namespace
}  // namespace postern::config
