// SPDX-License-Identifier: MIT
// What stands in a script as data: string literals, put together where the script does so in plain sight ("a" + "b",
// s += "c", lists of pieces), and lists of numbers that are bytes. Nothing is run; a script that computes its text
// keeps it. One pass, and no input fails: JavaScript and VBScript are alike enough.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace html_plugin {

struct Literal {
  std::string value;       // escapes undone: "\x4d" is "M"
  bool of_scraps = false;  // put together from a list of short strings, which most lists of words are
};

struct Script {
  std::vector<Literal> literals;   // those of at least shortest_literal
  std::vector<std::string> bytes;  // lists of at least so many numbers from -128 to 255
  std::vector<std::string> names;  // that it gives to downloads
  bool builds_files = false;       // Blob, createObjectURL, msSaveBlob, download
};

constexpr size_t shortest_literal = 64;

// A literal that begins behind another is one with it, where a script has no other way to write it.
Script read_script(std::string_view text);

}  // namespace html_plugin
