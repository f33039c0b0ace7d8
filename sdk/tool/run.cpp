// SPDX-License-Identifier: MIT
#include <sysexits.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "base/log.h"
#include "loading.h"
#include "memory_view.h"
#include "plugin/host.h"

namespace postern::tool {
namespace {

// One of the types the plug-in asks for, so that it is asked at all.
std::string type_for(const plugin::Instance& instance) {
  const char* const* accepted = instance.worker->accepts;
  if (!accepted || !*accepted) return "application/octet-stream";
  const std::string type(*accepted);
  return type.ends_with('/') ? type + "plain" : type;
}

void print(const MemoryView& view, const plugin::CallResult& result) {
  using base::log::printable;
  std::cout << "result   " << result.rc << " "
            << (result.reason.empty() ? plugin::rc_text(result.rc) : printable(result.reason)) << "\n";
  for (const mail::Finding& found : view.findings)
    std::cout << "finding  category " << found.category << ", score " << found.score << ", part "
              << view.part(found.part).path << ": " << printable(found.name)
              << (found.text.empty() ? "" : " (" + printable(found.text) + ")") << "\n";
  for (const auto& [name, value] : view.notes)
    std::cout << "note     " << printable(name) << " = " << printable(value) << "\n";
  for (uint32_t i = 1; i < view.part_count(); ++i) {
    const mail::Part& part = view.part(i);
    std::cout << "child    " << part.path << " " << part.size << " bytes, flags " << part.flags << ", type \""
              << printable(part.declared_type) << "\", name \""
              << (part.names.empty() ? "" : printable(part.names.front())) << "\"\n";
  }
}

}  // namespace

int run(const std::string& file, const Options& options, const std::string& part_file) {
  std::ifstream stream(part_file, std::ios::binary);
  if (!stream) {
    std::cerr << "postern-plugin: " << part_file << " cannot be read\n";
    return EX_NOINPUT;
  }
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  const plugin::Library library = load(file);
  print(library.problems);
  if (plugin::has_error(library.problems)) return EX_DATAERR;
  bool failed = false;
  for (const postern_plugin* each : library.plugins) {
    const plugin::Prepared prepared = prepare(settings_for(file, *each, kinds_of(*each).front(), options), nullptr);
    print(prepared.problems);
    if (prepared.has_errors()) return EX_CONFIG;
    plugin::Instance& instance = *prepared.instances.front();
    MemoryView view(content, type_for(instance), part_file.substr(part_file.rfind('/') + 1));
    const plugin::CallResult result = plugin::run(instance, view, 0);
    print(view, result);
    failed = failed || result.rc < 0;
    plugin::destroy(instance);
  }
  return failed ? EX_UNAVAILABLE : EX_OK;
}

}  // namespace postern::tool
