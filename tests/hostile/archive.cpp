// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/dos_archives.h"
#include "support/iso_images.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

struct Case {
  std::string name, trick;
  std::function<std::string()> bytes;
  std::vector<std::string> marks = {};
  std::string payload = eicar();
  std::string file = "file.bin";
  std::string type = "application/octet-stream";
  bool alone = true;
};

Recipe recipe(const Case& c) {
  return {"archive-" + c.name,
          c.trick,
          [c] {
            return mail_with(c.name, {{c.type, c.file, c.bytes()}});
          },
          c.payload,
          c.marks,
          !c.payload.empty() ? "infected" : c.marks == std::vector<std::string>{"archive-encrypted"} ? "encrypted" : "unchecked",
          {},
          false,
          c.alone};
}

std::string four_times(const std::string& text) {
  return text + text + text + text;
}

// ---- every format, honest, and with its members where nobody looks

void add_formats(std::vector<Case>& all) {
  const std::vector<File> files = {{"a.txt", "hello"}, {"virus.com", eicar()}};
  for (const char* format :
       {"zip", "7zip", "pax", "ustar", "gnutar", "v7tar", "newc", "odc", "arsvr4", "iso9660", "xar", "warc"})
    all.push_back({"format-"s + format, "an ordinary archive", [=] { return packed_by(format, files); }});
  all.push_back({"format-rar4", "an ordinary archive", [] {
                   return rar4_of({{"a.txt", "hello"}, {"virus.com", eicar()}});
                 }});
  all.push_back({"format-rar5", "an ordinary archive", [] {
                   return rar5_of({{"a.txt", "hello"}, {"virus.com", eicar()}});
                 }});
  all.push_back({"format-cab", "an ordinary archive", [=] { return cab_of(files); }});
  all.push_back({"format-lha", "an ordinary archive", [] {
                   return lha_of({{"a.txt", "hello"}, {"virus.com", eicar()}});
                 }});
  const std::vector<DosEntry> entries = {{"a.txt", "hello"}, {"virus.com", eicar()}};
  all.push_back({"format-arj", "an ordinary archive", [=] { return arj_of(entries); }});
  all.push_back({"format-arc", "an ordinary archive", [=] {
                   return arc_of({{"A.TXT", "hello", 2}, {"VIRUS.COM", eicar(), 2}});
                 }});
  all.push_back({"format-zoo", "an ordinary archive", [=] { return zoo_of(entries); }});
  all.push_back({"sfx-arj", "behind a program, as arj writes it", [=] {
                   return "MZ" + std::string(300, '\0') + arj_of(entries);
                 }});
  all.push_back({"format-rpm", "a package with a compressed cpio in it", [] {
                   return rpm_of(stream_of("gzip", cpio_of({{"virus.com", eicar(), '0', "", 0100644, {}}})));
                 }});
  for (const char* compression : {"gzip", "bzip2", "xz", "lzma", "lzip", "zstd", "lz4", "compress", "lzop"}) {
    all.push_back(
        {"stream-"s + compression, "an ordinary compressed file", [=] { return stream_of(compression, eicar()); }});
    all.push_back({"stream-twice-"s + compression, "compressed twice: two layers",
                   [=] { return stream_of(compression, stream_of(compression, eicar())); }});
    if (compression == "lzma"s || compression == "compress"s) continue;  // these end with the file
    all.push_back(
        {"stream-divided-"s + compression, "two streams one after the other: together they are the payload",
         [=] { return stream_of(compression, eicar().substr(0, 30)) + stream_of(compression, eicar().substr(30)); }});
    all.push_back({"stream-trailer-"s + compression,
                   "a ZIP file behind the end of a stream: ignored by who decompresses",
                   [=] {
                     return stream_of(compression, "hello") + zip({{"virus.com", eicar()}});
                   },
                   {"archive-trailing-file"}});
  }
  all.push_back({"stream-brotli",
                 "a compressed file without any signature",
                 [] { return stream_of("brotli", eicar() + std::string(3000, 'x')); },
                 {},
                 eicar(),
                 "virus.com.br",
                 "application/octet-stream",
                 false});
}

// ---- G-01, G-04: encrypted

void add_encrypted(std::vector<Case>& all) {
  const std::string secret = "secret", token = "archive-encrypted";
  const auto encrypted = [](ZipEntry e, uint16_t flags, uint16_t method) {
    e.flags = flags;
    e.method = method;
    return e;
  };
  all.push_back({"encrypted-zip",
                 "ZipCrypto: nobody here has the password",
                 [=] { return zip_of({encrypted(stored_entry("a.txt", secret), 1, 0)}); },
                 {token},
                 ""});
  all.push_back({"encrypted-zip-aes",
                 "WinZip's AES: a method of its own",
                 [=] {
                   ZipEntry e = encrypted(stored_entry("a.txt", secret), 1, 99);
                   e.extra = little(0x9901, 2) + little(7, 2) + little(2, 2) + "AE\3" + little(8, 2);
                   return zip_of({e});
                 },
                 {token},
                 ""});
  all.push_back({"encrypted-zip-directory",
                 "the directory itself is encrypted",
                 [=] {
                   const ZipEntry e = encrypted(stored_entry("0", secret), 0x2041, 0);
                   const std::string file = local_header(e) + e.packed, directory(80, '\x77');
                   return file + directory + end_record(1, directory.size(), file.size());
                 },
                 {token},
                 ""});
  all.push_back(
      {"encrypted-zip-mixed",
       "one member is encrypted, another is not",
       [=] {
         return zip_of({encrypted(stored_entry("a.txt", secret), 1, 0), deflated_entry("virus.com", eicar())});
       },
       {token}});
  all.push_back({"encrypted-zip-one-header",
                 "encrypted says the directory, not the member's own header",
                 [=] {
                   const ZipEntry clear = stored_entry("virus.com", eicar());
                   const std::string file = local_header(clear) + clear.packed,
                                     directory = central_header(encrypted(clear, 1, 0), 0);
                   return file + directory + end_record(1, directory.size(), file.size());
                 },
                 {token, "zip-headers-disagree"}});
  all.push_back({"encrypted-7z",
                 "7z, encrypted members",
                 [] {
                   return from_hex(
                       "377abcaf271c000423ccb0ec500000000000000062000000000000008c24e65c4190ff70b4fc6ea7b24f11dada90163"
                       "95f8830e577b4827e34c582db58ea4c50b9d0897e159d"
                       "3045d1a37f33b10e2f8ca8a2898b5031d00e1d032801b696c89bb17deccaf584c075cddc4d344c76d42901040600010"
                       "95000070b0100022406f1070112530f84ad00dfa9f45d"
                       "f4240fe8a079734d942121010001000c484400080a013ccf516800000501190100110d0065002e0063006f006d00000"
                       "0140a0100a8f6c505d07add01150601002080a4810000");
                 },
                 {token},
                 ""});
  all.push_back({"encrypted-7z-names",
                 "7z, names encrypted as well",
                 [] {
                   return from_hex(
                       "377abcaf271c00043f2ac0ffc0000000000000002e0000000000000080d0090259b24cc55acc599d164c3171dc466de"
                       "76997fd00694ca3a062f7327f687a358e0ab3d3ea7362"
                       "d4153d3a25acaf4a3f3218a32db0be270ace33f84e4241f21e596d629b44694169dd36c81ccd1f135a3dcc75c179640"
                       "d4a45c9b935207f53b0521b1447b8e9314d1e52352d9c"
                       "39d7a828187206dcfe212bb3120b3b4a25a1b7bf671f187d8bb96d1084bde69aef2ef39f633ce15430cf19874933ca5"
                       "f166964d0ecb37bf8f0b1591c3fb3ba1f0f70e9c9eec1"
                       "edf75b32dd48fb28565a31e2d6e717065001097000070b0100012406f1070112530f9471bb68cdb6c892fbe45776a3b"
                       "b8c4c0c620a01320cdf660000");
                 },
                 {token},
                 ""});
  const std::vector<RarEntry> mixed = {{"a.txt", secret, true}, {"virus.com", eicar()}, {"b.txt", secret, true}};
  all.push_back(
      {"encrypted-rar4", "the first member is encrypted, the second is not", [=] { return rar4_of(mixed); }, {token}});
  all.push_back(
      {"encrypted-rar5", "the first member is encrypted, the second is not", [=] { return rar5_of(mixed); }, {token}});
  all.push_back(
      {"encrypted-rar4-names", "names encrypted as well", [] { return rar4_of({}, false, true); }, {token}, ""});
  all.push_back(
      {"encrypted-rar5-names", "names encrypted as well", [] { return rar5_of({}, false, true); }, {token}, ""});
}

// ---- G-06: rare methods, and formats that nobody here reads

void add_methods(std::vector<Case>& all) {
  const auto by = [](uint16_t method, uint16_t flags, const std::string& content, const std::string& packed) {
    return zip_of({{"virus.com", packed, method, flags, crc32_of(content), packed.size(), content.size(), "", 0}});
  };
  const std::string unsupported = "archive-unsupported-method";
  all.push_back({"method-deflate64", "deflate with a larger window",
                 [=] { return by(9, 0, eicar(), stored_block(eicar(), true)); }});
  for (const auto& [method, name] : {std::pair<uint16_t, const char*>{12, "bzip2"}, {93, "zstd"}, {95, "xz"}})
    all.push_back({"method-"s + name, "a method that old unpackers do not know",
                   [=, m = method, n = std::string(name)] { return by(m, 0, eicar(), stream_of(n, eicar())); }});
  all.push_back({"method-lzma",
                 "a method that old unpackers do not know",
                 [=] {
                   return by(14, 2, four_times(eicar()),
                             from_hex("1a0205005d00100000002c0d45e2234b3809fe242c5b4b369031dc4b2435b632dfaf314c3cdfcf3a"
                                      "4b7573e58bc87e89b3805ef7941f8da9c31efa496c05fc84055a71"
                                      "fc39ba92658b9743a7dda823744415b43fff9ce28000"));
                 },
                 {},
                 four_times(eicar())});
  all.push_back({"method-ppmd",
                 "a method that old unpackers do not know",
                 [=] {
                   return by(98, 0, four_times(eicar()),
                             from_hex("070057dc6e527eae444f35d37305b93633743f6eec64e152c814731525d7f8a317c2f8de9f50fadd"
                                      "b84b27c034718d3e94dd70b0bbace0021164ec8b5291bae9fbdc00"
                                      "000000232044c000"));
                 },
                 {},
                 four_times(eicar())});
  for (const auto& [method, name] : {std::pair<uint16_t, const char*>{1, "shrink"},
                                     {2, "reduce"},
                                     {6, "implode"},
                                     {94, "mp3"},
                                     {96, "jpeg"},
                                     {97, "wavpack"},
                                     {50, "unknown"}})
    all.push_back({"method-"s + name,
                   "a method that nothing here decodes: not examined",
                   [=, m = method] { return by(m, 0, "x", std::string(40, '\x5a')); },
                   {unsupported},
                   ""});
  const std::vector<std::pair<std::string, std::string>> formats = {
      {"ace", "\x12\x34\x31\0\0\0\x90**ACE**"s + std::string(100, '\3')},
      {"alz", "ALZ\1"s + std::string(100, '\3')},
      {"egg", "EGGA"s + std::string(100, '\3')},
      {"lrzip", "LRZI"s + std::string(100, '\3')},
      {"wim", "MSWIM\0\0\0"s + std::string(100, '\3')}};
  for (const auto& [name, bytes] : formats)
    all.push_back({"unsupported-" + name,
                   "an archive of a kind that nothing here opens: not examined",
                   [b = bytes] { return b; },
                   {"archive-unsupported"},
                   ""});
}

// ---- the formats of the time of DOS: the same tricks as in younger ones

void add_dos(std::vector<Case>& all) {
  const std::string damaged = "archive-damaged";
  all.push_back({"arj-garbled", "a member that needs a password: not examined",
                 [] { return arj_of({{.name = "x.com", .content = std::string(60, '\x5a'), .flags = 1}}); },
                 {"archive-encrypted"}, ""});
  all.push_back({"arj-header-checksum", "the header of the member has a wrong checksum: who recovers reads it",
                 [] { return arj_of({{.name = "virus.com", .content = eicar(), .has_wrong_header = true}}); },
                 {damaged}});
  all.push_back({"arj-member-checksum", "the member's checksum is wrong, its bytes are all there",
                 [] { return arj_of({{.name = "virus.com", .content = eicar(), .checksum_error = 1}}); },
                 {damaged}});
  all.push_back({"arj-directory-with-bytes", "a directory that has the payload",
                 [] { return arj_of({{.name = "folder", .content = eicar(), .packed = eicar(), .type = 3}}); }});
  all.push_back({"arj-behind-a-picture", "a picture with an archive behind it", [] {
                   return "\xff\xd8\xff\xe0" + std::string(400, '\x11') + arj_of({{"virus.com", eicar()}});
                 }, {"archive-polyglot"}});
  all.push_back({"zoo-deleted", "an entry that is marked as deleted is still there",
                 [] { return zoo_of({{.name = "virus.com", .content = eicar(), .flags = 1}}); }});
  all.push_back({"zoo-circle", "the chain of entries leads back to its first",
                 [] {
                   const uint32_t entry = 42, content = 42 + 200;
                   std::string archive = zoo_head(entry) + zoo_entry({"virus.com", eicar()}, entry, content);
                   archive.resize(content, '\0');
                   return archive + eicar();
                 },
                 {damaged}});
}

// ---- G-07: damaged; E-10: headers that lie

void add_damaged(std::vector<Case>& all) {
  const std::string token = "archive-damaged";
  const std::vector<File> files = {{"virus.com", eicar()}, {"long.bin", std::string(9000, 'x')}};
  all.push_back({"damaged-zip-cut",
                 "the directory is missing",
                 [] {
                   const ZipEntry a = deflated_entry("virus.com", eicar()),
                                  b = stored_entry("b", std::string(900, 'b'));
                   return local_header(a) + a.packed + local_header(b) + b.packed.substr(0, 100);
                 },
                 {token}});
  all.push_back(
      {"damaged-tar-cut", "the end is missing", [=] { return packed_by("ustar", files).substr(0, 3000); }, {token}});
  all.push_back({"damaged-gzip-cut",
                 "the end is missing",
                 [] {
                   const std::string whole = stream_of("gzip", eicar());
                   return whole.substr(0, whole.size() - 6);
                 },
                 {token}});
  all.push_back({"damaged-zip-crc",
                 "the checksum is wrong: readers extract it all the same",
                 [] {
                   ZipEntry e = deflated_entry("virus.com", eicar());
                   e.crc ^= 1;
                   return zip_of({e});
                 },
                 {token}});
  all.push_back({"damaged-zip-no-member",
                 "the directory tells of a member that is not there",
                 [] {
                   const ZipEntry e = stored_entry("virus.com", eicar());
                   const std::string file = local_header(e) + e.packed,
                                     directory = central_header(e, 0) + central_header(e, 20);
                   return file + directory + end_record(2, directory.size(), file.size());
                 },
                 {token}});
  all.push_back({"zip-local-sizes-zero",
                 "the member's own header says it is empty (Archive::Zip before 1.14 skipped it)",
                 [] {
                   ZipEntry e = deflated_entry("virus.com", eicar()), zero = e;
                   zero.packed_size = zero.size = 0;
                   const std::string file = local_header(zero) + e.packed, directory = central_header(e, 0);
                   return file + directory + end_record(1, directory.size(), file.size());
                 },
                 {"zip-headers-disagree"}});
  all.push_back({"zip-central-sizes-zero",
                 "the directory says it is empty",
                 [] {
                   ZipEntry e = stored_entry("virus.com", eicar()), zero = e;
                   zero.packed_size = zero.size = 0;
                   const std::string file = local_header(e) + e.packed, directory = central_header(zero, 0);
                   return file + directory + end_record(1, directory.size(), file.size());
                 },
                 {"zip-headers-disagree"}});
  all.push_back({"zip-methods-disagree",
                 "deflated says one header, stored the other",
                 [] {
                   const ZipEntry e = deflated_entry("virus.com", eicar());
                   ZipEntry other = e;
                   other.method = 0;
                   const std::string file = local_header(e) + e.packed, directory = central_header(other, 0);
                   return file + directory + end_record(1, directory.size(), file.size());
                 },
                 {"zip-headers-disagree"}});
  all.push_back({"zip-names-disagree",
                 "two headers, two names",
                 [] {
                   const ZipEntry e = stored_entry("virus.com", eicar());
                   ZipEntry other = e;
                   other.name = "photo.jpg";
                   const std::string file = local_header(e) + e.packed, directory = central_header(other, 0);
                   return file + directory + end_record(1, directory.size(), file.size());
                 },
                 {"zip-headers-disagree"}});
  all.push_back({"zip-stored-two-sizes",
                 "stored, and shorter than it claims to be",
                 [] {
                   ZipEntry e = stored_entry("virus.com", eicar());
                   e.size += 1000;
                   return zip_of({e});
                 },
                 {token}});
}

// ---- G-08: in two minds

void add_ambiguous(std::vector<Case>& all) {
  const auto good = [] { return zip_of({stored_entry("a.txt", "hello")}); };
  const auto evil = [] { return zip_of({deflated_entry("virus.com", eicar())}); };
  all.push_back({"zip-behind-zip",
                 "two ZIP files in one: the last directory counts, or the first",
                 [=] { return evil() + good(); },
                 {"zip-two-directories"}});
  all.push_back({"zip-before-zip",
                 "two ZIP files in one: the last directory counts, or the first",
                 [=] { return good() + evil(); },
                 {"zip-two-directories"}});
  all.push_back({"zip-in-comment",
                 "a ZIP file in the comment of another",
                 [=] { return zip_of({stored_entry("a.txt", "hello")}, evil()); },
                 {"zip-two-directories"}});
  all.push_back({"zip-end-in-comment",
                 "an end record in the comment tells of another directory",
                 [] {
                   const ZipEntry a = stored_entry("a.txt", "hello"), b = stored_entry("virus.com", eicar());
                   const std::string files = local_header(a) + a.packed + local_header(b) + b.packed;
                   const std::string first = central_header(a, 0),
                                     second = central_header(b, local_header(a).size() + a.packed.size());
                   const size_t at = files.size();
                   return files + first + second +
                          end_record(1, first.size(), at, end_record(1, second.size(), at + first.size()));
                 },
                 {"zip-two-directories"}});
  all.push_back({"zip-hidden-member",
                 "a member that no directory lists: who reads from the front sees it",
                 [] {
                   const ZipEntry a = deflated_entry("virus.com", eicar()), b = stored_entry("b.txt", "hello");
                   const std::string file = local_header(a) + a.packed, rest = local_header(b) + b.packed,
                                     directory = central_header(b, file.size());
                   return file + rest + directory + end_record(1, directory.size(), file.size() + rest.size());
                 },
                 {"zip-hidden-member"}});
  all.push_back({"zip-hidden-entry",
                 "the end record counts fewer entries than the directory has",
                 [] {
                   const ZipEntry a = stored_entry("a.txt", "hello"), b = stored_entry("virus.com", eicar());
                   const std::string files = local_header(a) + a.packed + local_header(b) + b.packed;
                   const std::string directory =
                       central_header(a, 0) + central_header(b, local_header(a).size() + a.packed.size());
                   return files + directory + end_record(1, directory.size(), files.size());
                 },
                 {"zip-directory-claims"}});
  all.push_back({"zip-same-name",
                 "two members of one name: the first counts, or the last",
                 [] {
                   return zip_of({stored_entry("a.txt", "hello"), deflated_entry("a.txt", eicar())});
                 },
                 {"zip-duplicate-name"}});
  all.push_back({"zip-streamed-without-directory",
                 "sizes behind the bytes, and no directory",
                 [] {
                   ZipEntry e = deflated_entry("virus.com", eicar());
                   const uint32_t crc = e.crc;
                   e.flags = 8, e.crc = 0, e.packed_size = e.size = 0;
                   return local_header(e) + e.packed + "PK\7\10" + little(crc, 4) + little(e.packed.size(), 4) +
                          little(68, 4);
                 },
                 {"archive-damaged"}});
  all.push_back({"zip-trailer",
                 "bytes behind the end",
                 [=] { return good() + std::string(70000, 'x') + eicar(); },
                 {"archive-trailing-bytes"},
                 std::string(70000, 'x') + eicar()});
  const std::string jpeg = "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"s + std::string(600, '\x55') + "\xff\xd9";
  const std::string pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
                    gif = "GIF89a\1\0\1\0\0\0\0;"s;
  const std::string png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"s + std::string(200, '\x55') +
                          "\0\0\0\0IEND\xae\x42\x60\x82"s;
  for (const auto& [name, front] :
       {std::pair<std::string, std::string>{"jpeg", jpeg}, {"pdf", pdf}, {"gif", gif}, {"png", png}}) {
    all.push_back({"polyglot-zip-" + name,
                   "a ZIP file at the end of something else",
                   [=, f = front] { return f + evil(); },
                   {"archive-polyglot"}});
    all.push_back({"polyglot-rar-" + name,
                   "an archive inside something else",
                   [f = front] {
                     return f + rar4_of({{"virus.com", eicar()}}) + "tail";
                   },
                   {"archive-polyglot"}});
    all.push_back({"polyglot-rar5-" + name,
                   "an archive inside something else",
                   [f = front] {
                     return f + rar5_of({{"virus.com", eicar()}});
                   },
                   {"archive-polyglot"}});
    all.push_back({"polyglot-7z-" + name,
                   "an archive inside something else",
                   [f = front] {
                     return f + packed_by("7zip", {{"virus.com", eicar()}});
                   },
                   {"archive-polyglot"}});
  }
  const std::string program = "MZ" + std::string(5000, '\x90');
  all.push_back({"program-zip", "a self-extracting program", [=] { return program + evil(); }});
  all.push_back({"program-rar", "a self-extracting program", [=] {
                   return program + rar5_of({{"virus.com", eicar()}});
                 }});
  all.push_back({"program-7z", "a self-extracting program", [=] {
                   return program + packed_by("7zip", {{"virus.com", eicar()}});
                 }});
  const auto tar = [] { return packed_by("ustar", {{"virus.com", eicar()}}); };
  for (const auto& [name, first] : {std::pair<std::string, std::string>{"ustar", packed_by("ustar", {{"a", "hello"}})},
                                    {"newc", packed_by("newc", {{"a", "hello"}})},
                                    {"7z", packed_by("7zip", {{"a", "hello"}})},
                                    {"rar4", rar4_of({{"a", "hello"}})},
                                    {"rar5", rar5_of({{"a", "hello"}})},
                                    {"cab", cab_of({{"a", "hello"}})},
                                    {"iso", packed_by("iso9660", {{"a", "hello"}})},
                                    {"zip", zip({{"a", "hello"}})}})
    all.push_back({"trailer-tar-" + name,
                   "another archive behind the end of this one",
                   [=, f = first] { return f + tar(); },
                   {"archive-trailing-file"}});
  all.push_back({"iso-joliet-only",
                 "a file that only one tree of the image shows",
                 [] {
                   return iso_of({{"A.TXT;1", "hello"}}, {{"virus.com", eicar()}});
                 },
                 {"iso-trees-differ"}});
  all.push_back({"iso-plain-only",
                 "a file that only one tree of the image shows",
                 [] {
                   return iso_of({{"VIRUS.COM;1", eicar()}}, {{"a.txt", "hello"}});
                 },
                 {"iso-trees-differ"}});
  all.push_back({"declared-as-text",
                 "an archive that is called and declared a text",
                 evil,
                 {},
                 eicar(),
                 "readme.txt",
                 "text/plain"});
}

}  // namespace

std::vector<Recipe> archive_recipes() {
  std::vector<Case> all;
  add_formats(all);
  add_encrypted(all);
  add_methods(all);
  add_dos(all);
  add_damaged(all);
  add_ambiguous(all);
  std::vector<Recipe> recipes;
  for (const Case& c : all) recipes.push_back(recipe(c));
  return recipes;
}

}  // namespace postern::testing
