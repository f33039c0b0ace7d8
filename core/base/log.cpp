// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>

#include "base/utf8.h"

namespace postern::base::log {
namespace {

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> current = [] {
    auto first = std::make_shared<spdlog::logger>("postern", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    first->set_pattern("%v");
    return first;
  }();
  return current;
}

std::function<void(Level, std::string_view)>& redirection() {
  static std::function<void(Level, std::string_view)> to;
  return to;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::notice: return spdlog::level::info;  // spdlog has no notice; ours stands between info and warning
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_hex(std::string& out, unsigned char byte) {
  static constexpr char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

}  // namespace

void open(const Settings& settings, std::string_view process) {
  spdlog::sink_ptr sink;
  if (settings.file.empty()) sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  else sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
  logger() = std::make_shared<spdlog::logger>("postern", std::move(sink));
  // A terminal or file wants the time; under systemd the journal has it already.
  const bool journal = settings.file.empty() && ::getenv("JOURNAL_STREAM") != nullptr;
  const std::string who = "posternd[" + std::to_string(::getpid()) + "] " + std::string(process) + ": %v";
  logger()->set_pattern(journal ? who : "%Y-%m-%dT%H:%M:%S.%e%z " + who);
  logger()->set_level(spdlog_level(settings.level));
  logger()->flush_on(spdlog::level::debug);
}

void redirect(std::function<void(Level, std::string_view)> to) { redirection() = std::move(to); }

void write(Level level, std::string_view line) {
  if (redirection()) return redirection()(level, line);
  const bool marked = level == Level::warning || level == Level::error;
  if (!marked) logger()->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  else logger()->log(spdlog_level(level), "{}{}", level == Level::error ? "error: " : "warning: ", line);
}

std::string printable(std::string_view text, size_t max) {
  std::string out;
  out.reserve(std::min(text.size(), max) + 8);
  while (!text.empty()) {
    if (out.size() >= max) return out + "…";
    const Utf8 c = next_utf8(text);
    if (!c.valid || is_control(c.code)) {
      for (size_t i = 0; i < c.length; ++i) append_hex(out, static_cast<unsigned char>(text[i]));
    } else if (is_deceptive(c.code)) {
      char escaped[16];
      ::snprintf(escaped, sizeof escaped, "\\u{%04x}", static_cast<unsigned>(c.code));
      out += escaped;
    } else {
      out.append(text.substr(0, c.length));
    }
    text.remove_prefix(c.length);
  }
  return out;
}

}  // namespace postern::base::log
