// SPDX-License-Identifier: MIT
#include "plugin/registry.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "base/log.h"
#include "base/suggest.h"
#include "plugin/descriptor.h"
#include "plugin/elf_check.h"
#include "plugin/file_check.h"
#include "plugin/handles.h"
#include "plugin/host.h"
#include "plugin/library.h"
#include "plugin/options.h"
#include "plugin/probe.h"

namespace postern::plugin {
namespace {

std::string described(const InstanceSettings& settings) {
  return std::string(name(settings.kind)) + " \"" + settings.name + "\"";
}

void append(Problems& to, Problems from, const base::Origin& origin = {}) {
  for (base::Problem& problem : from) {
    if (problem.origin.file.empty()) problem.origin = origin;
    to.push_back(std::move(problem));
  }
}

std::vector<std::string> installed(const std::vector<std::string>& directories) {
  std::vector<std::string> names;
  for (const std::string& directory : directories) {
    std::error_code ignored;  // a directory that is not there holds nothing
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored))
      if (entry.path().extension() == ".so") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string replaced(std::string text, const std::map<std::string, std::string>& words) {
  for (const auto& [word, value] : words)
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size()))
      text.replace(at, word.size(), value);
  return text;
}

// Runs a function of the plug-in's; what leaves it as an exception is a failure like any other.
template <class Call>
postern_rc guarded(Call call, std::string& thrown) {
  try {
    return call();
  } catch (const std::exception& exception) {
    thrown = std::string("an exception left the plug-in: ") + exception.what();
  } catch (...) {
    thrown = "an exception left the plug-in";
  }
  return POSTERN_E_FAIL;
}

class Preparation {
 public:
  explicit Preparation(const RegistrySettings& registry)
      : registry_(registry), host_(registry.host ? *registry.host : host_table()) {}

  void add(const InstanceSettings& settings) {
    if (!settings.enabled) return;
    const auto file = find_file(settings);
    if (!file) return;
    const Library& library = opened(*file, settings.origin);
    const postern_plugin* plugin = of_kind(library, settings);
    if (!plugin) return;
    auto instance = std::make_unique<Instance>();
    instance->settings = settings;
    if (settings.kind == Kind::decoder) instance->settings.home = Home::confined;
    instance->file = *file;
    instance->plugin = plugin;
    instance->worker = worker_of(*plugin, settings.kind);
    instance->health = static_cast<const postern_health*>(plugin->interface_get(POSTERN_HEALTH));
    instance->learn = static_cast<const postern_learn*>(plugin->interface_get(POSTERN_LEARN));
    if (configure(*instance))
      prepared_.instances.push_back(std::move(instance));
    else
      remove_instance(instance->handle);
  }

  Prepared take() { return std::move(prepared_); }

 private:
  // Why nothing can be found there, whatever lies in it.
  static std::string obstacle(const std::string& directory) {
    if (::access((directory + "/.").c_str(), X_OK) == 0) return {};
    return std::string(" (cannot be entered: ") + std::strerror(errno) + ")";
  }

  std::optional<std::string> find_file(const InstanceSettings& settings) {
    const std::string& plugin = settings.plugin.empty() ? settings.name : settings.plugin;
    if (plugin.starts_with('/')) return plugin;
    if (plugin.find('/') == std::string::npos)
      for (const std::string& directory : registry_.directories)
        if (const std::string file = directory + "/" + plugin + ".so"; ::access(file.c_str(), F_OK) == 0)
          return std::filesystem::absolute(file).string();
    std::string places;
    for (const std::string& directory : registry_.directories) places += (places.empty() ? "" : ", ") + directory + obstacle(directory);
    std::string hint = base::did_you_mean(plugin, installed(registry_.directories));
    if (hint.empty()) hint = "install the package that has it, or correct \"plugin\"";
    add_error(prepared_.problems, "PLUGIN-NOT-FOUND",
              described(settings) + ": no plug-in \"" + base::log::printable(plugin, 80) + "\" in " +
                  (places.empty() ? "any directory: none is configured" : places),
              std::move(hint), settings.origin);
    return std::nullopt;
  }

  // Each file is looked at once, however many instances it has; its problems stand at the first of them.
  const Library& opened(const std::string& file, const base::Origin& origin) {
    if (const auto known = libraries_.find(file); known != libraries_.end()) return known->second;
    Library& library = libraries_[file];
    library = checked(file);
    append(prepared_.problems, library.problems, origin);
    for (const postern_plugin* plugin : library.plugins) {
      const auto [first, is_new] = ids_.emplace(plugin->id, file);
      if (!is_new)
        add_error(prepared_.problems, "PLUGIN-ID-TWICE",
                  file + ": the id " + plugin->id + " is also that of " + first->second, "remove one of the two files",
                  origin);
    }
    return library;
  }

  Library checked(const std::string& file) {
    Library library{file, {}, {}};
    if (registry_.check_ownership) library.problems = check_file(file);
    if (has_error(library.problems)) return library;
    append(library.problems, check_elf(file));
    if (has_error(library.problems)) return library;
    if (registry_.probe_process) append(library.problems, probe_library(file));
    if (has_error(library.problems)) return library;
    try {
      Library read = read_library(file, open_library(file));
      library.plugins = std::move(read.plugins);
      append(library.problems, std::move(read.problems));
    } catch (const std::exception& failure) {
      add_error(library.problems, "PLUGIN-OPEN-FAILED", file + " cannot be opened: " + failure.what(),
                "most often a library it needs is missing: install the packages the plug-in's vendor names");
    }
    if (has_error(library.problems)) library.plugins.clear();
    return library;
  }

  const postern_plugin* of_kind(const Library& library, const InstanceSettings& settings) {
    for (const postern_plugin* plugin : library.plugins)
      if (worker_of(*plugin, settings.kind)) return plugin;
    if (!library.plugins.empty())
      add_error(prepared_.problems, "PLUGIN-OTHER-KIND",
                described(settings) + ": " + title(*library.plugins.front()) + " in " + library.file + " is not a " +
                    name(settings.kind),
                "move its table to the kind it has: [scanner.…], [decoder.…] or [notifier.…]", settings.origin);
    return nullptr;
  }

  // Options, validate(), engine, create(); false when one of them says no.
  bool configure(Instance& instance) {
    auto record = std::make_shared<InstanceRecord>();
    record->settings = instance.settings;
    record->plugin = instance.plugin;
    Problems wrong;
    record->options = check_options(*instance.plugin, instance.settings, wrong);
    const bool usable = !has_error(wrong);
    append(prepared_.problems, std::move(wrong));
    record->may_spawn = instance.settings.home == Home::worker && needs(*instance.plugin, "exec");
    instance.handle = add_instance(record);
    if (!usable) return false;
    if (instance.plugin->validate && !call(instance, *record, "PLUGIN-VALIDATE-FAILED", "refuses its options",
                                           [&] { return instance.plugin->validate(&host_, instance.handle); }))
      return false;
    if (!registry_.create) return true;
    return manage_engine(instance, *record) &&
           call(instance, *record, "PLUGIN-CREATE-FAILED", "could not be started",
                [&] { return instance.plugin->create(&host_, instance.handle, &instance.self); });
  }

  static bool needs(const postern_plugin& plugin, std::string_view what) {
    for (const char* const* need = plugin.needs; need && *need; ++need)
      if (*need == what) return true;
    return false;
  }

  // One [control] function of the plug-in's: its return code, what it blamed, and what it gave as the reason.
  template <class Function>
  bool call(const Instance& instance, InstanceRecord& record, const char* id, const char* what, Function function) {
    std::string thrown;
    const postern_rc rc = guarded(function, thrown);
    return report(instance, record, id, what, rc, thrown);
  }

  bool report(const Instance& instance, InstanceRecord& record, const char* id, const char* what, postern_rc rc,
              const std::string& thrown) {
    const std::scoped_lock lock(record.mutex);
    Problems blamed = std::exchange(record.blamed, {});
    const std::string reason = std::exchange(record.reason, {});
    if (rc == POSTERN_OK && blamed.empty()) return true;
    // Options that were blamed say it better than the code; a bare code gets a sentence.
    if (blamed.empty() || rc != POSTERN_E_CONFIG) {
      const std::string why = !thrown.empty() ? thrown : !reason.empty() ? base::log::printable(reason) : rc_text(rc);
      if (rc != POSTERN_OK)
        add_error(prepared_.problems, id,
                  described(instance.settings) + ": " + title(*instance.plugin) + " " + what + ": " + why, {},
                  instance.settings.origin);
    }
    append(prepared_.problems, std::move(blamed), instance.settings.origin);
    return false;
  }

  bool manage_engine(Instance& instance, InstanceRecord& record) {
    const auto* engine = static_cast<const postern_engine*>(instance.plugin->interface_get(POSTERN_ENGINE));
    if (!engine || registry_.engine_directory.empty()) return true;
    const std::string directory =
        registry_.engine_directory + "/" + name(instance.settings.kind) + "-" + instance.settings.name;
    if (!make_directory(instance, directory)) return false;
    postern_engine_command command{};
    command.size = sizeof command;
    std::string thrown;
    const postern_rc rc =
        guarded([&] { return engine->command(&host_, instance.handle, directory.c_str(), &command); }, thrown);
    if (rc == POSTERN_E_NOTFOUND && thrown.empty()) return true;  // a server is configured
    if (!report(instance, record, "PLUGIN-ENGINE-FAILED", "has no engine to run", rc, thrown)) return false;
    return take_order(instance, record, directory, command);
  }

  bool make_directory(const Instance& instance, const std::string& directory) {
    if (instance.settings.name.find('/') == std::string::npos &&
        (::mkdir(directory.c_str(), 0750) == 0 || errno == EEXIST))
      return true;
    add_error(prepared_.problems, "PLUGIN-ENGINE-FAILED",
              described(instance.settings) + ": cannot make the engine's directory " + directory + ": " +
                  std::strerror(errno),
              {}, instance.settings.origin);
    return false;
  }

  bool take_order(Instance& instance, InstanceRecord& record, const std::string& directory,
                  const postern_engine_command& command) {
    EngineOrder order;
    order.instance = instance.name();
    order.directory = directory;
    order.socket = directory + "/engine.sock";
    order.config_path = directory + "/engine.conf";
    const std::map<std::string, std::string> words = {
        {"{directory}", order.directory}, {"{config}", order.config_path}, {"{socket}", order.socket}};
    for (const char* const* word = command.argv; word && *word; ++word) order.argv.push_back(replaced(*word, words));
    if (command.config)
      order.config = replaced(command.config, words);
    else
      order.config_path.clear();
    if (command.notice) order.notice = command.notice;
    if (command.start_timeout_ms > 0) order.start_timeout = std::chrono::milliseconds(command.start_timeout_ms);

    CheckedOption* endpoint = command.endpoint_option ? record.options.find(command.endpoint_option) : nullptr;
    const char* wrong =
        !endpoint || endpoint->type != POSTERN_T_ENDPOINT            ? "names no option of its own for the endpoint"
        : order.argv.empty() || !order.argv.front().starts_with('/') ? "names no command with an absolute path"
        : order.socket.size() >= sizeof(sockaddr_un::sun_path)       ? "would get a socket with too long a path"
                                                                     : nullptr;
    if (wrong) {
      add_error(prepared_.problems, "PLUGIN-ENGINE-FAILED",
                described(instance.settings) + ": the engine of " + title(*instance.plugin) + " " + wrong + " (" +
                    order.socket + ")",
                {}, instance.settings.origin);
      return false;
    }
    endpoint->values = {CheckedValue{0, "unix:" + order.socket, {}}};
    prepared_.engines.push_back(std::move(order));
    return true;
  }

  const RegistrySettings& registry_;
  const postern_host& host_;
  Prepared prepared_;
  std::map<std::string, Library> libraries_;
  std::map<std::string, std::string> ids_;
};

}  // namespace

Prepared prepare(const std::vector<InstanceSettings>& settings, const RegistrySettings& registry) {
  Preparation preparation(registry);
  for (const InstanceSettings& each : settings) preparation.add(each);
  return preparation.take();
}

bool Prepared::has_errors() const {
  return has_error(problems);
}

std::vector<const Instance*> Prepared::of(Kind kind) const {
  std::vector<const Instance*> found;
  for (const auto& instance : instances)
    if (instance->settings.kind == kind) found.push_back(instance.get());
  return found;
}

void destroy(Instance& instance) {
  std::string thrown;
  if (instance.self) guarded([&] { return instance.plugin->destroy(instance.self), POSTERN_OK; }, thrown);
  if (!thrown.empty()) contract_violation("destroy", thrown);
  instance.self = nullptr;
  remove_instance(instance.handle);
  instance.handle = 0;
}

std::string text(const base::Problem& problem) {
  const char* severity = problem.severity == Severity::error     ? "error: "
                         : problem.severity == Severity::warning ? "warning: "
                                                                 : "note: ";
  std::string line = problem.origin.file.empty() ? std::string() : problem.origin.text() + ": ";
  line += severity + ("[" + problem.id + "] ") + problem.text;
  if (!problem.hint.empty()) line += "\n    " + problem.hint;
  return line;
}

}  // namespace postern::plugin
