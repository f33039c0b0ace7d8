// SPDX-License-Identifier: MIT
// A hostile mail, and what must come of it. The catalogue is a list of values, one file for each family of tricks; hostile_test.cpp
// sends every one of them through the real unpacker, so that a recipe is all that a new trick needs.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "support/samples.h"

namespace postern::testing {

struct Recipe {
  std::string name;                   // a slug, unique in the catalogue: "mime-two-boundaries"
  std::string trick;                  // one sentence: what it does, and who falls for it
  std::function<std::string()> mail;  // CRLF line ends; built when it is asked for, since bombs are large
  std::string payload = eicar();      // must be found whole in some part's bytes; empty: nothing can be reached (encrypted)
  // Codes that must stand among the defects of the parts. Each leads to the category its decoder's README promises.
  std::vector<std::string> marks = {};
  // Of the mail with a scanner behind, mail::name(Category); where there is no payload, as decode and rules find by themselves.
  std::string category = "infected";
  std::vector<std::string> names = {};  // each must be among the names of some part
  bool is_ordinary = false;           // ordinary mail does it, too: no part may be marked ambiguous, encrypted or over a limit
  bool alone = false;                 // the payload must be all of a part: an archive that stores its members has it in its own bytes
  std::vector<std::string> also = {};  // categories that neither its marks nor the scanner bring: "banned"
  // The mail, or a file honestly attached to it, shows the payload among its own bytes, so that to find it there proves little. A
  // recipe that does so on purpose says so; others hide the payload, or want it alone.
  bool in_clear = false;
};

// Compressed, so that what it is put into does not show the payload in clear: only who takes it out finds it.
inline std::string hidden() { return gzip(eicar()); }

// Tricks with the structure of a mail may show it: the mail and its multiparts do not count, only who cuts them right has a part.
inline bool shows_payload(const std::string& mail) { return mail.find(eicar()) != std::string::npos; }

// The families. Each stands in the file of its name.
std::vector<Recipe> mime_recipes();       // structure of the mail
std::vector<Recipe> encoding_recipes();   // transfer encodings, and encodings inside text
std::vector<Recipe> name_recipes();       // file names; nothing else wrong
std::vector<Recipe> apple_recipes();      // a file in two parts
std::vector<Recipe> many_recipes();       // more of everything, in the mail itself
std::vector<Recipe> bomb_recipes();           // endless work: flat, in layers, of many members, by claims
std::vector<Recipe> bomb_codec_recipes();     // flat, in each codec
std::vector<Recipe> bomb_layer_recipes();     // layers of every kind
std::vector<Recipe> bomb_claim_recipes();     // sizes and counts that are not true
std::vector<Recipe> bomb_document_recipes();  // inside of documents
std::vector<Recipe> path_recipes();       // links, devices, climbing names
std::vector<Recipe> special_recipes();    // links, devices and directories of archives that have bytes
std::vector<Recipe> disk_recipes();       // images of disks
std::vector<Recipe> program_recipes();    // archives in programs
std::vector<Recipe> volume_recipes();     // pieces of divided archives
std::vector<Recipe> packed_recipes();     // compressed members
std::vector<Recipe> archive_recipes();    // encrypted, damaged, polyglot, disagreeing
std::vector<Recipe> document_recipes();   // PDF, HTML, OneNote
std::vector<Recipe> office_recipes();     // TNEF, OLE, OOXML, RTF

}  // namespace postern::testing
