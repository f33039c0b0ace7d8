// SPDX-License-Identifier: MIT
// "ActiveMime": the compressed OLE file with the macros of a document that was saved as a web page or as one XML file.
// Pure. False: damaged, or nothing compressed in it; what came before counts.
#pragma once
#include <functional>
#include <string_view>

namespace ooxml {

bool is_activemime(std::string_view bytes);
bool unpack_activemime(std::string_view bytes, const std::function<void(std::string_view)>& sink);

}  // namespace ooxml
