// SPDX-License-Identifier: MIT
// The small parts of the daemon: scoreboard, engine orders, listening sockets, what systemd is told, who a process runs
// as.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/failure.h"
#include "base/log.h"
#include "daemon/engines.h"
#include "daemon/privilege.h"
#include "daemon/scoreboard.h"
#include "daemon/sockets.h"
#include "daemon/switching.h"
#include "daemon/systemd.h"

namespace postern::daemon {
namespace {

using testing::HasSubstr;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  Folder() {
    std::string name = (fs::temp_directory_path() / "postern-daemon-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~Folder() override { fs::remove_all(root); }
  fs::path root;
};

TEST(Scoreboard, GivesEachSlotOnceAndTakesAGenerationsBack) {
  Scoreboard& board = Scoreboard::create();
  Slot* const first = board.claim(1);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(board.number(*first), 0u);
  first->mails = 7;
  first->log_id.set("old");
  first->progress.guilty = 3;
  for (size_t i = 1; i < Scoreboard::max_slots; ++i) ASSERT_NE(board.claim(2), nullptr);
  EXPECT_EQ(board.claim(2), nullptr) << "all are taken";
  board.release_generation(1);
  Slot* const again = board.claim(3);
  EXPECT_EQ(again, first);
  EXPECT_EQ(again->mails, 0u);
  EXPECT_EQ(again->log_id.get(), "");
  EXPECT_EQ(again->progress.guilty, 0u);
  EXPECT_EQ(board.claim(3), nullptr) << "generation 2 still lives";
}

TEST(SharedText, IsCutAtItsEnd) {
  base::SharedText<8> text;
  EXPECT_EQ(text.get(), "");
  text.set("1234567890");
  EXPECT_EQ(text.get(), "1234567");
  text.set("ab");
  EXPECT_EQ(text.get(), "ab");
  text.set("");
  EXPECT_EQ(text.get(), "");
}

TEST(Scoreboard, KeepsTheRecordsOfTwoGenerationsApart) {
  Scoreboard& board = Scoreboard::create();
  EXPECT_TRUE(board.scanners(0).empty());
  board.enlist_scanners(1, {{"clamav", false, false, true}, {"spam", true, false, false}});
  board.generation = 1;
  board.scanners(1)[0].disabled_until = INT64_MAX;
  board.scanners(1)[0].answered = 5;
  board.enlist_scanners(2, {{"spam", true, false, false}, {"clamav", false, true, true}});
  EXPECT_EQ(board.scanners(1)[0].name.get(), "clamav");
  EXPECT_EQ(board.scanners(2)[1].name.get(), "clamav");
  EXPECT_EQ(board.scanners(2)[1].disabled_until, INT64_MAX) << "what is switched off stays so";
  EXPECT_EQ(board.scanners(2)[1].answered, 0u);
  EXPECT_EQ(board.scanners(2)[0].disabled_until, 0);
  board.release_generation(1);
  EXPECT_TRUE(board.scanners(1).empty());
  for (uint32_t n = 3; n < 10; ++n) board.enlist_scanners(n, {});
  EXPECT_THROW(board.enlist_scanners(10, {}), base::TemporaryFailure);
}

TEST(Switching, NeverTakesTheLastScannerOfMalware) {
  Scoreboard& board = Scoreboard::create();
  board.enlist_scanners(1, {{"clamav", false, false, true}, {"spam", true, false, false}, {"spare", false, true, false}});
  board.generation = 1;
  EXPECT_TRUE(disable(board, "spam", std::chrono::hours(1)).done);
  EXPECT_TRUE(disable(board, "clamav", std::chrono::hours(1)).done) << "the back-up stands in";
  EXPECT_THAT(disable(board, "spare", std::chrono::hours(1)).text, HasSubstr("the only scanner of malware that is left"));
  EXPECT_TRUE(enable(board, "clamav").done);
  EXPECT_TRUE(disable(board, "spare", std::chrono::hours(1)).done);
  EXPECT_THAT(disable(board, "clam", std::chrono::hours(1)).text, HasSubstr("there is: clamav, spam, spare"));
  EXPECT_FALSE(disable(board, "spam", std::chrono::hours(24 * 8)).done);
  EXPECT_FALSE(disable(board, "spam", std::chrono::seconds(0)).done);
}

TEST(GuiltyInstances, AreTheMarkedOneElseAllAtWork) {
  base::Progress progress;
  EXPECT_THAT(guilty_instances(progress), IsEmpty());
  progress.calls[0].instance = 3;
  progress.calls[5].instance = 1;
  EXPECT_THAT(guilty_instances(progress), ElementsAre(2u, 0u));
  progress.guilty = 1;
  EXPECT_THAT(guilty_instances(progress), ElementsAre(0u));
}

TEST(EngineOrder, ComesBackAsItWent) {
  plugin::EngineOrder order;
  order.instance = "clamav";
  order.directory = "/d";
  order.socket = "/d/s";
  order.argv = {"/usr/sbin/clamd", "--config", ""};
  order.config_path = "/d/c";
  order.config = "a\nb\n";
  order.notice = "loud";
  order.start_timeout = std::chrono::milliseconds(1234);
  base::WireWriter out;
  write_engine_order(out, order);
  base::WireReader in(out.bytes());
  const plugin::EngineOrder back = read_engine_order(in);
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(back.instance, order.instance);
  EXPECT_EQ(back.directory, order.directory);
  EXPECT_EQ(back.socket, order.socket);
  EXPECT_EQ(back.argv, order.argv);
  EXPECT_EQ(back.config_path, order.config_path);
  EXPECT_EQ(back.config, order.config);
  EXPECT_EQ(back.notice, order.notice);
  EXPECT_EQ(back.start_timeout, order.start_timeout);
}

TEST(PauseBeforeRestart, GrowsALittleAndStaysShort) {
  using namespace std::chrono_literals;
  auto pause = 0s;
  for (const auto expected : {1s, 2s, 3s, 3s, 3s}) {
    pause = pause_before_restart(pause, 100ms);
    EXPECT_EQ(pause, expected);
  }
  EXPECT_EQ(pause_before_restart(pause, 1h), 1s) << "it had lived well";
}

// A master with one managed engine, and what it logs.
class ManagedEngine : public Folder {
 protected:
  ManagedEngine() {
    base::log::redirect([this](base::log::Level, std::string_view line) { log += std::string(line) + "\n"; });
    order.instance = "clamav";
    order.directory = root.string();
    order.socket = (root / "socket").string();
    order.argv = {"/bin/sleep", "1000"};
  }
  ~ManagedEngine() override {
    base::log::redirect(nullptr);
    if (pid() > 0) {
      ::kill(pid(), SIGKILL);
      ::waitpid(pid(), nullptr, 0);
    }
  }
  pid_t pid() const { return board.engines[0].pid; }
  // Ticks until the engine has ended by itself; its status.
  int end_of_engine() {
    const pid_t engine = pid();
    int status = -1;
    const auto limit = support::Deadline::in(std::chrono::seconds(60));
    while (::waitpid(engine, &status, WNOHANG) == 0 && !limit.passed()) engines.tick();
    EXPECT_FALSE(limit.passed());
    EXPECT_TRUE(engines.reaped(engine, status));
    return status;
  }

  std::string log;
  Scoreboard& board = Scoreboard::create();
  Engines engines{board, std::nullopt};
  plugin::EngineOrder order;
};

TEST_F(ManagedEngine, ThatDoesNotGetReadyIsKilledAndStartedAgain) {
  order.start_timeout = std::chrono::milliseconds(1);
  engines.want({order});
  EXPECT_TRUE(board.engines[0].is_starting);
  const int status = end_of_engine();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  EXPECT_THAT(log, testing::HasSubstr("engine clamav does not take connections on " + order.socket + " within 0.0 s and is killed"));
  EXPECT_THAT(log, testing::HasSubstr("again in 1 s"));
  EXPECT_EQ(pid(), 0);
}

TEST_F(ManagedEngine, ThatTakesConnectionsIsReadyAndLeftAlone) {
  std::ofstream(order.socket) << "left by a dead one";
  order.start_timeout = std::chrono::minutes(10);
  engines.want({order});
  EXPECT_TRUE(board.engines[0].is_starting);
  while (fs::exists(order.socket)) ::usleep(1000);  // the child clears it away
  const base::UniqueFd listening = bind_local(order.socket, SOCK_STREAM, 0600, nullptr);
  engines.tick();
  EXPECT_FALSE(board.engines[0].is_starting);
  EXPECT_GT(pid(), 0);
  EXPECT_THAT(log, testing::HasSubstr("engine clamav is ready"));
}

class Sockets : public Folder {
 protected:
  bool connects(int type) const {
    const base::UniqueFd client(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  std::string path = (root / "socket").string();
};

TEST_F(Sockets, ListenWithTheModeAsked) {
  const base::UniqueFd fd = bind_local(path, SOCK_STREAM, 0660, nullptr);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0660u);
  EXPECT_TRUE(connects(SOCK_STREAM));
}

TEST_F(Sockets, ReplaceWhatADeadProcessLeft) {
  bind_local(path, SOCK_STREAM, 0600, nullptr).reset();
  ASSERT_TRUE(fs::exists(path));
  const base::UniqueFd fd = bind_local(path, SOCK_STREAM, 0600, nullptr);
  EXPECT_TRUE(connects(SOCK_STREAM));
}

TEST_F(Sockets, LeaveALivingOneAlone) {
  const base::UniqueFd living = bind_local(path, SOCK_STREAM, 0600, nullptr);
  EXPECT_THROW(bind_local(path, SOCK_STREAM, 0600, nullptr), base::TemporaryFailure);
  EXPECT_THROW(bind_local(path, SOCK_SEQPACKET, 0600, nullptr), base::TemporaryFailure) << "also of another type";
  EXPECT_TRUE(connects(SOCK_STREAM));
}

TEST_F(Sockets, LeaveFilesAlone) {
  std::ofstream(path) << "precious";
  EXPECT_THROW(bind_local(path, SOCK_STREAM, 0600, nullptr), base::TemporaryFailure);
  EXPECT_EQ(fs::file_size(path), 8u);
}

TEST_F(Sockets, RefuseAPathThatIsTooLong) {
  EXPECT_THROW(bind_local((root / std::string(200, 'x')).string(), SOCK_STREAM, 0600, nullptr), base::TemporaryFailure);
}

TEST_F(Sockets, ListenWhereTheConfigurationSays) {
  receive::Listener listener;
  listener.address = "unix:" + path;
  const base::UniqueFd local = bind_listener(listener, nullptr);
  EXPECT_TRUE(connects(SOCK_STREAM));
  listener.address = "nonsense";
  EXPECT_THROW(bind_listener(listener, nullptr), base::TemporaryFailure);
}

TEST(TcpSockets, AreNotTakenFromAnotherFilter) {
  const base::UniqueFd other(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(other.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(other.get(), 1), 0);
  ASSERT_EQ(::getsockname(other.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  receive::Listener listener;
  listener.address = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  EXPECT_THROW(bind_listener(listener, nullptr), base::TemporaryFailure);
}

class Systemd : public Folder {
 protected:
  ~Systemd() override {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
  }
  base::UniqueFd listen(const std::string& name) {
    base::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name[0] == '@') address.sun_path[0] = 0;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    return fd;
  }
  static std::string heard(const base::UniqueFd& fd) {
    char text[256];
    const ssize_t n = ::recv(fd.get(), text, sizeof text, 0);
    return n < 0 ? "" : std::string(text, static_cast<size_t>(n));
  }
};

TEST_F(Systemd, HearsTheStateAtAPathAndInTheAbstractNamespace) {
  for (const std::string& name : {(root / "notify").string(), "@" + root.filename().string()}) {
    const base::UniqueFd fd = listen(name);
    notify_systemd("READY=1");
    EXPECT_EQ(heard(fd), "READY=1");
    notify_systemd_reloading();
    EXPECT_THAT(heard(fd), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  }
}

TEST_F(Systemd, IsNotMissedWhereItIsNot) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_NO_FATAL_FAILURE(notify_systemd("READY=1"));
  ::setenv("NOTIFY_SOCKET", (root / "nobody").c_str(), 1);
  EXPECT_NO_FATAL_FAILURE(notify_systemd("READY=1"));
}

TEST_F(Systemd, WantsTheWatchdogTwiceAnInterval) {
  ::unsetenv("WATCHDOG_USEC");
  EXPECT_EQ(systemd_watchdog_interval(), std::nullopt);
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(systemd_watchdog_interval(), std::chrono::microseconds(15000000));
  ::setenv("WATCHDOG_USEC", "nonsense", 1);
  EXPECT_EQ(systemd_watchdog_interval(), std::nullopt);
}

TEST(FindAccount, KnowsRootAndNobodyElse) {
  const auto root = find_account("root");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->uid, 0u);
  EXPECT_FALSE(find_account("no such user"));
}

TEST(Become, IsForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const auto nobody = find_account("nobody");
  ASSERT_TRUE(nobody);
  EXPECT_EXIT(
      {
        become(*nobody);
        const bool done =
            ::getuid() == nobody->uid && ::geteuid() == nobody->uid && ::getgid() == nobody->gid && ::setuid(0) != 0;
        ::_exit(done ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

using OwnDirectory = Folder;

TEST_F(OwnDirectory, MakesItWithItsParentsAndCorrectsItsMode) {
  const std::string path = (root / "a" / "b").string();
  own_directory(path, 0750, nullptr);
  EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0750));
  ::chmod(path.c_str(), 0777);
  own_directory(path, 0700, nullptr);
  EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0700));
}

TEST_F(OwnDirectory, SaysWhenSomethingElseIsThere) {
  std::ofstream(root / "file") << "x";
  EXPECT_THROW(own_directory((root / "file" / "below").string(), 0700, nullptr), base::TemporaryFailure);
}

}  // namespace
}  // namespace postern::daemon
