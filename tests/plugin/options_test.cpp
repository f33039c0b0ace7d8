// SPDX-License-Identifier: MIT
#include "plugin/options.h"

#include <gtest/gtest.h>

namespace postern::plugin {
namespace {

constexpr postern_option declared[] = {
    {"flag", "false", nullptr, "a flag", 0, 0, POSTERN_T_BOOL, 0},
    {"count", "3", nullptr, "a number", 1, 10, POSTERN_T_INT, 0},
    {"size", "10MiB", nullptr, "a size", 0, 0, POSTERN_T_SIZE, 0},
    {"time", "60s", nullptr, "a duration", 1000, 300'000, POSTERN_T_DURATION, 0},
    {"word", nullptr, nullptr, "a string", 0, 0, POSTERN_T_STRING, 0},
    {"action", "accept", "accept|reject|defer", "a choice", 0, 0, POSTERN_T_ENUM, 0},
    {"file", nullptr, nullptr, "a path", 0, 0, POSTERN_T_PATH, 0},
    {"server", nullptr, nullptr, "an endpoint", 0, 0, POSTERN_T_ENDPOINT, 0},
    {"names", "a, b", nullptr, "a list", 0, 0, POSTERN_T_STRING, POSTERN_OPT_LIST},
    {"secret", nullptr, nullptr, "a secret", 0, 0, POSTERN_T_INT, POSTERN_OPT_SECRET},
    {"old", nullptr, nullptr, "use word", 0, 0, POSTERN_T_STRING, POSTERN_OPT_DEPRECATED}};
constexpr postern_option needed[] = {
    {"key", nullptr, nullptr, "the key of the licence", 0, 0, POSTERN_T_STRING, POSTERN_OPT_REQUIRED}};

template <size_t n>
postern_plugin plugin_with(const postern_option (&options)[n]) {
  postern_plugin plugin{};
  plugin.id = "org.example.options";
  plugin.options = options;
  plugin.option_count = n;
  plugin.option_stride = sizeof(postern_option);
  return plugin;
}

OptionValue value(const char* text) {
  return {OptionValue::Type::text, false, 0, text, {"f", 1, 2}};
}
OptionValue value(std::string text) {
  return {OptionValue::Type::text, false, 0, std::move(text), {"f", 1, 2}};
}
OptionValue value(int64_t number) {
  return {OptionValue::Type::integer, false, number, {}, {"f", 1, 2}};
}
OptionValue value(int number) {
  return value(int64_t{number});
}
OptionValue value(bool b) {
  return {OptionValue::Type::boolean, b, 0, {}, {"f", 1, 2}};
}

// What comes of one option being set to one value.
struct Checked {
  Problems problems;
  CheckedOptions options;
  std::string id() const { return problems.empty() ? "" : problems[0].id; }
  std::string text() const { return problems.empty() ? "" : problems[0].text; }
};
Checked check(const std::string& name, std::vector<OptionValue> values, bool is_list = false) {
  InstanceSettings settings;
  settings.name = "clam";
  if (!name.empty()) settings.options = {{name, std::move(values), is_list, {"f", 1, 1}}};
  Checked checked;
  checked.options = check_options(plugin_with(declared), settings, checked.problems);
  return checked;
}
template <class Value>
int64_t number(const std::string& name, Value v) {
  const Checked checked = check(name, {value(v)});
  EXPECT_EQ(checked.text(), "");
  return checked.options.find(name)->values.at(0).number;
}
template <class Value>
std::string refusal(const std::string& name, Value v) {
  return check(name, {value(v)}).text();
}

TEST(Options, DefaultsAreFilledIn) {
  const Checked checked = check("", {});
  EXPECT_TRUE(checked.problems.empty());
  EXPECT_EQ(checked.options.find("size")->values.at(0).number, 10 * 1024 * 1024);
  EXPECT_EQ(checked.options.find("time")->values.at(0).number, 60'000);
  EXPECT_EQ(checked.options.find("names")->values.size(), 2u);
  EXPECT_EQ(checked.options.find("names")->values.at(1).text, "b");
  EXPECT_TRUE(checked.options.find("word")->values.empty());
}

TEST(Options, AreParsedByTheirType) {
  EXPECT_EQ(number("flag", true), 1);
  EXPECT_EQ(number("count", 10), 10);
  EXPECT_EQ(number("size", 4096), 4096);
  EXPECT_EQ(number("size", "64K"), 65536);
  EXPECT_EQ(number("size", "10M"), 10 << 20);
  EXPECT_EQ(number("size", "2GiB"), int64_t{2} << 30);
  EXPECT_EQ(number("time", "1500ms"), 1500);
  EXPECT_EQ(number("time", "5m"), 300'000);
  EXPECT_EQ(number("action", "defer"), 2);
  EXPECT_EQ(number("file", "/var/lib"), 0);
  EXPECT_EQ(number("server", "unix:/run/x.sock"), 0);
  EXPECT_EQ(number("server", "[::1]:3310"), 0);
}

TEST(Options, AreRefusedWithWhatWouldBeRight) {
  EXPECT_EQ(refusal("time", "5x"),
            "scanner \"clam\": time: \"5x\" is not a duration (examples: 500ms, 30s, 5m); the default is 60s");
  EXPECT_EQ(refusal("time", 60),
            "scanner \"clam\": time: 60 is not a duration (examples: 500ms, 30s, 5m); the default is 60s");
  EXPECT_EQ(refusal("flag", "yes"),
            "scanner \"clam\": flag: \"yes\" is not true or false (without quotes); the default is false");
  EXPECT_EQ(refusal("count", "3"), "scanner \"clam\": count: \"3\" is not a whole number; the default is 3");
  EXPECT_EQ(
      refusal("action", "acept"),
      "scanner \"clam\": action: \"acept\" is none of \"accept\", \"reject\", \"defer\"; did you mean \"accept\"?; the "
      "default is accept");
  for (const char* size : {"", "10MB", "-1", "1.5M", "99999999999999999999", "9223372036854775807K"})
    EXPECT_EQ(check("size", {value(size)}).id(), "PLUGIN-OPTION-VALUE") << size;
  for (const char* path : {"", "var/lib", "~/x"})
    EXPECT_EQ(check("file", {value(path)}).id(), "PLUGIN-OPTION-VALUE") << path;
  for (const char* server : {"", "/run/x.sock", "localhost", "unix:x", "host:99999"})
    EXPECT_EQ(check("server", {value(server)}).id(), "PLUGIN-OPTION-VALUE") << server;
  EXPECT_EQ(check("word", {value(std::string("a\0b", 3))}).id(), "PLUGIN-OPTION-VALUE");
}

TEST(Options, AreHeldToTheirRange) {
  EXPECT_EQ(refusal("count", 11), "scanner \"clam\": count: 11 is out of range, which is 1 to 10; the default is 3");
  EXPECT_EQ(refusal("time", "10m"),
            "scanner \"clam\": time: \"10m\" is out of range, which is 1s to 5m; the default is 60s");
}

TEST(Options, OfOneValueTakeNoList) {
  EXPECT_EQ(check("word", {value("a")}, true).id(), "PLUGIN-OPTION-LIST");
  EXPECT_EQ(check("names", {value("a"), value("b"), value("c")}, true).options.find("names")->values.size(), 3u);
  EXPECT_EQ(check("names", {value("a")}).options.find("names")->values.size(), 1u);
}

TEST(Options, ThatAreUnknownAreGuessed) {
  const Checked checked = check("actoin", {value("accept")});
  EXPECT_EQ(checked.id(), "PLUGIN-OPTION-UNKNOWN");
  EXPECT_EQ(checked.problems.at(0).hint, "did you mean \"action\"?");
  EXPECT_EQ(checked.problems.at(0).origin.text(), "f:1:1");
}

TEST(Options, ThatAreSecretAreNotRepeated) {
  EXPECT_EQ(refusal("secret", "hunter2"), "scanner \"clam\": secret: the value is not a whole number");
}

TEST(Options, ThatAreDeprecatedAreWarnedOf) {
  const Checked checked = check("old", {value("x")});
  EXPECT_EQ(checked.id(), "PLUGIN-OPTION-DEPRECATED");
  EXPECT_FALSE(has_error(checked.problems));
  EXPECT_EQ(checked.options.find("old")->values.at(0).text, "x");
}

TEST(Options, ThatAreRequiredMustBeSet) {
  InstanceSettings settings;
  settings.name = "clam";
  settings.origin = {"f", 9, 1};
  Problems problems;
  check_options(plugin_with(needed), settings, problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].id, "PLUGIN-OPTION-REQUIRED");
  EXPECT_EQ(problems[0].origin.text(), "f:9:1");
}

}  // namespace
}  // namespace postern::plugin
