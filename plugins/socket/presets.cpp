// SPDX-License-Identifier: MIT
#include "presets.h"

namespace postern::socket {
namespace {

// Sophie's and Trophie's lines may end by NUL, by nothing, or properly: told that there is no further question, they close.
constexpr const char* sophie_infected = R"(^1(?:$|:(.*)))";
constexpr const char* sophie_clean = R"(^0+(?::.*)?$)";

constexpr Preset table[] = {
    {"sophie", "unix:/var/run/sophie", "", "{directory}/\n", sophie_infected, sophie_clean, "", "", "", "^", true},
    {"trophie", "unix:/var/run/trophie", "", "{directory}/\n", sophie_infected, sophie_clean, "", "", "", "^", true},
    // Sophos' SSSP 1.0. 0203: a virus was found; 0212: encrypted; REJ 4: larger than it takes.
    {"savdi", "127.0.0.1:4010", R"(^OK SSSP/1\.0)", "SSSP/1.0 SCANDATA {size}\n{bytes}", R"(^(?:VIRUS (\S+)|DONE OK 0203))", "^DONE OK 0000",
     "^DONE FAIL 0212", "^REJ 4", "^(?:ACC |EVENT |FILE |TYPE |OK )", "^(?:DONE|REJ) ", false},
    // What begins a line is a sum: 1 infected, 2 suspicious, 8 and 64 something was left out; anything else is an error.
    {"fpscand", "127.0.0.1:10200", "", "SCAN STREAM part SIZE {size}\n{bytes}\n",
     R"(^(?:[1235679]|1[01345]) <(?:[^>:]*: )?([^>]*)>|<[^>:]*(?i:infected|suspicious|unwanted)[^>:]*: ([^>]*)>)", "^0 <[^>]*>", "",
     "^(?:8|64) <[^>]*>", "", "^", false},
    // Error 42056 and its neighbours are about the file; small numbers are errno, and so failures of the daemon.
    {"avast", "unix:/var/run/avast/scan.sock", "^220 ", "SCAN {path}\n", R"(\t\[L\][0-9.]*\t[0-9]+ (.*))", R"(\t\[\+\][0-9.]*$)",
     R"(\t\[E\][0-9.]*\tError [0-9]+ .*(?i:password))", R"(\t\[E\][0-9.]*\tError 4[0-9]{4} )", "^2[01]0 ",
     "^(?:200 SCAN OK|[45][0-9][0-9] )", false},
    {"avast4", "unix:/var/run/avast4/mailscanner.sock", "^220 ", "SCAN {directory}\r\nQUIT\r\n", R"(\t\[L\]\t[0-9]+ ([^[\t]+))", R"(\t\[\+\])",
     "", "", "^2[0-9][0-9] ", "", false},
    {"avg", "127.0.0.1:55555", "", "SCAN {directory}\n", R"(^403(?:[- ].*: (.*))?)", "^200", "", "", "^220",
     "^(?:200|[45][0-9][0-9]) ", false},
    {"scannerdaemon", "127.0.0.1:8127", "", "SCAN {directory}\n", R"(^FOUND: (.*))", "^OK", "", "", "", "^", false},
};

}  // namespace

std::span<const Preset> presets() { return table; }

}  // namespace postern::socket
