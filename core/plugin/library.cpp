// SPDX-License-Identifier: MIT
#include "plugin/library.h"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <map>

namespace postern::plugin {
namespace {

// Never destroyed, not even at exit: a library's code must outlive every thread and every static object.
std::map<std::string, boost::dll::shared_library>& opened() {
  static auto* const libraries = new std::map<std::string, boost::dll::shared_library>;
  return *libraries;
}

}  // namespace

EntryFunction open_library(const std::string& path) {
  try {
    boost::dll::shared_library& library = opened()[path];
    if (!library.is_loaded()) library.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    return &library.get<const postern_plugin*(uint32_t, uint32_t)>("postern_plugin_entry");
  } catch (const std::exception& failure) {
    throw LibraryError(failure.what());
  }
}

}  // namespace postern::plugin
