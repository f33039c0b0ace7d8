// SPDX-License-Identifier: MIT
// The cage against a decoder that was taken over. What the tests of single system calls could not show: each attempt is
// made by a plug-in, in the real companion, on a real mail.
#include "decode/cage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>

#include "decode/opening.h"
#include "decode/unpacker.h"
#include "plugin/loaded.h"

namespace postern::decode {
namespace {

using namespace std::chrono_literals;
using mail::Contents;
using mail::DefectKind;
using mail::Part;
using plugin::Kind;
using support::Deadline;
using testing::AnyOf;

// The root is a mail for the "toy", its one child goes to the breaker: it accepts the type the toy declares for it.
class Cage : public testing::Test {
 protected:
  Cage()
      : plugins_(
            {plugin::instance(Kind::decoder, "mime", "mime"), plugin::instance(Kind::decoder, "archive", "archive"),
             plugin::instance(Kind::decoder, "escape", "escape")},
            {POSTERN_TEST_PLUGINS, POSTERN_PLUGINS}) {}

  Contents unpack(const std::string& text, Deadline deadline = Deadline::in(60s)) {
    if (!unpacker) unpacker.emplace(UnpackerSettings{{limits.memory, limits.bytes + limits.min_bytes}, plugins_.prepared.of(Kind::decoder), {}, &types});
    mail.log_id = "test";
    mail.content = base::Content::of(text);
    return unpacker->unpack(mail, limits, deadline);
  }
  Contents attempt(const std::string& lines, Deadline deadline = Deadline::in(60s)) {
    return unpack("Content-Type: application/x-postern-escape\r\n\r\n" + lines, deadline);
  }
  // The breaker's findings, which are notes among the defects of its part.
  static std::map<std::string, std::string> said(const Contents& contents) {
    std::map<std::string, std::string> all;
    for (const Part& p : contents.parts())
      for (const mail::Defect& d : p.defects)
        if (d.code.starts_with("escape-")) all[d.code.substr(7)] = d.text;
    return all;
  }
  static bool has(const Contents& contents, DefectKind kind) {
    for (const Part& p : contents.parts())
      for (const mail::Defect& d : p.defects)
        if (d.kind == kind) return true;
    return false;
  }
  std::vector<std::string> in_process(const std::string& text) const;

  Limits limits;
  TypeDetector types;
  mail::ReceivedMail mail;
  plugin::Loaded plugins_;
  std::optional<Unpacker> unpacker;
};

TEST_F(Cage, RefusesEveryAttemptWithNoPermission) {
#ifdef POSTERN_SANITIZED
  GTEST_SKIP() << "the sanitizers' own system calls are allowed there";
#endif
  for (const std::string name : {"open-read",
                                 "open-write",
                                 "connect-tcp 25",
                                 "connect-unix /run/x",
                                 "socket",
                                 "fork",
                                 "clone",
                                 "execve",
                                 "ptrace-parent",
                                 "kill-parent",
                                 "kill-all",
                                 "setrlimit",
                                 "prctl-dumpable",
                                 "prctl-no-new-privs",
                                 "unlink",
                                 "mkdir",
                                 "chdir",
                                 "descriptors",
                                 "mount",
                                 "unshare",
                                 "setuid",
                                 "io-uring",
                                 "bpf",
                                 "perf",
                                 "keyctl",
                                 "read-parent",
                                 "personality",
                                 "reboot",
                                 "swapon"}) {
    const auto result = said(attempt(name + "\n"));
    ASSERT_EQ(result.size(), 1u) << name;
    EXPECT_THAT(result.begin()->second, AnyOf("refused: EPERM", "refused: EACCES")) << name;
  }
}

TEST_F(Cage, OneCompanionSurvivesAllRefusals) {
  attempt("socket\n");
  const int companion = unpacker->companion();
  EXPECT_EQ(said(attempt("fork\nexecve\nmount\nptrace-parent\n")).size(), 4u);
  EXPECT_EQ(unpacker->companion(), companion);
}

TEST_F(Cage, WritesToNoDescriptorOfItsOwnFinding) {
#ifdef POSTERN_SANITIZED
  GTEST_SKIP() << "more system calls are allowed there";
#endif
  EXPECT_EQ(said(attempt("write-descriptors\n"))["write-descriptors"], "refused: none");
}

TEST_F(Cage, HoldsOnlyTheSocketTheArenaAndDevNull) {
#ifdef POSTERN_SANITIZED
  GTEST_SKIP() << "standard error stays open there, for the sanitizer's report";
#endif
  if (::geteuid() != 0) GTEST_SKIP() << "only root may look into a process that is not dumpable";
  attempt("socket\n");
  attempt("socket\n");
  std::vector<std::string> inside;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(unpacker->companion()) + "/fd"))
    inside.push_back(std::filesystem::read_symlink(entry.path()).string());
  int null = 0, sockets = 0, files = 0;
  for (const std::string& target : inside) {
    if (target == "/dev/null")
      ++null;
    else if (target.starts_with("socket:"))
      ++sockets;
    else if (target.starts_with("/memfd:postern-"))
      ++files;
    else
      ADD_FAILURE() << "the cage holds " << target;
  }
  EXPECT_EQ(null, 3);
  EXPECT_EQ(sockets, 1);
  EXPECT_LE(files, 2);
}

TEST_F(Cage, RefusesMemoryBeyondTheLimitAndTheWorkerGoesOn) {
#ifdef POSTERN_SANITIZED
  GTEST_SKIP() << "sanitizers reserve terabytes: RLIMIT_DATA is not set there";
#endif
  limits.memory = 128 * 1024 * 1024;
  const auto large = said(attempt("mmap-2g\n"));
  EXPECT_EQ(large.at("mmap-2g"), "refused: ENOMEM");
  const auto result = said(attempt("allocate\n"));  // or it died of it: then nothing was said, and the part is marked
  EXPECT_NE(result.count("allocate") ? result.at("allocate") : "refused", "SUCCEEDED");
  EXPECT_EQ(said(attempt("socket\n")).size(), 1u);
}

TEST_F(Cage, ADecoderThatEndsTheProcessCostsOnlyTheCompanion) {
  for (const std::string name : {"exit", "abort", "segfault", "recurse"}) {
    const Contents contents = attempt(name + "\n");
    EXPECT_TRUE(has(contents, DefectKind::crashed)) << name;
    EXPECT_EQ(said(attempt("socket\n")).size(), 1u) << "the mail after " << name;
  }
}

TEST_F(Cage, ALoopIsKilledInTime) {
  limits.time = 200ms;
  const Contents contents = attempt("loop\n");
  EXPECT_TRUE(has(contents, DefectKind::limit));
  EXPECT_FALSE(has(contents, DefectKind::crashed));
}

// Paths, names, types and bytes of all parts, opened without a cage.
std::vector<std::string> summary(const std::vector<Part>& parts,
                                 const std::function<std::string_view(const Part&)>& bytes) {
  std::vector<std::string> all;
  for (const Part& p : parts) {
    std::string line = p.path + " " + p.detected_type + " " + p.decoder;
    for (const std::string& name : p.names) line += " [" + name + "]";
    for (const mail::Defect& d : p.defects) line += " {" + d.code + " " + d.text + "}";
    all.push_back(line + " " + std::string(bytes(p)));
  }
  return all;
}

std::vector<std::string> Cage::in_process(const std::string& text) const {
  class Silent final : public Recorder {
    void part(const Part&) override {}
    void part_name(uint32_t, const std::string&) override {}
    void detected(uint32_t, const std::string&) override {}
    void opened(uint32_t, const std::string&) override {}
    void flags(uint32_t, uint32_t) override {}
    void defect(uint32_t, const mail::Defect&) override {}
    void trying(uint32_t, uint32_t) override {}
  } recorder;
  Arena arena(base::UniqueFd(::memfd_create("arena", MFD_CLOEXEC)));
  Budget budget(limits, text.size(), Deadline::never());
  const auto decoders = plugins_.prepared.of(Kind::decoder);
  const auto parts = open_all(text, arena, budget, {decoders, types, {}}, recorder);
  return summary(parts, [&](const Part& p) { return part_bytes(p, text, arena); });
}

TEST_F(Cage, DecodesForeignCharsetsAsOutside) {
  const auto part = [](const std::string& name) {
    return "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; " + name +
           "\r\n\r\nx\r\n";
  };
  const std::string text = "Subject: =?windows-1252?Q?=80uro?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
                           part("filename=\"=?ISO-8859-1?Q?M=FCller.exe?=\"") +
                           part("filename=\"=?windows-1252?Q?=80uro.exe?=\"") +
                           part("filename=\"=?Shift_JIS?B?k/qWe4zqLmV4ZQ==?=\"") +
                           part("filename*=Shift_JIS''%93%FA%96%7B.exe") + "--b--\r\n";
  const Contents contents = unpack(text);
  const auto inside = summary(contents.parts(), [&](const Part& p) { return contents.bytes(p, text); });
  EXPECT_EQ(inside, in_process(text));
  std::string all;
  for (const std::string& line : inside) all += line;
  EXPECT_THAT(all, testing::HasSubstr("M\xC3\xBCller.exe"));
  EXPECT_THAT(all, testing::HasSubstr("\xE2\x82\xACuro.exe"));
  EXPECT_THAT(all, testing::HasSubstr("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.exe"));
}

// A ustar archive with one member of this name.
std::string tar(const std::string& name, const std::string& content) {
  std::string head(512, '\0');
  head.replace(0, name.size(), name);
  head.replace(100, 7, "0000644");
  char size[12];
  ::snprintf(size, sizeof size, "%011zo", content.size());
  head.replace(124, 11, size);
  head.replace(136, 11, "00000000000");
  head[156] = '0';
  head.replace(257, 5, "ustar");
  head.replace(263, 2, "00");
  head.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  char check[8];
  ::snprintf(check, sizeof check, "%06o", sum);
  head.replace(148, 7, std::string(check, 7));
  return head + content + std::string(512 - content.size() % 512, '\0') + std::string(1024, '\0');
}

TEST_F(Cage, ReadsArchivesWithForeignNamesAsOutside) {
  const std::string text =
      "Content-Type: application/x-tar\r\nContent-Transfer-Encoding: binary\r\n\r\n" + tar("gr\xC3\xBC\xC3\x9F"
                                                                                           "e.txt",
                                                                                           "content");
  const Contents contents = unpack(text);
  const auto inside = summary(contents.parts(), [&](const Part& p) { return contents.bytes(p, text); });
  EXPECT_EQ(inside, in_process(text));
  EXPECT_THAT(inside, testing::Contains(testing::HasSubstr("[gr\xC3\xBC\xC3\x9F"
                                                           "e.txt]")));
}

}  // namespace
}  // namespace postern::decode
