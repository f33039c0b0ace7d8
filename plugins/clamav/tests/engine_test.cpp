// SPDX-License-Identifier: MIT
// Against a real clamd, run the way Postern runs it: with the command and configuration of engine().
#include "engine.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <postern/support/stream.h>
#include <postern/testing.hpp>

#include "rude_clamd.h"
#include "scanner.h"

extern char** environ;

namespace postern::clamav {
namespace {

using postern::testing::EngineOrder;
using postern::testing::Host;
using postern::testing::Plugin;

std::string replaced(std::string text, const std::string& directory) {
  const std::pair<std::string, std::string> words[] = {
      {"{directory}", directory}, {"{socket}", directory + "/clamd.sock"}, {"{config}", directory + "/clamd.conf"}};
  for (const auto& [word, value] : words)
    for (size_t at; (at = text.find(word)) != std::string::npos;) text.replace(at, word.size(), value);
  return text;
}

std::string eicar() {
  return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR") + "-STANDARD-" + "ANTIVIRUS-TEST-" + "FILE!$H+H*";
}

std::string test_file() {
  std::ifstream in("/usr/share/clamav-testfiles/clam.exe", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class ManagedClamd : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/sbin/clamd", X_OK) != 0) {
      ASSERT_EQ(std::getenv("POSTERN_REQUIRE_CLAMD"), nullptr) << "clamd is required here, and is not installed";
      GTEST_SKIP() << "clamd is not installed";
    }
    Host host;
    host.option("database", directory_.path());
    auto order = host.engine<Scanner>(directory_.path());
    ASSERT_TRUE(order);
    order_ = *order;
    std::ofstream(directory_.path() + "/clamd.conf") << replaced(order_.config, directory_.path());
    start();
  }
  void TearDown() override { stop(); }

  void start() {
    std::vector<std::string> words;
    for (const auto& a : order_.argv) words.push_back(replaced(a, directory_.path()));
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    for (const int fd : {1, 2}) posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_WRONLY, 0);
    ASSERT_EQ(posix_spawn(&pid_, argv[0], &quiet, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&quiet);
    const auto deadline = support::Deadline::in(std::chrono::minutes(1));
    for (;;) {
      try {
        support::Stream::connect(*support::Endpoint::parse(endpoint()), deadline);
        return;
      } catch (const support::StreamUnavailable&) {
        ASSERT_FALSE(deadline.passed());
        ASSERT_EQ(::waitpid(pid_, nullptr, WNOHANG), 0) << "clamd ended";
        ::usleep(20000);
      }
    }
  }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::unlink((directory_.path() + "/clamd.sock").c_str());
    pid_ = -1;
  }
  void restart_with_limit(const std::string& name, const std::string& value) {
    stop();
    std::string config = replaced(order_.config, directory_.path());
    const size_t at = config.find(name + " ") + name.size() + 1;
    config.replace(at, config.find('\n', at) - at, value);
    std::ofstream(directory_.path() + "/clamd.conf") << config;
    start();
  }
  std::string endpoint() const { return "unix:" + directory_.path() + "/clamd.sock"; }

  TemporaryDirectory directory_;
  EngineOrder order_;
  pid_t pid_ = -1;
};

TEST_F(ManagedClamd, FindsTheTestVirusesByDescriptorAndByStreamAndNothingElse) {
  EXPECT_NE(order_.notice.find("no virus database"), std::string::npos);
  for (const bool by_stream : {false, true}) {
    Host host;
    host.option("server", endpoint());
    if (by_stream) host.deny_descriptors();
    auto mail = host.part("From: a@example.org\r\n\r\nhello\r\n");
    for (int n = 0; n < 50; ++n) mail.child("harmless " + std::to_string(n) + std::string(4096, 'x'));
    const auto first = mail.child(eicar());
    for (int n = 50; n < 100; ++n) mail.child("harmless " + std::to_string(n));
    const bool has_test_file = !test_file().empty();
    if (has_test_file) mail.child(test_file());
    const auto result = host.scan<Scanner>();
    EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
    ASSERT_EQ(result.findings.size(), has_test_file ? 2u : 1u);
    ASSERT_NE(result.find("Eicar-Test-Signature.UNOFFICIAL"), nullptr);
    EXPECT_EQ(result.find("Eicar-Test-Signature.UNOFFICIAL")->part, first.handle());
    EXPECT_EQ(result.find("ClamAV-Test-File.UNOFFICIAL") != nullptr, has_test_file);
  }
}

TEST_F(ManagedClamd, EndsASessionOverTheLimitAndTheRestIsExaminedAllTheSame) {
  restart_with_limit("StreamMaxLength", "100K");
  Host host;
  host.option("server", endpoint()).deny_descriptors();
  auto mail = host.part("a mail");
  mail.child(eicar());
  const auto large = mail.child(std::string(3 << 20, 'x'));
  mail.child(eicar() + " ");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL) << result.reason;
  EXPECT_EQ(result.findings.size(), 3u);
  ASSERT_NE(result.find("clamav-size-limit"), nullptr);
  EXPECT_EQ(result.find("clamav-size-limit")->part, large.handle());
}

TEST_F(ManagedClamd, TellsOfItsOwnLimits) {
  restart_with_limit("MaxFileSize", "100K");
  Host host;
  host.option("server", endpoint());
  host.part(std::string(200 << 10, 'x'));
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL) << result.reason;
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].category, POSTERN_CAT_LIMIT);
}

TEST_F(ManagedClamd, TellsItsHealth) {
  Host host;
  host.option("server", endpoint());
  const auto health = Plugin(host, Plugin::descriptor<Scanner>()).health();
  EXPECT_EQ(health.state, POSTERN_DEGRADED) << "two signatures are no protection";
  EXPECT_TRUE(std::string(health.engine).starts_with("ClamAV ")) << health.engine;
}

TEST_F(ManagedClamd, MayStopAndComeBackBetweenTwoMails) {
  Host host;
  host.option("server", endpoint());
  host.part("a mail").child(eicar());
  Plugin plugin(host, Plugin::descriptor<Scanner>());
  EXPECT_EQ(plugin.run().findings.size(), 1u);
  stop();
  EXPECT_EQ(plugin.run().rc, POSTERN_E_UNAVAILABLE);
  start();
  EXPECT_EQ(plugin.run().findings.size(), 1u);
}

TEST_F(ManagedClamd, IsKnownByItsSocketSoItsLimitsAre) {
  EXPECT_TRUE(is_managed(directory_.path() + "/clamd.sock"));
  EXPECT_FALSE(is_managed("/nonexistent/clamd.sock"));
}

TEST(ClamavEngine, IsNotWantedWhereAServerIsConfigured) {
  Host host;
  host.option("server", "127.0.0.1:3310");
  EXPECT_FALSE(host.engine<Scanner>("/nonexistent"));
}

TEST(ClamavEngine, UsesTheDatabaseThatIsThere) {
  if (::access("/usr/sbin/clamd", X_OK) != 0) GTEST_SKIP() << "clamd is not installed";
  TemporaryDirectory directory, database;
  std::ofstream(database.path() + "/main.cvd") << "x";
  Host host;
  host.option("database", database.path());
  const auto order = host.engine<Scanner>(directory.path());
  ASSERT_TRUE(order);
  EXPECT_EQ(order->notice, "");
  EXPECT_NE(order->config.find("DatabaseDirectory " + database.path() + "\n"), std::string::npos);
  EXPECT_EQ(order->config.find("User "), std::string::npos);
}

}  // namespace
}  // namespace postern::clamav
