// SPDX-License-Identifier: MIT
#include "plugin/descriptor.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <set>

#include "base/log.h"
#include "base/utf8.h"
#include "plugin/options.h"
#include "postern/engine.h"
#include "postern/learn.h"

namespace postern::plugin {
namespace {

// What a struct of ABI 1.0 measures; a newer one is longer, an older one does not exist.
constexpr uint32_t plugin_size_1_0 = 152, worker_size_1_0 = 32, option_size_1_0 = 56, metric_size_1_0 = 32,
                   health_size_1_0 = 16;
static_assert(sizeof(postern_plugin) == plugin_size_1_0 && sizeof(postern_worker) == worker_size_1_0);
static_assert(sizeof(postern_option) == option_size_1_0 && sizeof(postern_metric) == metric_size_1_0);
static_assert(sizeof(postern_health) == health_size_1_0);

constexpr uint32_t most_plugins = 64, most_options = 1000;  // beyond it, it is not a table but garbage

// The host reads these itself; an option of the same name would never see its value.
constexpr std::string_view host_keys[] = {"plugin", "enabled", "isolation", "timeout", "on-error", "stage", "self-test", "max-database-age"};

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const base::Utf8 c = base::next_utf8(text);
    if (!c.valid || c.code < 0x20) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

bool is_made_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

class DescriptorCheck {
 public:
  DescriptorCheck(const std::string& file, const postern_plugin& plugin, Problems& problems)
      : file_(file), plugin_(plugin), problems_(problems) {}

  // Each step makes the next one safe.
  bool passes() {
    const size_t before = problems_.size();
    if (!versions() || !texts()) return false;
    functions();
    options();
    metrics();
    if (problems_.size() == before) interfaces();
    return problems_.size() == before;
  }

 private:
  bool versions() {
    static constexpr uint8_t magic[8] = POSTERN_MAGIC;
    if (std::memcmp(plugin_.magic, magic, sizeof magic) != 0)
      return refuse("PLUGIN-BAD-MAGIC", "its descriptor does not begin with the magic of a plug-in",
                    "the file is damaged, or was not built with postern/plugin.h: install it again or ask its vendor");
    if (plugin_.abi_major != POSTERN_ABI_MAJOR) return other_major();
    if (plugin_.need_minor > POSTERN_ABI_MINOR) return too_new();
    if (plugin_.size < plugin_size_1_0)
      return refuse("PLUGIN-DESCRIPTOR-SIZE",
                    "its descriptor has " + std::to_string(plugin_.size) + " bytes, ABI 1.0 has " +
                        std::to_string(plugin_size_1_0),
                    "the file was built with a damaged header: ask its vendor");
    return true;
  }

  bool other_major() {
    return refuse("PLUGIN-ABI-OTHER-MAJOR",
                  "built for plug-in ABI " + std::to_string(plugin_.abi_major) + ", this program has ABI " +
                      std::to_string(POSTERN_ABI_MAJOR) + ". Plug-in ABI numbers are not program versions.",
                  "install the edition of the plug-in that is built for ABI " + std::to_string(POSTERN_ABI_MAJOR) +
                      ", in the directory plugins-" + std::to_string(POSTERN_ABI_MAJOR));
  }

  // The major is ours, so the strings stand where we expect them.
  bool too_new() {
    const std::string offered = std::to_string(POSTERN_ABI_MAJOR) + "." + std::to_string(POSTERN_ABI_MINOR);
    const std::string who = plugin_.id && plugin_.name && plugin_.version ? title(plugin_) + " " : "it ";
    return refuse("PLUGIN-ABI-TOO-NEW",
                  who + "needs plug-in ABI " + std::to_string(plugin_.abi_major) + "." +
                      std::to_string(plugin_.need_minor) + ", this program offers " + offered +
                      ". Plug-in ABI numbers are not program versions.",
                  "install a newer Postern, or an edition of the plug-in built for ABI " + offered + " or older");
  }

  bool texts() {
    const struct {
      const char* what;
      const char* text;
    } required[] = {{"id", plugin_.id},
                    {"name", plugin_.name},
                    {"version", plugin_.version},
                    {"vendor", plugin_.vendor},
                    {"license", plugin_.license}};
    for (const auto& [what, text] : required) {
      if (!text || !*text)
        return refuse("PLUGIN-DESCRIPTOR-TEXT", std::string("its ") + what + " is missing", ask_vendor);
      if (!is_utf8(text))
        return refuse("PLUGIN-DESCRIPTOR-TEXT", std::string("its ") + what + " is not one line of UTF-8", ask_vendor);
    }
    const std::string_view id(plugin_.id);
    if (!is_made_of(id, "abcdefghijklmnopqrstuvwxyz0123456789.-") || id.find('.') == std::string_view::npos)
      return refuse("PLUGIN-ID-FORM",
                    "its id \"" + base::log::printable(id) + "\" is not of the form \"org.example.name\"", ask_vendor);
    return true;
  }

  void functions() {
    if (!plugin_.interface_get || !plugin_.create || !plugin_.destroy)
      refuse("PLUGIN-FUNCTION-MISSING", "interface_get, create and destroy must all be there", ask_vendor);
  }

  void options() {
    if (plugin_.option_count == 0) return;
    if (!plugin_.options || plugin_.option_stride < option_size_1_0 ||
        plugin_.option_stride % alignof(postern_option) != 0 || plugin_.option_count > most_options) {
      refuse("PLUGIN-OPTION-TABLE", "its table of options has an impossible size, stride or place", ask_vendor);
      return;
    }
    std::set<std::string> seen;
    for (uint32_t nth = 0; nth < plugin_.option_count; ++nth) option(declared_option(plugin_, nth), nth, seen);
  }

  void option(const postern_option& option, uint32_t nth, std::set<std::string>& seen) {
    const auto bad = [&](const std::string& why) {
      const std::string who =
          option.name ? "\"" + base::log::printable(option.name, 80) + "\"" : "number " + std::to_string(nth);
      return refuse("PLUGIN-OPTION-DECLARATION", "its option " + who + " " + why, ask_vendor);
    };
    if (!option.name || !is_made_of(option.name, "abcdefghijklmnopqrstuvwxyz0123456789-"))
      bad("has no kebab-case name");
    else if (!seen.insert(option.name).second)
      bad("is declared twice");
    else if (std::find(std::begin(host_keys), std::end(host_keys), option.name) != std::end(host_keys))
      bad("has a name that belongs to the host");
    else if (!option.help || !*option.help || !is_utf8(option.help))
      bad("has no line of help");
    else if (!type_name(option.type))
      bad("has the unknown type " + std::to_string(option.type));
    else if (option.type == POSTERN_T_ENUM && (!option.choices || !*option.choices))
      bad("has no choices");
    else if (option.min > option.max)
      bad("has a minimum above its maximum");
    else if (option.deflt)
      default_of(option);
  }

  void default_of(const postern_option& option) {
    std::string why;
    const auto values = parse_default(option, why);
    const bool good =
        values && std::all_of(values->begin(), values->end(), [&](const auto& v) { return in_range(option, v); });
    if (!good)
      refuse("PLUGIN-OPTION-DEFAULT",
             "the default \"" + base::log::printable(option.deflt, 80) + "\" of its option \"" + option.name + "\" " +
                 (values ? "is out of range" : why),
             ask_vendor);
  }

  void metrics() {
    if (plugin_.metric_count == 0) return;
    if (!plugin_.metrics || plugin_.metric_stride < metric_size_1_0 ||
        plugin_.metric_stride % alignof(postern_metric) != 0 || plugin_.metric_count > most_options) {
      refuse("PLUGIN-METRIC-TABLE", "its table of metrics has an impossible size, stride or place", ask_vendor);
      return;
    }
    for (uint32_t nth = 0; nth < plugin_.metric_count; ++nth) {
      const auto* place = reinterpret_cast<const char*>(plugin_.metrics) + size_t{nth} * plugin_.metric_stride;
      const auto& metric = *reinterpret_cast<const postern_metric*>(place);
      if (!metric.name || !metric.help || metric.kind < POSTERN_COUNTER || metric.kind > POSTERN_HISTOGRAM)
        refuse("PLUGIN-METRIC-TABLE", "its metric number " + std::to_string(nth) + " lacks a name, help or known kind",
               ask_vendor);
    }
  }

  void interfaces() {
    bool any = false;
    for (const Kind kind : {Kind::scanner, Kind::decoder, Kind::notifier}) {
      const postern_worker* worker = worker_of(plugin_, kind);
      if (!worker) continue;
      any = true;
      if (worker->size < worker_size_1_0 || !worker->run)
        refuse("PLUGIN-INTERFACE-BROKEN",
               std::string("its interface ") + interface_id(kind) + " is too small or has no run()", ask_vendor);
    }
    if (!any)
      refuse("PLUGIN-NO-INTERFACE", "it is neither scanner nor decoder nor notifier as this program knows them",
             "install a newer Postern, or ask the plug-in's vendor which one it needs");
    const auto* health = static_cast<const postern_health*>(plugin_.interface_get(POSTERN_HEALTH));
    if (health && (health->size < health_size_1_0 || !health->get))
      refuse("PLUGIN-INTERFACE-BROKEN", "its interface postern.health/1 is too small or has no get()", ask_vendor);
    const auto* learn = static_cast<const postern_learn*>(plugin_.interface_get(POSTERN_LEARN));
    if (learn && (learn->size < sizeof(postern_learn) || !learn->learn))
      refuse("PLUGIN-INTERFACE-BROKEN", "its interface postern.learn/1 is too small or has no learn()", ask_vendor);
    const auto* engine = static_cast<const postern_engine*>(plugin_.interface_get(POSTERN_ENGINE));
    if (engine && (engine->size < sizeof(postern_engine) || !engine->command))
      refuse("PLUGIN-INTERFACE-BROKEN", "its interface postern.engine/1 is too small or has no command()", ask_vendor);
  }

  bool refuse(const char* id, const std::string& why, const std::string& hint) {
    add_error(problems_, id, file_ + " refused: " + why, hint);
    return false;
  }

  static constexpr const char* ask_vendor =
      "this is a mistake in the plug-in: ask its vendor; \"postern-plugin validate\" shows it";

  const std::string& file_;
  const postern_plugin& plugin_;
  Problems& problems_;
};

}  // namespace

Library read_library(const std::string& file, EntryFunction entry) {
  Library library{file, {}, {}};
  std::set<std::string> ids;
  for (uint32_t nth = 0; nth < most_plugins; ++nth) {
    const postern_plugin* plugin = entry(POSTERN_ABI, nth);
    if (!plugin) break;
    if (!DescriptorCheck(file, *plugin, library.problems).passes()) continue;
    if (ids.insert(plugin->id).second)
      library.plugins.push_back(plugin);
    else
      add_error(library.problems, "PLUGIN-ID-TWICE", file + " refused: it has two plug-ins with the id " + plugin->id,
                "this is a mistake in the plug-in: ask its vendor");
  }
  if (library.plugins.empty() && library.problems.empty())
    add_error(library.problems, "PLUGIN-NO-DESCRIPTOR",
              file + " refused: it offers no plug-in for ABI " + std::to_string(POSTERN_ABI_MAJOR) + "." +
                  std::to_string(POSTERN_ABI_MINOR),
              "ask the vendor for an edition for this ABI");
  return library;
}

const char* interface_id(Kind kind) {
  switch (kind) {
    case Kind::scanner:
      return POSTERN_SCANNER;
    case Kind::decoder:
      return POSTERN_DECODER;
    case Kind::notifier:
      return POSTERN_NOTIFIER;
  }
  return "";
}

const postern_worker* worker_of(const postern_plugin& plugin, Kind kind) {
  return static_cast<const postern_worker*>(plugin.interface_get(interface_id(kind)));
}

std::string title(const postern_plugin& plugin) {
  return "\"" + base::log::printable(plugin.name, 80) + "\" " + base::log::printable(plugin.version, 40) + " (" +
         base::log::printable(plugin.id, 80) + ")";
}

}  // namespace postern::plugin
