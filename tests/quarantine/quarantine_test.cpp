// SPDX-License-Identifier: MIT
#include "quarantine/quarantine.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/digest.h"
#include "base/failure.h"
#include "mail/ids.h"

namespace postern::quarantine {
namespace {

using mail::Category;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

mail::ReceivedMail a_mail(const std::string& content = "Subject: hello\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n") {
  mail::ReceivedMail m;
  m.mail_id = "AbCdEfGhIjKl";
  m.envelope.sender = "a@b";
  m.envelope.recipients = {{"c@d", "", ""}, {"e@f", "", ""}};
  m.client.ident = "4XkQ";
  m.client.address = "192.0.2.7";
  m.content = base::Content::of(content);
  return m;
}

mail::QuarantineOrder order_for(const mail::ReceivedMail& m, Category category = Category::infected) {
  return {quarantine_id(m), category, "Eicar", {0, 1}};
}

class Cellar : public testing::Test {
 protected:
  Cellar() {
    std::string name = (fs::temp_directory_path() / "postern-quarantine-XXXXXX").string();
    root = ::mkdtemp(name.data());
    directory = (root / "q").string();
  }
  ~Cellar() override { fs::remove_all(root); }

  // Names in the directory without those of the index.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& e : fs::directory_iterator(directory))
      if (const auto n = e.path().filename().string(); n.substr(0, 5) != "index") names.push_back(n);
    return names;
  }
  std::string bytes_of(const std::string& file) const {
    std::ifstream in(directory + "/" + file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path root;
  std::string directory;
};

TEST_F(Cellar, GivesBackEveryByteAsItArrived) {
  std::string random(100000, '\0');
  std::mt19937 generator(7);
  for (char& c : random) c = static_cast<char>(generator());
  const std::string contents[] = {"",
                                  "\r\n",
                                  "no header at all",
                                  "X-Quarantine-ID: <AAAAAAAAAAAA>\r\nReturn-Path: <x>\r\n\r\nbody",
                                  std::string("a\0b\r\n.\r\nFrom me\n\r\xff\xfe", 18),
                                  " folded first line\r\n\r\n",
                                  random};
  Quarantine q(directory);
  for (const std::string& content : contents) {
    const auto m = a_mail(content);
    q.store(m, order_for(m));
    const auto entry = q.find(quarantine_id(m));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->size, content.size());
    EXPECT_EQ(q.content(*entry), content);
  }
}

TEST_F(Cellar, WritesTheFieldsThatReleaseToolsRead) {
  const auto m = a_mail();
  Quarantine q(directory);
  const auto file = q.store(m, {quarantine_id(m), Category::infected, "Eicar", {1}});
  const std::string id = quarantine_id(m);
  EXPECT_EQ(file, "virus-" + id + ".eml");
  EXPECT_EQ(bytes_of(file),
            "Return-Path: <a@b>\r\nDelivered-To: virus-quarantine\r\nX-Envelope-From: <a@b>\r\nX-Envelope-To: "
            "<c@d>,\r\n <e@f>\r\n"
            "X-Envelope-To-Blocked: <e@f>\r\nX-Quarantine-ID: <" +
                id + ">\r\n" + std::string(m.content.bytes()));
}

TEST_F(Cellar, RemembersWhatTheMailWas) {
  const auto m = a_mail();
  Quarantine q(directory);
  q.store(m, order_for(m));
  const auto e = Quarantine(directory).find(quarantine_id(m)).value();
  EXPECT_EQ(e.mail_id, m.mail_id);
  EXPECT_EQ(e.category, "virus");
  EXPECT_EQ(e.reason, "Eicar");
  EXPECT_EQ(e.sender, "a@b");
  EXPECT_EQ(e.subject, "hello");
  EXPECT_EQ(e.message_id, "<1@x>");
  EXPECT_EQ(e.queue_id, "4XkQ");
  EXPECT_EQ(e.client, "192.0.2.7");
  EXPECT_EQ(e.sha256, base::hex(base::sha256(m.content.bytes())));
  EXPECT_THAT(e.recipients, ElementsAre("c@d", "e@f"));
  EXPECT_EQ(e.state, "new");
}

TEST_F(Cellar, LetsNoAddressWriteAFieldOfItsOwn) {
  auto m = a_mail();
  m.envelope.sender = "\"x>\r\nX-Evil: 1\r\n\r\n\"@b";
  m.envelope.recipients[0].address = std::string("\"y>, <z\0\"@d", 11);
  Quarantine q(directory);
  const auto file = q.store(m, order_for(m));
  const std::string fields = bytes_of(file).substr(0, bytes_of(file).find("Subject: hello"));
  EXPECT_THAT(fields, Not(HasSubstr("\nX-Evil")));
  EXPECT_THAT(fields, Not(HasSubstr("\r\n\r\n")));
  EXPECT_THAT(fields, HasSubstr("<\"x\\x3e\\x0d\\x0aX-Evil: 1"));
  EXPECT_THAT(fields, HasSubstr("<\"y\\x3e, \\x3cz\\x00\"@d>"));
  const auto entry = q.find(quarantine_id(m)).value();
  EXPECT_EQ(entry.sender, m.envelope.sender);  // the index has the bytes themselves
  EXPECT_EQ(entry.recipients[0], m.envelope.recipients[0].address);
  EXPECT_EQ(q.content(entry), m.content.bytes());
}

TEST_F(Cellar, StoresARetryOnce) {
  const auto m = a_mail();
  Quarantine q(directory);
  const auto first = q.store(m, order_for(m));
  const auto second = Quarantine(directory).store(a_mail(), order_for(m, Category::unchecked));
  EXPECT_EQ(first, second);
  EXPECT_THAT(files(), ElementsAre(first));
  EXPECT_THAT(q.list({}), SizeIs(1));
}

TEST_F(Cellar, AddsTheRecipientsOfARetry) {
  const auto m = a_mail();
  Quarantine q(directory);
  q.store(m, {quarantine_id(m), Category::infected, "", {0}});
  q.store(m, {quarantine_id(m), Category::infected, "", {1}});
  EXPECT_THAT(q.find(quarantine_id(m))->recipients, ElementsAre("c@d", "e@f"));
}

TEST_F(Cellar, ShowsAReleasedMailAgainWhenItArrivesAgain) {
  const auto m = a_mail();
  Quarantine q(directory);
  q.store(m, order_for(m));
  q.mark_released(quarantine_id(m), "250 2.0.0 Ok: queued as X");
  EXPECT_EQ(q.find(quarantine_id(m))->state, "released");
  EXPECT_EQ(q.find(quarantine_id(m))->released_reply, "250 2.0.0 Ok: queued as X");
  q.store(m, order_for(m));
  EXPECT_EQ(q.find(quarantine_id(m))->state, "new");
  EXPECT_THAT(files(), SizeIs(1));
}

TEST_F(Cellar, WritesAFileAgainThatSomebodyRemovedOrCut) {
  const auto m = a_mail();
  Quarantine q(directory);
  const auto file = q.store(m, order_for(m));
  fs::remove(directory + "/" + file);
  EXPECT_THROW(q.content(*q.find(quarantine_id(m))), base::TemporaryFailure);
  q.store(m, order_for(m));
  EXPECT_EQ(q.content(*q.find(quarantine_id(m))), m.content.bytes());
  fs::resize_file(directory + "/" + file, 20);
  q.store(m, order_for(m));
  EXPECT_EQ(q.content(*q.find(quarantine_id(m))), m.content.bytes());
}

TEST_F(Cellar, DoesNotGiveOutAMailThatWasChanged) {
  const auto m = a_mail();
  Quarantine q(directory);
  const auto file = q.store(m, order_for(m));
  std::fstream f(directory + "/" + file, std::ios::in | std::ios::out | std::ios::binary);
  f.seekp(-3, std::ios::end);
  f.put('X');
  f.close();
  EXPECT_THROW(q.content(*q.find(quarantine_id(m))), base::TemporaryFailure);
}

TEST_F(Cellar, DoesNotDropASecondMailForTheIdOfAnother) {
  const auto m = a_mail();
  Quarantine q(directory);
  q.store(m, order_for(m));
  EXPECT_THROW(q.store(a_mail("another"), order_for(m)), base::TemporaryFailure);
  EXPECT_EQ(q.content(*q.find(quarantine_id(m))), m.content.bytes());
  EXPECT_THAT(files(), SizeIs(1));
}

TEST_F(Cellar, RefusesWhatIsNoId) {
  Quarantine q(directory);
  const auto m = a_mail();
  q.store(m, order_for(m));
  Entry forged = *q.find(quarantine_id(m));
  for (const std::string id : {"", "../../etc/pas", "AAAAAAAA/../", "-AAAAAAAAAAA", "%' OR 1=1 --", "AAAAAAAAAAA\n"}) {
    EXPECT_FALSE(q.find(id)) << id;
    EXPECT_THROW(q.store(m, {id, Category::infected, "", {0}}), base::TemporaryFailure) << id;
    EXPECT_THROW(q.mark_released(id, ""), base::TemporaryFailure) << id;
    forged.id = id;
    EXPECT_THROW(q.content(forged), base::TemporaryFailure) << id;
  }
  EXPECT_THROW(q.mark_released("AAAAAAAAAAAA", ""), base::TemporaryFailure);
}

TEST_F(Cellar, NeverReadsAPathThatACallerBrings) {
  const auto m = a_mail();
  Quarantine q(directory);
  q.store(m, order_for(m));
  Entry forged = *q.find(quarantine_id(m));
  forged.file = "/etc/passwd";
  EXPECT_EQ(q.content(forged), m.content.bytes());
}

TEST_F(Cellar, ListsNewestFirstAndFilters) {
  Quarantine q(directory);
  auto one = a_mail("1"), two = a_mail("2"), three = a_mail("3");
  two.envelope.sender = "O'Brien@x";
  three.envelope.sender = "";
  three.envelope.recipients = {{"Other@Y", "", ""}};
  q.store(one, order_for(one));
  q.store(two, order_for(two, Category::unchecked));
  q.store(three, {quarantine_id(three), Category::infected, "", {0}});
  q.mark_released(quarantine_id(one), "250 ok");

  const auto ids = [&](const Query& query) {
    std::vector<std::string> all;
    for (const Entry& e : q.list(query)) all.push_back(e.id);
    return all;
  };
  const std::string a = quarantine_id(one), b = quarantine_id(two), c = quarantine_id(three);
  EXPECT_THAT(ids({}), UnorderedElementsAre(a, b, c));
  EXPECT_THAT(ids({"virus", "", "", "", {}}), UnorderedElementsAre(a, c));
  EXPECT_THAT(ids({"", "o'brien@X", "", "", {}}), ElementsAre(b));
  EXPECT_THAT(ids({"", "", "other@y", "", {}}), ElementsAre(c));
  EXPECT_THAT(ids({"", "", "c@d", "new", {}}), ElementsAre(b));
  EXPECT_THAT(ids({"", "", "", "released", {}}), ElementsAre(a));
  EXPECT_THAT(ids({"' OR '1'='1", "", "", "", {}}), IsEmpty());
  EXPECT_THAT(ids({"", "%", "", "", {}}), IsEmpty());
  Query limited, later;
  limited.limit = 2;
  EXPECT_THAT(ids(limited), SizeIs(2));
  later.since = std::chrono::system_clock::now() + std::chrono::hours(1);
  EXPECT_THAT(ids(later), IsEmpty());
  const auto all = q.list({});
  EXPECT_GE(all.front().stored, all.back().stored);
}

TEST_F(Cellar, ClearsAwayWhatACrashLeftAnHourAgoAndNothingElse) {
  fs::create_directories(directory);
  const auto make = [&](const std::string& name, std::chrono::minutes age) {
    std::ofstream(directory + "/" + name) << "half";
    fs::last_write_time(directory + "/" + name, fs::file_time_type::clock::now() - age);
  };
  make(".tmp-old", std::chrono::minutes(61));
  make(".tmp-young", std::chrono::minutes(59));
  make("virus-AAAAAAAAAAAA.eml", std::chrono::minutes(6100));
  const Quarantine q(directory);
  EXPECT_THAT(files(), UnorderedElementsAre(".tmp-young", "virus-AAAAAAAAAAAA.eml"));
}

TEST_F(Cellar, ReplacesAFileThatACrashLeftWithoutAnEntry) {
  const auto m = a_mail();
  fs::create_directories(directory);
  std::ofstream(directory + "/virus-" + quarantine_id(m) + ".eml") << "from an attempt that died before the index knew";
  Quarantine q(directory);
  q.store(m, order_for(m));
  EXPECT_EQ(q.content(*q.find(quarantine_id(m))), m.content.bytes());
}

TEST_F(Cellar, MakesItsDirectoryForItselfAndItsGroup) {
  directory = (root / "deep" / "er" / "q").string();
  const Quarantine q(directory);
  struct stat status {};
  ASSERT_EQ(::stat(directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0007, 0u);
}

TEST_F(Cellar, ThrowsWhereItCannotBe) {
  std::ofstream(directory) << "a file";
  EXPECT_THROW(Quarantine q(directory), std::system_error);
}

// A limit on the size of files stands in for a full disk: the same calls fail at the same places.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(Cellar, LeavesNothingBehindWhenTheDiskIsFullForTheMail) {
  const auto m = a_mail(std::string(100000, 'x'));
  Quarantine q(directory);
  {
    const FullDisk disk(50000);
    EXPECT_THROW(q.store(m, order_for(m)), std::system_error);
  }
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_FALSE(q.find(quarantine_id(m)));
  q.store(m, order_for(m));
  EXPECT_EQ(q.content(*q.find(quarantine_id(m))), m.content.bytes());
}

TEST_F(Cellar, LeavesNothingBehindWhenTheDiskIsFullForTheIndex) {
  const auto m = a_mail();
  Quarantine q(directory);
  EXPECT_THAT(q.list({}), IsEmpty());  // the index is open before
  {
    const FullDisk disk(2000);
    EXPECT_THROW(q.store(m, order_for(m)), base::TemporaryFailure);
  }
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_FALSE(q.find(quarantine_id(m)));
  q.store(m, order_for(m));
  EXPECT_EQ(q.content(*q.find(quarantine_id(m))), m.content.bytes());
}

// Runs work in n processes at once; all must end well.
template <class Work>
void in_processes(int n, Work work) {
  std::vector<pid_t> children;
  for (int i = 0; i < n; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int rc = 0;
      try {
        work(i);
      } catch (const std::exception& e) {
        ::fprintf(stderr, "process %d: %s\n", i, e.what());
        rc = 1;
      }
      ::_exit(rc);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

TEST_F(Cellar, ServesSeveralProcessesFromTheFirstMomentOn) {
  const auto same = a_mail("all bring this one");
  in_processes(4, [&](int process) {
    Quarantine q(directory);
    for (int i = 0; i < 10; ++i) {
      const auto own = a_mail("process " + std::to_string(process) + " mail " + std::to_string(i));
      q.store(own, order_for(own));
      q.store(same, order_for(same));
    }
  });
  Quarantine q(directory);
  EXPECT_THAT(q.list({}), SizeIs(41));
  EXPECT_THAT(files(), SizeIs(41));
  for (const Entry& e : q.list({})) EXPECT_NO_THROW(q.content(e));
}

TEST_F(Cellar, MayBeUsedBeforeAndAfterAFork) {
  Quarantine q(directory);
  const auto first = a_mail("before");
  q.store(first, order_for(first));
  in_processes(2, [&](int process) {
    const auto own = a_mail("in child " + std::to_string(process));
    q.store(own, order_for(own));
  });
  const auto last = a_mail("after");
  q.store(last, order_for(last));
  EXPECT_THAT(q.list({}), SizeIs(4));
}

TEST(QuarantineId, IsTheSameForARetryAndAnIdInShape) {
  auto retry = a_mail();
  retry.mail_id = "ZZZZZZZZZZZZ";
  std::swap(retry.envelope.recipients[0], retry.envelope.recipients[1]);
  EXPECT_EQ(quarantine_id(a_mail()), quarantine_id(retry));
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(mail::is_mail_id(quarantine_id(a_mail(std::to_string(i)))));
}

TEST(QuarantineId, DiffersWithContentEnvelopeAndQueueId) {
  const auto id = quarantine_id(a_mail());
  auto m = a_mail();
  m.envelope.sender = "x@b";
  EXPECT_NE(quarantine_id(m), id);
  m = a_mail();
  m.client.ident = "4XkR";
  EXPECT_NE(quarantine_id(m), id);
  m = a_mail();
  m.envelope.recipients.pop_back();
  EXPECT_NE(quarantine_id(m), id);
  EXPECT_NE(quarantine_id(a_mail("other")), id);
  auto left = a_mail(), right = a_mail();
  left.envelope.recipients = {{"ab", "", ""}, {"c", "", ""}};
  right.envelope.recipients = {{"a", "", ""}, {"bc", "", ""}};
  EXPECT_NE(quarantine_id(left), quarantine_id(right));
}

}  // namespace
}  // namespace postern::quarantine
