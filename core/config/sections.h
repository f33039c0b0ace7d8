// SPDX-License-Identifier: MIT
// Every key of the configuration and what reads it, section by section. A new key is a line in sections.cpp (or
// instances.cpp) and a row in docs/CONFIGURATION.md; a test compares the two.
#pragma once
#include <string>
#include <vector>

#include "config/configuration.h"
#include "config/value.h"

namespace postern::config {

// Reads the merged tree over the built-in defaults that into holds.
void read_sections(const Value& root, Configuration& into);

// What the configuration is where no file says anything.
Configuration defaults();

// "receive.size-limit", "listen.address", "policy-bank.NAME.virus.action", "scanner.NAME.plugin" …, sorted.
std::vector<std::string> known_keys();

}  // namespace postern::config
