// SPDX-License-Identifier: MIT
// A scanner with an option of every type. It finds its marker, and tells what it was configured with as notes.
#include <postern/plugin.hpp>

namespace {

class Marker {
 public:
  static constexpr postern_option options[] = {
      postern::option("marker", POSTERN_T_STRING, "MARK", "text to look for"),
      postern::option("strict", POSTERN_T_BOOL, "false", "also complain about empty parts"),
      postern::option("level", POSTERN_T_INT, "3", "how deep to look", 1, 10),
      postern::option("max-size", POSTERN_T_SIZE, "10MiB", "larger parts are only partly examined", 1, 1 << 30),
      postern::option("patience", POSTERN_T_DURATION, "60s", "how long to look", 1, 3'600'000),
      postern::option_enum("on-find", "report", "report|ignore", "what to do with a marker"),
      postern::option("database", POSTERN_T_PATH, nullptr, "where more markers stand"),
      postern::option("server", POSTERN_T_ENDPOINT, nullptr, "where a server listens"),
      postern::option("words", POSTERN_T_STRING, "one, two", "further markers", POSTERN_OPT_LIST),
      postern::option("password", POSTERN_T_STRING, nullptr, "for the server", POSTERN_OPT_SECRET),
      postern::option("old", POSTERN_T_STRING, nullptr, "use \"marker\"", POSTERN_OPT_DEPRECATED)};
  static constexpr postern_metric metrics[] = {{"scans", "1", "parts looked at", POSTERN_COUNTER, 0}};
  static constexpr const char* accepts[] = {"text/", "application/pdf", nullptr};
  static constexpr const char* needs[] = {"exec", nullptr};

  explicit Marker(const postern::Config& config)
      : inst_(config.instance()),
        marker_(config.text("marker")),
        words_(config.list("words")),
        server_(config.text("server")),
        max_size_(static_cast<uint64_t>(config.number("max-size"))),
        ignored_(config.number("on-find") == 1) {}

  static void validate(const postern::Config& config) {
    if (config.text("marker").empty()) config.reject("marker", "must not be empty");
  }

  static std::optional<postern::Engine> engine(const postern::Config& config, std::string_view) {
    if (config.has("server")) return std::nullopt;
    return postern::Engine{{"/usr/bin/true", "--config", "{config}"}, "listen {socket}\n", "a notice", "server", {}};
  }

  void scan(postern::Job& job, const postern::Part& part) {
    job.host()->metric(inst_, 0, 1);
    if (part.size() > max_size_) job.partial();
    const std::string_view text = part.text();
    if (!ignored_ && text.find(marker_) != std::string_view::npos) job.malware("Test.Marker", part);
    for (const std::string& word : words_)
      if (text.find(word) != std::string_view::npos) job.finding(POSTERN_CAT_INFO, word, part.handle());
    if (text == "fail") throw postern::Error(POSTERN_E_UNAVAILABLE, "told to fail");
    if (text == "facts") {
      job.note("seen.from", job.attr("mail.from").value_or("none"));
      job.note("seen.name", job.attr("part.name", 1, part.handle()).value_or("none"), part.handle());
      job.note("seen.offset", job.attr("part.offset", 0, part.handle()).value_or("none"));
      job.note("seen.server", server_);
    }
    if (text == "spawn") job.note("spawn.out", job.spawn({"/bin/cat"}, part.handle(), 1024).out);
    if (text == "spawn path") job.note("spawn.out", job.spawn({"/bin/cat", "{path}"}, part.handle(), 1024).out);
    if (text == "spawn much") {
      const postern::Spawned result = job.spawn({"/bin/sh", "-c", "while :; do echo yyyyyyyyyyyyyyyy; done"}, 0, 100);
      job.note("spawn.out", std::to_string(result.out.size()) + (result.output_cut ? " cut" : ""));
    }
    if (text == "spawn status") {
      const postern::Spawned result = job.spawn({"/bin/sh", "-c", "pwd; env; echo bad >&2; exit 3"}, 0, 4096);
      job.note("spawn.out", result.out);
      job.note("spawn.err", result.err);
      job.note("spawn.status", std::to_string(result.exit_status));
    }
    if (text == "spawn forever") job.spawn({"/bin/sh", "-c", "while :; do :; done"}, 0, 100);
    if (text == "spawn nothing") job.spawn({"/nonexistent/scanner"}, 0, 100);
  }

  postern::Health health() { return {POSTERN_UP, 1, 2, "marker 1.0", "3", ""}; }

 private:
  postern_inst inst_;
  std::string marker_;
  std::vector<std::string> words_;
  std::string server_;
  uint64_t max_size_;
  bool ignored_;
};

}  // namespace

POSTERN_PLUGIN(Marker, "org.example.marker", "Marker", "1.0", "Example", "MIT", "https://example.org/marker")
