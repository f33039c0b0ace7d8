// SPDX-License-Identifier: MIT
#include "plugin/settings.h"

namespace postern::plugin {

const char* name(Kind kind) {
  switch (kind) {
    case Kind::scanner:
      return "scanner";
    case Kind::decoder:
      return "decoder";
    case Kind::notifier:
      return "notifier";
  }
  return "?";
}

}  // namespace postern::plugin
