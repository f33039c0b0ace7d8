// SPDX-License-Identifier: MIT
// The types, detected or declared, that this plug-in opens. In a header, because the descriptor is a constant.
#pragma once

namespace html_plugin {

inline constexpr const char* accepted_types[] = {
    "text/html", "application/xhtml+xml", "image/svg+xml", "application/hta", "text/xml", "application/xml", nullptr,
};

}  // namespace html_plugin
