// SPDX-License-Identifier: MIT
#include <postern/plugin.hpp>

#include "phrases.h"

POSTERN_PLUGIN(example::Phrases, "org.example.phrases", "Phrases", "1.0", "Example", "MIT", "https://example.org/phrases")
