// SPDX-License-Identifier: MIT
// Every recipe of the catalogue through the configured decoders in their cage.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>

#include "cli/examination.h"
#include "config/configuration.h"
#include "hostile/recipe.h"
#include "support/sanitizer.h"
#include "postern/plugin.h"

namespace postern::testing {

void PrintTo(const Recipe& recipe, std::ostream* out) { *out << recipe.name; }

namespace {

std::vector<Recipe> catalogue() {
  std::vector<Recipe> all;
  for (const auto& family :
       {mime_recipes, encoding_recipes, name_recipes, bomb_recipes, path_recipes, special_recipes, disk_recipes,
        program_recipes, volume_recipes, packed_recipes, archive_recipes, document_recipes, office_recipes}) {
    std::vector<Recipe> some = family();
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return all;
}

// One for all: to open the plug-ins takes longer than to examine a mail.
cli::Examiner& examiner() {
  static cli::Examiner one = [] {
    auto configuration = std::make_shared<config::Configuration>(*config::load("").configuration);
    configuration->policy.limits().time = patient(configuration->policy.limits().time);  // a sanitizer is no part of what a bomb may cost
    return cli::Examiner(configuration, true);
  }();
  return one;
}

bool is_alarm(mail::DefectKind kind) {
  return kind == mail::DefectKind::ambiguous || kind == mail::DefectKind::encrypted || kind == mail::DefectKind::limit;
}

class Hostile : public ::testing::TestWithParam<Recipe> {};

TEST_P(Hostile, PayloadReachesTheScannerAndTheTrickIsMarked) {
  const Recipe& recipe = GetParam();
#ifdef POSTERN_SANITIZED
  if (std::count(recipe.marks.begin(), recipe.marks.end(), "archive-memory") > 0) GTEST_SKIP() << "the limit of memory is off under a sanitizer";
  if (recipe.name == "bomb-empty-streams-bzip2") GTEST_SKIP() << "its hundreds of thousands of streams take minutes under a sanitizer";
#endif
  mail::ReceivedMail mail;
  mail.content = base::Content::of(recipe.mail());
  mail.mail_id = mail.log_id = "hostile";
  mail.envelope.recipients.push_back({"recipient@example.org", "", ""});
  const filter::Examination e = examiner().examine(mail);

  std::set<std::string> marks, names;
  std::string tree, alarms;
  bool reached = recipe.payload.empty();
  for (const mail::Part& part : e.contents.parts()) {
    // The whole mail, and a multipart, hold what stands in them in clear: that shows nothing about our readings.
    const bool is_frame = part.path == "0" || (part.flags & POSTERN_PART_CONTAINER);
    const std::string_view bytes = e.contents.bytes(part, mail.content.bytes());
    if (!is_frame && (recipe.alone ? bytes == recipe.payload : bytes.find(recipe.payload) != std::string_view::npos)) reached = true;
    tree += "\n  " + part.path + " " + part.detected_type + " " + std::to_string(part.size);
    names.insert(part.names.begin(), part.names.end());
    for (const mail::Defect& d : part.defects) {
      marks.insert(d.code);
      if (is_alarm(d.kind)) alarms += " " + d.code;
      tree += " [" + d.code + ": " + d.text + "]";
    }
  }
  EXPECT_TRUE(reached) << recipe.trick << tree;
  for (const std::string& mark : recipe.marks) EXPECT_TRUE(marks.count(mark)) << mark << " is missing: " << recipe.trick << tree;
  for (const std::string& name : recipe.names) EXPECT_TRUE(names.count(name)) << name << " is missing: " << recipe.trick << tree;
  // What no scanner can see is told by decode alone; what it can see, it will call infected.
  if (recipe.payload.empty()) {
    const auto& categories = e.judgement.categories;
    const bool is_it = std::any_of(categories.begin(), categories.end(), [&](mail::Category c) { return name(c) == recipe.category; }) ||
                       (recipe.category == "clean" && e.judgement.main() <= mail::Category::bad_header);
    EXPECT_TRUE(is_it) << "is " << name(e.judgement.main()) << " and not " << recipe.category << ": " << recipe.trick << tree;
  }
  EXPECT_TRUE(alarms.empty() || !recipe.is_ordinary) << alarms << " is a false alarm: " << recipe.trick << tree;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Hostile, ::testing::ValuesIn(catalogue()), [](const auto& instance) {
  std::string name = instance.param.name;
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace postern::testing
