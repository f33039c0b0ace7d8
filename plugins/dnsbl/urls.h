// SPDX-License-Identifier: MIT
// Where links of a text lead: the authority of every URL that a mail reader could make clickable or load, as written.
// Plain text: http, https and ftp URLs, also escaped inside of another one, and what begins with "www.". Pages: these
// too, and the attributes that hold links, with entities undone and read as browsers do, who forgive much. Hostile
// bytes in; linear, and no input fails.
#pragma once
#include <functional>
#include <string_view>

namespace postern::dnsbl {

// false: enough.
using AuthoritySink = std::function<bool(std::string_view authority)>;

// Both return false where the sink had enough.
bool urls_of_text(std::string_view text, const AuthoritySink& sink);
bool urls_of_page(std::string_view page, const AuthoritySink& sink);

}  // namespace postern::dnsbl
