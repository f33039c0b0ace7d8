// SPDX-License-Identifier: MIT
// Not a test: the figures of the whole catalogue, and of the ordinary mails, on standard output. With a part of a
// family's name also each recipe of it with its own cost, the dearest first. With "without" and the name of a decoder
// only what is as it should be although that decoder is missing: a recipe about it would prove nothing.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "hostile/catalogue.h"
#include "hostile/ordinary_mail.h"
#include "hostile/verdict.h"

namespace postern::testing {
namespace {

struct Examined {
  std::string name;
  bool has_payload;
  Verdict verdict;
};

double mebis(uint64_t bytes) {
  return static_cast<double>(bytes) / (1u << 20);
}
double seconds(const Examined& e) {
  return std::chrono::duration<double>(e.verdict.cost.wall).count();
}

std::vector<Examined> examined(Court& court, const Family& family) {
  std::vector<Examined> all;
  for (const Recipe& recipe : family.recipes())
    all.push_back({recipe.name, !recipe.payload.empty(), court.judge(recipe)});
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return seconds(a) > seconds(b); });
  return all;
}

void print_head(const char* what) {
  std::printf("%-36s %11s %7s %7s %8s %8s %11s %11s\n", what, "reached", "marked", "faults", "s p50", "s most",
              "worker MiB", "unpack MiB");
}

void print_row(const std::string& name, const std::vector<Examined>& all) {
  size_t payloads = 0, reached = 0, marked = 0, faults = 0;
  uint64_t worker = 0, unpacker = 0;
  for (const Examined& e : all) {
    payloads += e.has_payload;
    reached += e.has_payload && e.verdict.is_reached;
    marked += e.verdict.is_marked;
    faults += !e.verdict.faults.empty();
    worker = std::max(worker, e.verdict.cost.worker);
    unpacker = std::max(unpacker, e.verdict.cost.unpacker);
  }
  std::printf("%-36s %4zu of %3zu %7zu %7zu %8.3f %8.3f %11.1f %11.1f\n", name.c_str(), reached, payloads, marked,
              faults, all.empty() ? 0 : seconds(all[all.size() / 2]), all.empty() ? 0 : seconds(all.front()),
              mebis(worker), mebis(unpacker));
  std::fflush(stdout);
}

// For each category in how many of the mails it was found that must be in it.
void print_categories(const std::vector<Examined>& all) {
  std::map<std::string, std::pair<size_t, size_t>> found;  // and how many must be
  for (const Examined& e : all)
    for (const std::string& category : e.verdict.wanted) {
      found[category].first += !e.verdict.missing.count(category);
      ++found[category].second;
    }
  for (const auto& [category, counts] : found)
    std::printf("%-12s %zu of %zu\n", category.c_str(), counts.first, counts.second);
}

void print_untouched(const std::string& without) {
  Court court(without);
  for (const Family& family : families())
    for (const Examined& e : examined(court, family))
      if (e.verdict.faults.empty()) std::printf("%s\n", e.name.c_str());
}

void print_figures(const std::string& wanted) {
  Court court;
  std::vector<Examined> all;
  print_head("family (recipes)");
  for (const Family& family : families()) {
    std::vector<Examined> some = examined(court, family);
    print_row(family.name + (" (" + std::to_string(some.size()) + ")"), some);
    if (!wanted.empty() && std::string(family.name).find(wanted) != std::string::npos)
      for (const Examined& e : some) print_row("  " + e.name, {e});
    for (const Examined& e : some)
      for (const std::string& fault : e.verdict.faults) std::printf("  fault: %s: %s\n", e.name.c_str(), fault.c_str());
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return seconds(a) > seconds(b); });
  print_row("all (" + std::to_string(all.size()) + ")", all);
  print_categories(all);

  cli::Examiner examiner(config::load("").configuration, true);
  size_t mails = 0, false_alarms = 0;
  for (size_t style = 0; style < ordinary_styles().size(); ++style)
    for (size_t shape = 0; shape < ordinary_shapes; ++shape, ++mails)
      false_alarms += !alarms(examiner, ordinary_mail(style, shape)).empty();
  std::printf("ordinary mails: %zu, false alarms: %zu\n", mails, false_alarms);
}

}  // namespace
}  // namespace postern::testing

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string("without"))
    postern::testing::print_untouched(argv[2]);
  else
    postern::testing::print_figures(argc > 1 ? argv[1] : "");
}
