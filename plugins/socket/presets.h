// SPDX-License-Identifier: MIT
// How daemons that many have are spoken to.
#pragma once
#include <span>

namespace postern::socket {

// What a daemon wants and says, as the options of the same names (README.md); "": nothing.
struct Preset {
  const char* name;
  const char* server;
  const char* greeting;
  const char* query;
  const char* infected;
  const char* clean;
  const char* encrypted;
  const char* incomplete;
  const char* ignore;
  const char* last;
  bool half_close;
};

// In the order of the option's values; "none" is not among them.
std::span<const Preset> presets();

constexpr const char* preset_names = "none|sophie|trophie|savdi|fpscand|avast|avast4|avg|scannerdaemon";

}  // namespace postern::socket
