// SPDX-License-Identifier: MIT
#include "plugin/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "plugin/elf_check.h"
#include "plugin/file_check.h"

namespace postern::plugin {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string directory = POSTERN_TEST_PLUGINS;

InstanceSettings settings_for(const std::string& plugin, Kind kind = Kind::scanner) {
  InstanceSettings settings;
  settings.kind = kind;
  settings.name = "test";
  settings.plugin = plugin;
  settings.origin = {"postern.toml", 12, 1};
  return settings;
}

RegistrySettings registry_settings() {
  RegistrySettings registry;
  registry.directories = {directory};
  registry.check_ownership = false;  // the build directory may be anybody's
  return registry;
}

OptionSetting set(const std::string& name, const std::string& text) {
  OptionValue value;
  value.text = text;
  value.origin = {"postern.toml", 14, 11};
  return {name, {value}, false, {"postern.toml", 14, 1}};
}

// Gives the instances back at the end, as a worker does.
struct Ready : Prepared {
  explicit Ready(Prepared made) : Prepared(std::move(made)) {}
  ~Ready() {
    for (const auto& instance : instances) destroy(*instance);
  }
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
};
Ready ready(const std::vector<InstanceSettings>& settings, const RegistrySettings& registry) {
  return Ready(prepare(settings, registry));
}

std::vector<std::string> ids(const Prepared& prepared) {
  std::vector<std::string> all;
  for (const base::Problem& problem : prepared.problems) all.push_back(problem.id);
  return all;
}

std::string printed(const std::vector<base::Problem>& problems) {
  std::string all;
  for (const base::Problem& problem : problems) all += text(problem) + "\n";
  return all;
}

TEST(Registry, PreparesAScannerADecoderAndANotifier) {
  const Ready prepared = ready({settings_for("good_scanner"), settings_for("good_decoder", Kind::decoder),
                                settings_for("good_notifier", Kind::notifier)},
                               registry_settings());
  EXPECT_FALSE(prepared.has_errors()) << printed(prepared.problems);
  ASSERT_EQ(prepared.instances.size(), 3u);
  ASSERT_EQ(prepared.of(Kind::decoder).size(), 1u);
  EXPECT_EQ(prepared.of(Kind::decoder)[0]->settings.home, Home::confined);
  EXPECT_NE(prepared.of(Kind::scanner)[0]->health, nullptr);
  EXPECT_TRUE(prepared.of(Kind::scanner)[0]->accepts("text/html"));
  EXPECT_TRUE(prepared.of(Kind::scanner)[0]->accepts("application/pdf"));
  EXPECT_FALSE(prepared.of(Kind::scanner)[0]->accepts("application/zip"));
}

TEST(Registry, LeavesOutWhatIsNotEnabled) {
  InstanceSettings off = settings_for("no such plug-in");
  off.enabled = false;
  const Ready prepared = ready({off}, registry_settings());
  EXPECT_THAT(prepared.instances, IsEmpty());
  EXPECT_THAT(prepared.problems, IsEmpty());
}

TEST(Registry, SuggestsTheNameOfAnInstalledFile) {
  const Ready prepared = ready({settings_for("good_scaner")}, registry_settings());
  EXPECT_THAT(ids(prepared), testing::ElementsAre("PLUGIN-NOT-FOUND"));
  EXPECT_THAT(printed(prepared.problems), HasSubstr("did you mean \"good_scanner\"?"));
  EXPECT_THAT(printed(prepared.problems), HasSubstr("postern.toml:12:1: error: [PLUGIN-NOT-FOUND]"));
}

TEST(Registry, SaysWhichFoldersCannotBeEntered) {
  RegistrySettings registry = registry_settings();
  registry.directories = {"/dev/null", "/nonexistent", directory};
  EXPECT_THAT(printed(ready({settings_for("nowhere")}, registry).problems),
              HasSubstr("no plug-in \"nowhere\" in /dev/null (cannot be entered: Not a directory), /nonexistent (cannot be entered: No such "
                        "file or directory), " + std::string(directory)));
}

TEST(Registry, SaysWhenAPluginIsOfAnotherKind) {
  EXPECT_THAT(ids(ready({settings_for("good_decoder")}, registry_settings())), Contains("PLUGIN-OTHER-KIND"));
}

TEST(Registry, ReportsAWrongOptionWithItsPlaceAndDefault) {
  InstanceSettings settings = settings_for("good_scanner");
  settings.options = {set("patience", "5x")};
  const Ready prepared = ready({settings}, registry_settings());
  EXPECT_THAT(prepared.instances, IsEmpty());
  EXPECT_EQ(printed(prepared.problems),
            "postern.toml:14:11: error: [PLUGIN-OPTION-VALUE] scanner \"test\": patience: \"5x\" is not a duration "
            "(examples: 500ms, 30s, 5m); the default is 60s\n");
}

TEST(Registry, LetsAPluginBlameAnOption) {
  InstanceSettings settings = settings_for("good_scanner");
  settings.options = {set("marker", "")};
  const Ready prepared = ready({settings}, registry_settings());
  EXPECT_EQ(printed(prepared.problems),
            "postern.toml:14:11: error: [PLUGIN-OPTION-REFUSED] scanner \"test\": marker: must not be empty\n");
}

TEST(Registry, StopsBeforeCreateWhenOnlyChecking) {
  RegistrySettings registry = registry_settings();
  registry.create = false;
  const Ready prepared = ready({settings_for("wrong_create_fails")}, registry);
  EXPECT_FALSE(prepared.has_errors());
  ASSERT_EQ(prepared.instances.size(), 1u);
  EXPECT_EQ(prepared.instances[0]->self, nullptr);
}

TEST(Registry, GivesTheReasonOfAFailedCreate) {
  const Ready prepared = ready({settings_for("wrong_create_fails")}, registry_settings());
  EXPECT_THAT(ids(prepared), testing::ElementsAre("PLUGIN-CREATE-FAILED"));
  EXPECT_THAT(printed(prepared.problems), HasSubstr("nobody at home"));
}

TEST(Registry, MakesAnOrderForTheEngineAndTellsThePluginItsSocket) {
  char place[] = "/tmp/postern-engine-XXXXXX";
  ASSERT_NE(::mkdtemp(place), nullptr);
  RegistrySettings registry = registry_settings();
  registry.engine_directory = place;
  const Ready prepared = ready({settings_for("good_scanner")}, registry);
  ASSERT_EQ(prepared.engines.size(), 1u) << printed(prepared.problems);
  const EngineOrder& order = prepared.engines[0];
  EXPECT_EQ(order.instance, "test");
  EXPECT_EQ(order.directory, std::string(place) + "/scanner-test");
  EXPECT_TRUE(std::filesystem::is_directory(order.directory));
  EXPECT_EQ(order.config, "listen " + order.socket + "\n");
  EXPECT_THAT(order.argv, testing::ElementsAre("/usr/bin/true", "--config", order.config_path));
  EXPECT_EQ(order.notice, "a notice");
  std::filesystem::remove_all(place);
}

TEST(Registry, RunsNoEngineWhereAServerIsConfigured) {
  RegistrySettings registry = registry_settings();
  char place[] = "/tmp/postern-engine-XXXXXX";
  ASSERT_NE(::mkdtemp(place), nullptr);
  registry.engine_directory = place;
  InstanceSettings settings = settings_for("good_scanner");
  settings.options = {set("server", "localhost:3310")};
  const Ready prepared = ready({settings}, registry);
  EXPECT_THAT(prepared.engines, IsEmpty());
  EXPECT_EQ(prepared.instances.size(), 1u) << printed(prepared.problems);
  std::filesystem::remove_all(place);
}

TEST(Registry, RefusesTwoFilesWithOneId) {
  char place[] = "/tmp/postern-copy-XXXXXX";
  ASSERT_NE(::mkdtemp(place), nullptr);
  const std::string copy = std::string(place) + "/copy.so";
  std::filesystem::copy_file(directory + "/good_notifier.so", copy);
  const Ready prepared =
      ready({settings_for("good_notifier", Kind::notifier), settings_for(copy, Kind::notifier)}, registry_settings());
  EXPECT_THAT(ids(prepared), Contains("PLUGIN-ID-TWICE"));
  std::filesystem::remove_all(place);
}

// One library for each way to be wrong, and the id it is refused with.
struct Wrong {
  const char* plugin;
  const char* id;
};

class WrongPlugin : public testing::TestWithParam<Wrong> {};

TEST_P(WrongPlugin, IsRefusedWithItsId) {
  const Ready prepared = ready({settings_for(GetParam().plugin)}, registry_settings());
  EXPECT_THAT(ids(prepared), Contains(GetParam().id)) << printed(prepared.problems);
  EXPECT_THAT(prepared.instances, IsEmpty());
  EXPECT_TRUE(prepared.has_errors());
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongPlugin,
    testing::Values(
        Wrong{"wrong_no_entry", "PLUGIN-NO-ENTRY"}, Wrong{"wrong_extra_symbol", "PLUGIN-EXTRA-SYMBOLS"},
        Wrong{"wrong_executable_stack", "PLUGIN-EXEC-STACK"}, Wrong{"wrong_magic", "PLUGIN-BAD-MAGIC"},
        Wrong{"wrong_major", "PLUGIN-ABI-OTHER-MAJOR"}, Wrong{"wrong_too_new", "PLUGIN-ABI-TOO-NEW"},
        Wrong{"wrong_size", "PLUGIN-DESCRIPTOR-SIZE"}, Wrong{"wrong_no_name", "PLUGIN-DESCRIPTOR-TEXT"},
        Wrong{"wrong_text", "PLUGIN-DESCRIPTOR-TEXT"}, Wrong{"wrong_wild_text", "PLUGIN-PROBE-CRASHED"},
        Wrong{"wrong_id", "PLUGIN-ID-FORM"}, Wrong{"wrong_id_twice", "PLUGIN-ID-TWICE"},
        Wrong{"wrong_no_descriptor", "PLUGIN-NO-DESCRIPTOR"}, Wrong{"wrong_entry_crashes", "PLUGIN-PROBE-CRASHED"},
        Wrong{"wrong_entry_hangs", "PLUGIN-PROBE-TIMEOUT"}, Wrong{"wrong_entry_exits", "PLUGIN-PROBE-CRASHED"},
        Wrong{"wrong_constructor", "PLUGIN-PROBE-CRASHED"}, Wrong{"wrong_missing_library", "PLUGIN-OPEN-FAILED"},
        Wrong{"wrong_no_create", "PLUGIN-FUNCTION-MISSING"}, Wrong{"wrong_no_run", "PLUGIN-INTERFACE-BROKEN"},
        Wrong{"wrong_no_interface", "PLUGIN-NO-INTERFACE"}, Wrong{"wrong_stride", "PLUGIN-OPTION-TABLE"},
        Wrong{"wrong_option_twice", "PLUGIN-OPTION-DECLARATION"},
        Wrong{"wrong_option_name", "PLUGIN-OPTION-DECLARATION"}, Wrong{"wrong_default", "PLUGIN-OPTION-DEFAULT"},
        Wrong{"wrong_default_range", "PLUGIN-OPTION-DEFAULT"}, Wrong{"wrong_metric", "PLUGIN-METRIC-TABLE"},
        Wrong{"wrong_create_fails", "PLUGIN-CREATE-FAILED"}),
    [](const auto& one) { return std::string(one.param.plugin); });

TEST(Registry, ExplainsAPluginThatIsTooNew) {
  const Ready prepared = ready({settings_for("wrong_too_new")}, registry_settings());
  EXPECT_EQ(printed(prepared.problems),
            "postern.toml:12:1: error: [PLUGIN-ABI-TOO-NEW] " + directory +
                "/wrong_too_new.so refused: \"Acme Scan\" 1.0 (com.acme.scan) needs plug-in ABI 1.4, this program "
                "offers 1.1. "
                "Plug-in ABI numbers are not program versions.\n"
                "    install a newer Postern, or an edition of the plug-in built for ABI 1.1 or older\n");
}

// What was to happen at our end, and when our buffers are written, is not the business of a plug-in that calls exit().
TEST(Probe, OfAPluginThatEndsTheProcessRunsNoneOfOurHandlers) {
  static auto* const runs = static_cast<std::atomic<int>*>(
      ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(runs, MAP_FAILED);
  std::atexit([] { ++*runs; });
  const Ready prepared = ready({settings_for("wrong_entry_exits")}, registry_settings());
  EXPECT_THAT(ids(prepared), Contains("PLUGIN-PROBE-CRASHED"));
  EXPECT_EQ(*runs, 0);
}

TEST(Registry, OnlyWarnsOfAForbiddenImport) {
  const Ready prepared = ready({settings_for("wrong_import")}, registry_settings());
  EXPECT_THAT(ids(prepared), testing::ElementsAre("PLUGIN-FORBIDDEN-IMPORT"));
  EXPECT_THAT(printed(prepared.problems), HasSubstr("umask"));
  EXPECT_EQ(prepared.instances.size(), 1u);
}

// ---- files and ELF

class OneFile : public testing::Test {
 protected:
  OneFile() {
    char place[] = "/tmp/postern-file-XXXXXX";
    place_ = ::mkdtemp(place);
    path_ = place_ + "/plugin.so";
    std::ofstream(path_) << "bytes";
    ::chmod(path_.c_str(), 0644);
  }
  ~OneFile() override { std::filesystem::remove_all(place_); }
  static std::string first_id(const Problems& problems) { return problems.empty() ? "" : problems.front().id; }

  std::string place_, path_;
};

TEST_F(OneFile, OfOursInAStickyDirectoryIsAccepted) {
  EXPECT_THAT(check_file(path_), IsEmpty()) << printed(check_file(path_));
}

TEST_F(OneFile, ThatOthersCanWriteIsRefused) {
  ::chmod(path_.c_str(), 0666);
  EXPECT_EQ(first_id(check_file(path_)), "PLUGIN-FILE-WRITABLE");
  ::chmod(path_.c_str(), 0664);
  EXPECT_EQ(first_id(check_file(path_)), "PLUGIN-FILE-WRITABLE");
}

TEST_F(OneFile, InADirectoryThatOthersCanWriteIsRefused) {
  ::chmod(place_.c_str(), 0777);
  EXPECT_EQ(first_id(check_file(path_)), "PLUGIN-FILE-WRITABLE");
}

TEST_F(OneFile, BehindALinkInADirectoryThatOthersCanWriteIsRefused) {
  const std::string open_place = place_ + "/open";
  std::filesystem::create_directory(open_place);
  ::chmod(open_place.c_str(), 0777);
  std::filesystem::create_symlink(path_, open_place + "/link.so");
  EXPECT_EQ(first_id(check_file(open_place + "/link.so")), "PLUGIN-FILE-WRITABLE");
}

TEST_F(OneFile, ThatIsMissingOrADirectoryIsRefused) {
  EXPECT_EQ(first_id(check_file(place_ + "/none.so")), "PLUGIN-FILE-MISSING");
  EXPECT_EQ(first_id(check_file(place_)), "PLUGIN-FILE-TYPE");
}

TEST_F(OneFile, OfAnotherUserIsRefused) {
  if (::chown(path_.c_str(), 1234, 1234) != 0) GTEST_SKIP() << "only root can give files away";
  EXPECT_EQ(first_id(check_file(path_)), "PLUGIN-FILE-OWNER");
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ElfCheck, AcceptsAPlugin) {
  EXPECT_THAT(check_elf(directory + "/good_scanner.so"), IsEmpty());
}

TEST(ElfCheck, RefusesTextProgramsAndOtherMachines) {
  EXPECT_EQ(check_elf("x", "#!/bin/sh\n").at(0).id, "PLUGIN-ELF-FORMAT");
  std::string library = bytes_of(directory + "/good_notifier.so");
  library[18] = 0x7f;  // e_machine
  EXPECT_EQ(check_elf("x", library).at(0).id, "PLUGIN-ELF-MACHINE");
}

TEST(ElfCheck, RefusesAFileCutAnywhere) {
  const std::string library = bytes_of(directory + "/wrong_code.so");
  ASSERT_THAT(check_elf("x", library), IsEmpty());
  for (size_t length = 0; length < library.size(); length += 97)
    EXPECT_FALSE(check_elf("x", std::string_view(library).substr(0, length)).empty()) << length;
}

TEST(ElfCheck, SurvivesEveryByteOfTheHeaderBeingWrong) {
  const std::string library = bytes_of(directory + "/wrong_code.so");
  for (size_t at = 16; at < 64; ++at) {
    std::string damaged = library;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xFF);
    check_elf("x", damaged);  // any answer, no crash
  }
}

}  // namespace
}  // namespace postern::plugin
