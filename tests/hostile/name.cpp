// SPDX-License-Identifier: MIT
// Names of attachments that one reader shows as something else than another. Every reading must be among the part's names; whether
// one of them is forbidden is for policy to say.
#include "hostile/recipe.h"

#include <algorithm>
#include <set>
#include <utility>

namespace postern::testing {
namespace {

using Text = std::string;

Text attached(const Text& fields) {
  return "From: sender@example.org\r\nTo: recipient@example.org\r\nSubject: names\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n--outer\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n--outer\r\n" +
         fields + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(eicar()) + "\r\n--outer--\r\n";
}
Text replaced(Text text, const Text& what, const Text& by) { return text.replace(text.find(what), what.size(), by); }
Text disposed(const Text& parameters) { return attached("Content-Type: application/octet-stream\r\nContent-Disposition: attachment; " + parameters + "\r\n"); }

class Catalogue {
 public:
  Recipe& add(const Text& name, const Text& trick, const Text& mail, std::vector<Text> names, std::vector<Text> marks = {}) {
    Recipe r;
    r.name = "name-" + name;
    r.trick = trick;
    r.mail = [mail] { return mail; };
    r.names = std::move(names);
    r.is_ordinary = marks.empty();
    r.marks = std::move(marks);
    all_.push_back(std::move(r));
    return all_.back();
  }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  std::vector<Recipe> all_;
};

// D-01 … D-04: the parameter has several readings.
void add_readings(Catalogue& c) {
  c.add("rfc2231-only", "a name in RFC 2231 form", disposed("filename*=utf-8''evil%2Eexe"), {"evil.exe"});
  c.add("rfc2231-latin-1", "a name in RFC 2231 form and Latin-1", disposed("filename*=iso-8859-1'en'%A3.exe"), {"\xC2\xA3.exe"});
  c.add("rfc2231-no-charset", "a name in RFC 2231 form without its apostrophes", disposed("filename*=evil%2Eexe"), {"evil.exe"});
  c.add("pieces", "a name in pieces", disposed("filename*0=evil; filename*1=\".e\"; filename*2=\"xe\""), {"evil.exe"});
  c.add("pieces-disordered", "pieces out of order", disposed("filename*2=xe; filename*0=evil; filename*1=.e"), {"evil.exe", "xeevil.e"});
  Text many, whole;
  for (int i = 0; i < 14; ++i) {
    many += "filename*" + std::to_string(i) + "=p" + std::to_string(i) + (i < 13 ? ";\r\n " : "");
    whole += "p" + std::to_string(i);
  }
  c.add("pieces-many", "more than ten pieces", disposed(many), {whole});
  c.add("pieces-twice", "a piece that comes twice", disposed("filename*0=evil; filename*1=.txt; filename*1=.exe"), {"evil.txt", "evil.exe"});
  c.add("pieces-folded", "pieces on folded lines", disposed("\r\n filename*0*=utf-8''ev;\r\n filename*1*=il%2E;\r\n filename*2=exe"), {"evil.exe"});
  c.add("pieces-percent-in-plain", "a percent sign in a piece that is not encoded", disposed("filename*0*=utf-8''a%20; filename*1=\"%2Eexe\""), {"a %2Eexe"});
  c.add("encoded-word", "an encoded word where none belongs", disposed("filename=\"=?utf-8?B?ZXZpbC5leGU=?=\""), {"evil.exe", "=?utf-8?B?ZXZpbC5leGU=?="});
  c.add("encoded-word-bare", "an encoded word without quotes", disposed("filename==?utf-8?Q?evil=2Eexe?="), {"evil.exe"});
  c.add("encoded-word-split-character", "two words, cut in the middle of a character", disposed("filename=\"=?utf-8?Q?=C3?= =?utf-8?Q?=A4.exe?=\""), {"\xC3\xA4.exe"});
  c.add("encoded-word-two-charsets", "two words in two charsets", disposed("filename=\"=?iso-8859-1?Q?=E4?= =?utf-8?Q?=C3=B6.exe?=\""), {"\xC3\xA4\xC3\xB6.exe"});
  c.add("encoded-word-in-2231", "an encoded word in RFC 2231 form", disposed("filename*=utf-8''=?utf-8?Q?evil.exe?="), {"evil.exe"});
  c.add("name-and-filename", "two fields, two names", attached("Content-Type: application/octet-stream; name=\"a.txt\"\r\nContent-Disposition: attachment; filename=\"b.exe\"\r\n"), {"a.txt", "b.exe"});
  c.add("plain-and-2231", "two forms, two names", disposed("filename=\"a.txt\"; filename*=utf-8''b.exe"), {"a.txt", "b.exe"});
  c.add("filename-twice", "a parameter that comes twice", disposed("filename=a.txt; filename=b.exe"), {"a.txt", "b.exe"});
  c.add("name-in-disposition", "name where filename belongs", disposed("name=evil.exe"), {"evil.exe"});
  c.add("percent", "a name percent-coded without RFC 2231", disposed("filename=\"evil%2Eexe\""), {"evil.exe", "evil%2Eexe"});
  c.add("unterminated", "a quote that never ends", disposed("filename=\"evil.exe; size=3"), {"evil.exe"});
  c.add("unquoted-blank", "a blank in a name without quotes", disposed("filename=evil.exe invoice.pdf"), {"evil.exe", "evil.exe invoice.pdf"});
  c.add("single-quotes", "single quotes", disposed("filename='evil.exe'"), {"evil.exe"});
  c.add("folded", "a line break inside the name", disposed("filename=\"evil\r\n .exe\""), {"evil .exe"});
  c.add("missing-semicolon", "no semicolon between two names", disposed("filename=\"a.txt\" filename=\"b.exe\""), {"a.txt", "b.exe"});
  c.add("odd-field", "the name in a field that only some readers know", attached("Content-Type: application/octet-stream\r\nContent_Disposition: attachment; filename=evil.exe\r\n"), {"evil.exe"}, {"mime-field-name"});
}

// D-05 … D-07, D-09, D-10: the bytes of the name are the trick. They arrive as they are.
void add_bytes(Catalogue& c) {
  const std::vector<std::pair<Text, Text>> names{
      {"dot", "a.exe."}, {"blank", "a.exe .txt"}, {"percent-nul", "a.exe%00.txt"}, {"stream", "a.exe::$DATA"}, {"many-blanks", "a.exe" + Text(200, ' ') + ".txt"},
      {"right-to-left", "photo_\xE2\x80\xAEgpj.exe"}, {"isolate", "a\xE2\x81\xA6gpj.exe"}, {"zero-width", "a.e\xE2\x80\x8Bxe"}, {"full-width", "a\xEF\xBC\x8E\xEF\xBD\x85\xEF\xBD\x98\xEF\xBD\x85"},
      {"cyrillic", "a.\xD0\xB5\xD1\x85\xD0\xB5"}, {"double", "invoice.pdf.exe"}, {"class-id", "file.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}"}, {"option", "-rf"},
      {"long-option", "--to-command=sh"}, {"list", "@list"}, {"backticks", "`id`"}, {"substitution", "$(id)"}, {"quotes", "';id;'"}, {"pipe", "|id"}, {"format", "%s%n"},
      {"star", "*"}, {"device", "con"}, {"climbing", "../../x"}, {"drive", "C:\\x"}, {"share", "\\\\host\\x"}, {"dots", ".."}, {"tab", "a\tb.exe"}, {"long", Text(4096, 'n') + ".exe"}};
  for (const auto& [name, bytes] : names) c.add("bytes-" + name, "a name that is a weapon", disposed("filename=\"" + bytes + "\""), {bytes});
  c.add("bytes-nul", "a NUL in the name: what stands before it, and all of it", disposed(Text("filename=\"a.exe\0.txt\"", 20)), {Text("a.exe\0.txt", 10)});
  c.add("bytes-escape", "an escape sequence", disposed("filename=\"a\x1b[2Jb\""), {"a\x1b[2Jb"});
  c.add("bytes-empty", "an empty name beside another", attached("Content-Type: application/octet-stream; name=evil.exe\r\nContent-Disposition: attachment; filename=\"\"\r\n"), {"evil.exe"});
}

// D-02, D-04, D-11: so many names that the forbidden one is behind the last that anybody looks at.
void add_many(Catalogue& c) {
  const auto decoys = [](int n, const Text& parameter) {
    Text out;
    for (int i = 0; i < n; ++i) out += parameter + "=\"" + parameter[0] + std::to_string(i) + ".txt\";\r\n ";
    return out;
  };
  c.add("many-names-kept", "decoys in front of the name, all of which are kept", disposed(decoys(60, "filename") + "filename=x.vbs"), {"f0.txt", "x.vbs"});
  for (const auto& [name, parameters] : std::vector<std::pair<Text, Text>>{
           {"many-names", decoys(64, "filename") + "filename=x.vbs"}, {"many-names-of-all-kinds", decoys(40, "filename") + decoys(40, "name") + "filename*=utf-8''x.vbs"}, {"very-many-names", decoys(2000, "filename") + "filename=x.vbs"}}) {
    c.add(name, "decoys in front of the name, more than are kept", disposed(parameters), {"f0.txt"}, {"limit-names"});
    Recipe& harmless = c.add(name + "-harmless", "the same around a text: it is not clean all the same", replaced(disposed(parameters), base64(eicar()), base64("nothing in here")), {}, {"limit-names"});
    harmless.payload.clear();
    harmless.category = "over-limit";
  }
  Text many;
  for (int i = 0; i < 1000; ++i) many += "--outer\r\nContent-Type: text/plain; name=\"a.txt\"\r\n\r\nhello\r\n";
  c.add("many-alike", "a thousand parts of one name, and the payload among them", replaced(disposed("filename=\"a.txt\""), "--outer\r\nContent-Type: text/plain\r\n", many + "--outer\r\nContent-Type: text/plain\r\n"), {"a.txt"});
}

// Who is a program by one of its readings may not pass, whatever the others say.
bool is_program(const Recipe& recipe) {
  static const std::set<Text> disguised{"dot", "percent-nul", "stream", "many-blanks", "full-width", "cyrillic", "class-id", "nul"};
  const Text bytes = "name-bytes-";
  if (recipe.name.starts_with(bytes) && disguised.count(recipe.name.substr(bytes.size()))) return true;
  return std::any_of(recipe.names.begin(), recipe.names.end(), [](const Text& name) { return name.ends_with(".exe") || name.ends_with(".vbs"); });
}

}  // namespace

std::vector<Recipe> name_recipes() {
  Catalogue c;
  add_many(c);
  add_readings(c);
  add_bytes(c);
  std::vector<Recipe> all = c.take();
  for (Recipe& recipe : all)
    if (is_program(recipe)) recipe.also = {"banned"};
  return all;
}

}  // namespace postern::testing
