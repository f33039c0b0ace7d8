// SPDX-License-Identifier: MIT
// The tables [scanner.NAME], [decoder.NAME] and [notifier.NAME]: the host's own keys are read here, everything else is
// kept for the plug-in, which declares what it understands.
#pragma once
#include <string>
#include <vector>

#include "config/value.h"
#include "plugin/settings.h"

namespace postern::config {

void read_instances(const Value& tables, plugin::Kind kind, std::vector<plugin::InstanceSettings>& into);

// In the order in which they are asked where two are equally sure.
inline constexpr const char* shipped_decoders[] = {"mime",  "archive", "encoded", "pkcs7", "tnef",    "ole",
                                                   "ooxml", "rtf",     "pdf",     "html",  "onenote", "calendar", "dosarchive",
                                                   "udf"};

// The shipped decoders, and the scanner clamav where no other is enabled; then drops what is switched off.
void add_default_instances(std::vector<plugin::InstanceSettings>& instances);

std::vector<std::string> host_keys(plugin::Kind kind);

}  // namespace postern::config
