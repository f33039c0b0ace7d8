// SPDX-License-Identifier: MIT
// What a test must know about sanitizers: a program they have rewritten is slower, and what they have to say stands in
// its log, where nobody would look.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace postern::testing {

// How long to wait for what ordinarily takes no longer than limit. Every wait of these tests goes through here.
std::chrono::milliseconds patient(std::chrono::milliseconds limit);

// The first report of a sanitizer in a log, to its end; empty: there is none.
std::string sanitizer_report(std::string_view log);

}  // namespace postern::testing
