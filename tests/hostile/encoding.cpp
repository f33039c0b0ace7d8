// SPDX-License-Identifier: MIT
// Transfer encodings that readers undo in different ways, and files that stand in the text itself.
#include "hostile/recipe.h"

#include <tuple>
#include <utility>

namespace postern::testing {
namespace {

using Text = std::string;

// ---- material

Text mail(const Text& mime_fields, const Text& body) {
  return "From: sender@example.org\r\nTo: recipient@example.org\r\nSubject: encodings\r\nMIME-Version: 1.0\r\n" + mime_fields + "\r\n" + body;
}
Text attached(const Text& encoding_fields, const Text& body) { return mail("Content-Type: application/octet-stream\r\n" + encoding_fields, body); }
Text declared(const Text& encoding, const Text& body) { return attached("Content-Transfer-Encoding: " + encoding + "\r\n", body); }

Text one_line(Text text) {
  std::erase(text, '\r');
  std::erase(text, '\n');
  return text;
}
Text quoted_printable(const Text& bytes, bool all = true) {
  static constexpr char digits[] = "0123456789ABCDEF";
  Text out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (all || c == '=' || byte >= 0x80)
      out += Text{'=', digits[byte >> 4], digits[byte & 15]};
    else
      out += c;
    if (all && (out.size() + 2) % 75 < 3) out += "=\r\n";
  }
  return out;
}
Text replaced(Text text, const Text& what, const Text& by) {
  for (size_t at = 0; (at = text.find(what, at)) != Text::npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

class Catalogue {
 public:
  Recipe& add(const Text& name, const Text& trick, const Text& text, std::vector<Text> marks) {
    Recipe r;
    r.name = "encoding-" + name;
    r.trick = trick;
    r.mail = [text] { return text; };
    r.marks = std::move(marks);
    r.in_clear = shows_payload(text);
    all_.push_back(std::move(r));
    return all_.back();
  }
  void ordinary(const Text& name, const Text& trick, const Text& text) { add(name, trick, text, {}).is_ordinary = true; }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  std::vector<Recipe> all_;
};

// ---- the declaration (C-01, C-02, C-06, C-08, C-09)

void add_declarations(Catalogue& c) {
  const Text b64 = base64(eicar()) + "\r\n", qp = quoted_printable(eicar()) + "\r\n";
  const Text first = "Content-Transfer-Encoding: base64\r\n", second = "Content-Transfer-Encoding: quoted-printable\r\n", seven = "Content-Transfer-Encoding: 7bit\r\n";
  for (const auto& [name, fields, body] : std::vector<std::tuple<Text, Text, Text>>{
           {"base64-qp-base64", first + second, b64}, {"base64-qp-qp", first + second, qp}, {"qp-base64-base64", second + first, b64}, {"qp-base64-qp", second + first, qp},
           {"base64-7bit", first + seven, b64}, {"7bit-base64", seven + first, b64}, {"7bit-base64-plain", seven + first, eicar() + "\r\n"}})
    c.add("two-" + name, "two transfer encodings, the first or the last one counts", attached(fields, body), {"mime-encodings"});
  c.ordinary("twice-the-same", "one encoding, declared twice", attached(first + first, b64));

  for (const auto& [name, value] : std::vector<std::pair<Text, Text>>{
           {"quoted", "\"base64\""}, {"semicolon", "base64;"}, {"hyphen", "base-64"}, {"x", "x-base64"}, {"list", "base64, 7bit"},
           {"list-behind", "7bit, base64"}, {"encoded-word", "=?us-ascii?Q?base64?="}, {"hidden-word", "=?us-ascii?Q?b=61se64?="}, {"parameter", "base64; x=y"}})
    c.add("odd-" + name, "an encoding that only some readers recognise", declared(value, b64), {"mime-encodings"});
  for (const auto& [name, value] : std::vector<std::pair<Text, Text>>{{"comment", "base64 (x)"}, {"capitals", " BASE64"}, {"folded", "\r\n base64"}, {"blanks", "  base64 \t"}})
    c.ordinary("allowed-" + name, "an encoding written as the grammar allows", declared(value, b64));
  c.add("unknown", "an encoding nobody knows, and base64", declared("x-unheard-of", b64), {"mime-undeclared-base64"});
  c.add("unknown-quoted-printable", "an encoding nobody knows, and quoted-printable", declared("x-unheard-of", qp), {"mime-undeclared-quoted-printable"});
  c.add("unknown-quoted-printable-soft", "the same with nothing but soft line breaks", declared("x-unheard-of", eicar().substr(0, 30) + "=\r\n" + eicar().substr(30) + "\r\n"), {"mime-undeclared-quoted-printable"});
  c.add("unknown-quoted-printable-one", "the same with one escape, which may be chance", declared("qp", "=58" + eicar().substr(1) + "\r\n"), {"mime-unknown-encoding"});
  c.add("unknown-quoted-printable-bad", "the same with something that is no escape", declared("qp", "a=b\r\n" + qp), {"mime-unknown-encoding"});
  c.add("unknown-quoted-printable-list", "an encoding that mentions base64 and is neither", declared("base64-qp", qp), {"mime-undeclared-quoted-printable"});
  c.ordinary("unknown-text", "an encoding that is none, and an address of the web", declared("utf-8", "https://example.org/?a=20&b=x\r\n" + eicar() + "\r\n"));
  c.add("odd-quoted-printable", "quoted-printable with a semicolon", declared("quoted-printable;", qp), {"mime-encodings"});
  c.add("odd-quoted-printable-short", "half a name", declared("quoted", qp), {"mime-encodings"});

  for (const Text value : {"7bit", "8bit", "binary", "none"})
    c.add("wrong-" + value, "base64 that is not declared", declared(value, b64), {"mime-undeclared-base64"});
  c.add("wrong-absent", "base64 that is not declared", attached("", b64), {"mime-undeclared-base64"});
  c.add("wrong-base64", "plain text that says it is base64", declared("base64", eicar() + "\r\n"), {"mime-not-base64"});

  // The first line could be base64, what follows could not.
  for (const auto& [name, text] : std::vector<std::pair<Text, Text>>{
           {"one-word", "Hello\r\n"}, {"lines", "Hello\r\nthis\r\nis\r\na\r\ntext\r\n"}, {"late", replaced(base64(Text(3000, 'x')), "=", "") + "\r\n"}, {"padded", "TVo=\r\n"}})
    c.add("wrong-base64-" + name, "plain text that begins like base64", declared("base64", text + eicar() + "\r\n"), {"mime-not-base64"});
  c.ordinary("base64-blanks-around", "base64 with blanks around its lines", declared("base64", " \t" + replaced(base64("filler" + eicar()), "\r\n", " \t\r\n ") + " \r\n"));
  c.ordinary("base64-rule-behind", "base64 and a line of dashes", declared("base64", b64 + "--\r\n"));

  const Text uu = uuencode(eicar(), "setup.com");
  for (const Text value : {"x-uuencode", "uuencode", "x-uue", "uue"}) c.ordinary("uuencode-" + value, "uuencode as a transfer encoding", declared(value, uu));
  const Text other = uuencode("nothing in here, but long enough to fill a line", "a.txt"), end = "`\r\nend\r\n";
  c.add("uuencode-second", "the second of two files", declared("x-uuencode", other + uu), {"mime-uuencode-more"}).names = {"setup.com"};
  c.add("uuencode-second-behind-text", "the second of two files, with text between them", declared("x-uuencode", "Hello\r\n" + other + "and\r\n" + uu), {"mime-uuencode-more"});
  c.add("uuencode-third-binary", "the third of three files, and bytes that are no text", declared("x-uuencode", other + other + Text("\0\x01\xFF\r\n", 5) + uu), {"mime-uuencode-more"});
  c.add("uuencode-unfinished-first", "the first file has no end", declared("x-uuencode", replaced(other, end, "") + uu), {"mime-uuencode-more"});
  c.add("uuencode-text-behind", "text behind the file", declared("x-uuencode", uu + "Regards\r\n"), {"mime-uuencode-text"});
  c.add("uuencode-payload-behind", "a file in another encoding behind the file", declared("x-uuencode", other + "begin-base64 644 setup.com\r\n" + base64(eicar()) + "\r\n====\r\n"), {"mime-uuencode-text"});
  c.add("uuencode-clear-behind", "the payload in clear behind the file", declared("x-uuencode", other + eicar() + "\r\n"), {"mime-uuencode-text"});
  const size_t first_line = uu.find("\r\n") + 2;
  for (const auto& [name, count] : std::vector<std::pair<Text, char>>{{"small", '!'}, {"large", '_'}, {"zero", '`'}}) {
    Text lying = uu;
    lying[first_line] = count;
    c.add("uuencode-count-too-" + name, "the count in front of a line lies", declared("x-uuencode", lying), {"mime-uuencode-line-lengths"});
  }
  c.add("uuencode-in-multipart", "uuencode as the transfer encoding of a multipart, file by file", mail("Content-Type: multipart/mixed; boundary=X\r\nContent-Transfer-Encoding: x-uuencode\r\n", other + uu), {"mime-encoded-multipart"});
  c.add("uuencode-not-really", "plain text that says it is uuencode", declared("x-uuencode", eicar() + "\r\n"), {"mime-uuencode-no-begin"});
  c.add("gzip64", "x-gzip64: gzip in base64", declared("x-gzip64", base64(gzip(eicar())) + "\r\n"), {"mime-encodings"});
  c.ordinary("content-encoding", "Content-Encoding, as the web has it",
             attached("Content-Transfer-Encoding: base64\r\nContent-Encoding: gzip\r\n", base64(gzip(eicar())) + "\r\n"));
  c.ordinary("binary", "binary, with NUL and a dot on a line", declared("binary", Text("\0\0\r\n.\r\n\xFF", 8) + eicar()));
}

// ---- base64 (C-03 … C-05)

void add_base64(Catalogue& c) {
  // Long enough that a cut reading ends in it; the payload in front, then padding that belongs to nothing.
  const Text front = one_line(base64(eicar() + "."));  // 69 bytes: no padding
  const Text behind = one_line(base64("filler" + eicar()));
  for (const auto& [name, junk] : std::vector<std::pair<Text, Text>>{{"mark", "!"}, {"nul", Text(1, '\0')}, {"underscore", "_"}, {"8bit", "\xE4"}, {"comma", ",,,"}}) {
    c.add("junk-" + name + "-skip", "a character outside the alphabet, skipped", declared("base64", behind.substr(0, 20) + junk + behind.substr(20) + "\r\n"), {"mime-base64-damage"});
    c.add("junk-" + name + "-stop", "a character outside the alphabet, where some stop", declared("base64", front + junk + front + "\r\n"), {"mime-base64-damage"});
  }
  c.add("junk-blanks", "blanks between the characters, as in a text", declared("base64", replaced(behind, "U", " U\t") + "\r\n"), {"mime-not-base64"});
  c.add("padding-inside-continue", "padding in the middle, and the data goes on", declared("base64", "TVo=\r\n" + behind + "\r\n"), {"mime-base64-damage"});
  c.add("padding-inside-stop", "padding behind the payload, and garbage follows", declared("base64", one_line(base64(eicar())) + "\r\n!!!!AAAA\r\n"), {"mime-base64-damage"});
  c.add("padding-first", "padding before any data", declared("base64", "====\r\n" + behind + "\r\n"), {"mime-base64-junk"});
  c.ordinary("no-final-quantum", "the padding is missing", declared("base64", replaced(one_line(base64(eicar())), "=", "") + "\r\n"));
  c.add("stray-character", "one character too many", declared("base64", front + "A\r\n"), {"mime-base64-incomplete"});

  Text by_one, by_cr;
  for (const char ch : behind) by_one += Text(1, ch) + "\r\n";
  by_cr = replaced(base64("filler" + eicar()), "\r\n", "\r");
  c.ordinary("one-per-line", "one character on each line", declared("base64", by_one));
  c.ordinary("one-long-line", "five megabytes on one line", declared("base64", one_line(base64(Text(3'750'000, 'x') + eicar())) + "\r\n"));
  c.ordinary("cr-lines", "lines that end with CR alone", declared("base64", by_cr));
  c.ordinary("blank-lines-first", "blank lines before the data", declared("base64", "\r\n \r\n\r\n" + behind + "\r\n"));
  c.add("text-first", "a line of text before the data", declared("base64", "Here it comes, friends:\r\n" + behind + "\r\n"), {"mime-not-base64"});
}

// ---- quoted-printable (C-07)

void add_quoted_printable(Catalogue& c) {
  const Text& e = eicar();
  const Text head = e.substr(0, 30), tail = e.substr(30);
  for (const auto& [name, body] : std::vector<std::pair<Text, Text>>{
           {"soft-break", head + "=\r\n" + tail}, {"soft-break-lf", head + "=\n" + tail}, {"soft-break-blanks", head + "= \t\r\n" + tail},
           {"lower-case", replaced(quoted_printable(e), "=5C", "=5c")}, {"trailing", e + "="},
           {"long-line", Text(10'000'000, 'x') + "\r\n" + quoted_printable(e)}, {"everything", quoted_printable(e)},
           {"encoded-crlf", "a=0D=0A.=0D=0A" + quoted_printable(e)}, {"encoded-dot", "=2E\r\n" + quoted_printable(e)}, {"double", quoted_printable("=\r\n") + quoted_printable(e)}})
    c.ordinary("qp-" + name, "quoted-printable, not quite", declared("quoted-printable", body + "\r\n"));
  // Escapes that are none. The payload is there for who keeps them, or for who drops their equals sign.
  const Text text = "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n";
  for (const auto& [name, body] : std::vector<std::pair<Text, Text>>{
           {"bad-escape", "=G1=zz\r\n" + e}, {"cut-escape", "=A\r\n" + e}, {"trailing-escape", e + "\r\n=4"}, {"blank-escape", "= x\r\n" + e},
           {"dropped", e.substr(0, 4) + "=" + e.substr(4)}, {"dropped-many", replaced(e, "P", "=P")}, {"dropped-with-escapes", "=58" + e.substr(1, 3) + "=" + e.substr(4, 20) + quoted_printable(e.substr(24))},
           {"dropped-twice", e.substr(0, 4) + "==" + e.substr(4)}, {"dropped-end", e.substr(0, e.size() - 1) + "=" + e.substr(e.size() - 1)}}) {
    c.add("qp-" + name, "an escape that is none, in a file", declared("quoted-printable", body + "\r\n"), {"mime-qp-damage"});
    c.ordinary("qp-text-" + name, "an escape that is none, in a text, as careless programs write it", mail(text, body + "\r\n"));
  }
}

// ---- files in the text itself (B-30, B-31, B-35)

Text in_text(const Text& body, const Text& type = "text/plain") { return mail("Content-Type: " + type + "; charset=us-ascii\r\n", "Hello,\r\n\r\n" + body + "\r\nRegards\r\n"); }

Text html_of(const Text& text) { return replaced(replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\r\n", "<br>\r\n"); }

Text xxencode(const Text& bytes, const Text& name) {
  static constexpr char digits[] = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  Text out = "begin 644 " + name + "\r\n";
  for (size_t line = 0; line < bytes.size(); line += 45) {
    const Text piece = bytes.substr(line, 45);
    out += digits[piece.size()];
    for (size_t i = 0; i < piece.size(); i += 3) {
      const auto at = [&](size_t n) { return i + n < piece.size() ? static_cast<unsigned char>(piece[i + n]) : 0u; };
      const unsigned three = at(0) << 16 | at(1) << 8 | at(2);
      for (const int shift : {18, 12, 6, 0}) out += digits[three >> shift & 63];
    }
    out += "\r\n";
  }
  return out + "+\r\nend\r\n";
}

Text yenc(const Text& bytes, const Text& name) {
  Text out = "=ybegin line=128 size=" + std::to_string(bytes.size()) + " name=" + name + "\r\n";
  for (const char ch : bytes) {
    const char coded = static_cast<char>(ch + 42);
    if (coded == '\0' || coded == '\r' || coded == '\n' || coded == '=')
      out += Text{'=', static_cast<char>(coded + 64)};
    else
      out += coded;
  }
  return out + "\r\n=yend size=" + std::to_string(bytes.size()) + "\r\n";
}

Text big_endian(size_t value, int bytes) {
  Text out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 255);
  return out;
}

Text binhex(const Text& data, const Text& resource, const Text& name) {
  static constexpr char digits[] = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
  const Text file = Text(1, static_cast<char>(name.size())) + name + Text(1, '\0') + "TEXTttxt" + Text(2, '\0') + big_endian(data.size(), 4) + big_endian(resource.size(), 4) + "cc" + data + "cc" + resource + "cc";
  Text out = "(This file must be converted with BinHex 4.0)\r\n\r\n:";
  unsigned bits = 0, group = 0;
  size_t column = 1;
  const auto put = [&](unsigned six) {
    out += digits[six & 63];
    if (++column % 64 == 0) out += "\r\n";
  };
  for (const char ch : file) {
    group = (group << 8 | static_cast<unsigned char>(ch)) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) put(group >> (bits - 6));
  }
  if (bits > 0) put(group << (6 - bits));
  return out + ":\r\n";
}

// version 2, the entries in the given order: (id, bytes).
Text apple_file(char kind, const std::vector<std::pair<unsigned, Text>>& entries) {
  Text table = Text("\0\x05\x16", 3) + kind + big_endian(0x00020000, 4) + Text(16, '\0') + big_endian(entries.size(), 2), data;
  const size_t begin = table.size() + 12 * entries.size();
  for (const auto& [id, bytes] : entries) {
    table += big_endian(id, 4) + big_endian(begin + data.size(), 4) + big_endian(bytes.size(), 4);
    data += bytes;
  }
  return table + data;
}

void add_texts(Catalogue& c) {
  const Text uu = uuencode(eicar(), "setup.com"), other = uuencode("nothing in here, but long enough", "a.txt");
  const Text data = uu.substr(uu.find("\r\n") + 2), end = "`\r\nend\r\n";
  c.ordinary("text-uuencode", "a file in uuencode in a text", in_text(uu));
  c.ordinary("text-uuencode-second", "the second of two files", in_text(other + "and\r\n" + uu));
  c.add("text-uuencode-unfinished-first", "the first file has no end", in_text(replaced(other, end, "") + uu), {"encoded-no-end"});
  c.add("text-uuencode-no-end", "a file without end", in_text(replaced(uu, end, "")), {"encoded-no-end"});
  c.ordinary("text-uuencode-two-blanks", "two blanks behind begin", in_text("begin  644 setup.com\r\n" + data));
  c.ordinary("text-uuencode-no-mode", "no mode, but two blanks", in_text("begin  setup.com\r\n" + data));
  c.ordinary("text-uuencode-no-name", "no name", in_text("begin 644\r\n" + data));
  c.ordinary("text-uuencode-blanks", "blanks for zero, and none at the lines' ends", in_text("begin 644 x\r\n" + replaced(data, "`", " ")));
  c.ordinary("text-uuencode-base64", "base64 with a begin line", in_text("begin-base64 644 setup.com\r\n" + base64(eicar()) + "\r\n====\r\n"));
  Text lying = data;
  lying[0] = '!';  // one byte instead of 45
  c.add("text-uuencode-count-too-small", "a line holds more than it says", in_text("begin 644 setup.com\r\n" + lying), {"encoded-line-lengths"});
  lying[0] = '_';
  c.add("text-uuencode-count-too-large", "a line holds less than it says", in_text("begin 644 setup.com\r\n" + lying), {"encoded-line-lengths"});
  c.add("text-uuencode-junk", "a line of junk in the middle", in_text(replaced(uu, "\r\n7", "\r\nwhat is this?\r\n7")), {"encoded-damaged"});
  c.ordinary("text-uuencode-html", "a file in uuencode in HTML", in_text("<html><body><p>" + html_of(uu) + "</p></body></html>", "text/html"));
  c.ordinary("text-uuencode-html-pre", "a file in uuencode in preformatted HTML", in_text("<html><body><pre>\r\n" + replaced(html_of(uu), "<br>", "") + "</pre></body></html>", "text/html"));
  c.ordinary("text-uuencode-undeclared", "a mail without any field", "\r\nHello\r\n" + uu);
  const Text preamble = "Content-Type: multipart/mixed; boundary=X\r\n", parts = "--X\r\n\r\nhello\r\n--X--\r\n";
  c.ordinary("text-uuencode-preamble", "a file in the preamble", mail(preamble, uu + parts));
  c.ordinary("text-uuencode-epilogue", "a file in the epilogue", mail(preamble, parts + uu));
  c.ordinary("text-xxencode", "xxencode", in_text(xxencode(eicar(), "setup.com")));
  c.ordinary("text-yenc", "yEnc", in_text(yenc(eicar(), "setup.com")));
  c.ordinary("text-yenc-part", "a part of a file in yEnc", in_text(replaced(yenc(eicar(), "setup.com"), "setup.com\r\n", "setup.com\r\n=ypart begin=1 end=68\r\n")));
  c.add("text-yenc-no-end", "yEnc without end", in_text(yenc(eicar(), "x").substr(0, yenc(eicar(), "x").find("=yend"))), {"encoded-no-end"});
  c.ordinary("text-binhex", "BinHex 4.0", in_text(binhex(eicar(), "", "setup.com")));
  c.ordinary("text-binhex-resource", "the payload in the resource fork", in_text(binhex("data", eicar(), "setup.com")));
  c.ordinary("text-binhex-declared", "BinHex 4.0 with its type", mail("Content-Type: application/mac-binhex40; name=setup.hqx\r\n", binhex(eicar(), "", "setup.com")));
  Text noise(1500, ' ');
  unsigned seed = 1;
  for (char& ch : noise) ch = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  const Text packed = base64(zip({{"noise", noise}, {"setup.com", eicar()}}));
  c.ordinary("text-base64", "a zip as bare base64 in a text", in_text(packed));
  c.ordinary("text-base64-one-line", "the same on one line", in_text(one_line(packed)));
  c.ordinary("text-base64-html", "the same in HTML", in_text("<html><body><p>" + html_of(packed) + "</p></body></html>", "text/html"));
  for (const auto& [name, file] : std::vector<std::pair<Text, Text>>{
           {"single", apple_file('\0', {{3, "setup.com"}, {1, hidden()}})}, {"resource-first", apple_file('\0', {{2, "resource"}, {3, "setup.com"}, {1, hidden()}})},
           {"double", apple_file('\x07', {{2, hidden()}, {3, "setup.com"}})}}) {
    c.ordinary("apple-" + name, "a Macintosh file with its forks", mail("Content-Type: application/applefile\r\nContent-Transfer-Encoding: base64\r\n", base64(file) + "\r\n"));
    c.ordinary("apple-" + name + "-undeclared", "a Macintosh file that does not say so", mail("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n", base64(file) + "\r\n"));
  }
}

}  // namespace

std::vector<Recipe> encoding_recipes() {
  Catalogue c;
  add_texts(c);
  add_declarations(c);
  add_base64(c);
  add_quoted_printable(c);
  return c.take();
}

}  // namespace postern::testing
