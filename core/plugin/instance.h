// SPDX-License-Identifier: MIT
// A configured plug-in, opened, checked and created: what the rooms hold. Made by Registry; lives as long as the process, and
// its library is never closed.
#pragma once
#include <string>
#include <string_view>

#include "mail/contents.h"
#include "plugin/settings.h"
#include "postern/learn.h"
#include "postern/plugin.h"

namespace postern::plugin {

struct Instance {
  InstanceSettings settings;
  std::string file;                         // the library
  const postern_plugin* plugin = nullptr;   // the descriptor
  const postern_worker* worker = nullptr;   // scanner/1, decoder/1 or notifier/1
  const postern_health* health = nullptr;   // may be null
  const postern_learn* learn = nullptr;     // may be null
  postern_inst handle = 0;
  void* self = nullptr;

  const std::string& name() const { return settings.name; }
  // Is one of these types accepted? "text/" in the plug-in's list stands for the family.
  bool accepts(std::string_view type) const;
  // Is this part given to a scanner that runs once per part? A multipart is examined through its children, and in the mail as a whole.
  bool is_given(const mail::Part& part) const;
};

}  // namespace postern::plugin
