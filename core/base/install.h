// SPDX-License-Identifier: MIT
// Where things are: the version, the plug-ins beside the running program (build tree or installed alike), the usual configuration file.
#pragma once
#include <string>

namespace postern::base {

const char* version();
std::string plugin_directory();     // <dir of the program>/../lib/postern/plugins-1, or the installed one
std::string default_config_file();  // /etc/postern/postern.toml where it exists, else "": the built-in defaults

}  // namespace postern::base
