// SPDX-License-Identifier: MIT
// The structure of the mail: two readers see different parts, or one sees parts where the other sees text.
#include "hostile/recipe.h"

#include <utility>

namespace postern::testing {
namespace {

using Lines = std::vector<std::string>;

// ---- material

// The payload stands nowhere in clear, so that it is found only by who finds its part.
std::string evil() {
  return "Content-Type: application/octet-stream; name=\"setup.com\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(eicar()) + "\r\n";
}
std::string harmless() { return "Content-Type: text/plain\r\n\r\nNothing to see here.\r\n"; }
std::string parts(const std::string& boundary, const Lines& entities) {
  std::string text;
  for (const std::string& entity : entities) text += "--" + boundary + "\r\n" + entity;
  return text + "--" + boundary + "--\r\n";
}
std::string with(const std::string& mime_fields, const std::string& body, const std::string& version = "MIME-Version: 1.0\r\n") {
  return "From: sender@example.org\r\nTo: recipient@example.org\r\nSubject: structure\r\n" + version + mime_fields + "\r\n" + body;
}
std::string mixed(const std::string& parameters, const std::string& body) {
  return with("Content-Type: multipart/mixed" + parameters + "\r\n", body);
}
std::string inner(const std::string& boundary, const Lines& entities) {
  return "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n" + parts(boundary, entities);
}
std::string clean_mail_with(const std::string& entity) {
  return "From: sender@example.org\r\nSubject: inside\r\nMIME-Version: 1.0\r\n" + entity;
}

class Catalogue {
 public:
  Recipe& add(const std::string& name, const std::string& trick, const std::string& mail, std::vector<std::string> marks) {
    Recipe r;
    r.name = "mime-" + name;
    r.trick = trick;
    r.mail = [mail] { return mail; };
    r.marks = std::move(marks);
    r.in_clear = shows_payload(mail);
    all_.push_back(std::move(r));
    return all_.back();
  }
  void ordinary(const std::string& name, const std::string& trick, const std::string& mail) { add(name, trick, mail, {}).is_ordinary = true; }
  // Nothing inside but the mark.
  Recipe& bare(const std::string& name, const std::string& trick, const std::string& mail, std::vector<std::string> marks) {
    Recipe& r = add(name, trick, mail, std::move(marks));
    r.payload.clear();
    r.category = "clean";
    return r;
  }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  std::vector<Recipe> all_;
};

// ---- the boundary (B-01 … B-09)

void add_boundaries(Catalogue& c) {
  const Lines order{"; boundary=X; boundary=Y", "; boundary=Y; boundary=X", "; boundary=\"X\"; charset=utf-8; BOUNDARY=\"Y\""};
  for (size_t i = 0; i < order.size(); ++i)
    for (const char* used : {"X", "Y"})
      c.add("two-boundaries-" + std::to_string(i) + "-under-" + used, "two boundary parameters, each wins with some reader",
            mixed(order[i], parts(used, {harmless(), evil()})), {"mime-boundaries"});
  c.add("two-boundaries-both-used", "two boundaries, one for the scanner and one for the reader",
        mixed("; boundary=X; boundary=Y", parts("X", {harmless() + parts("Y", {evil()})})), {"mime-boundaries"});

  const std::string multi = "Content-Type: multipart/mixed; boundary=X\r\n", plain = "Content-Type: text/plain\r\n", html = "Content-Type: text/html\r\n";
  for (const auto& [name, fields] : std::vector<std::pair<std::string, std::string>>{
           {"multipart-first", multi + plain}, {"multipart-last", plain + multi}, {"three", plain + html + multi},
           {"capitals", plain + "CONTENT-TYPE: MULTIPART/MIXED; BOUNDARY=X\r\n"}, {"apart", plain + "X-Mailer: x\r\n" + multi}})
    c.add("two-types-" + name, "two Content-Type fields, the first or the last one counts", with(fields, parts("X", {harmless(), evil()})), {"mime-types"});
  c.add("two-types-two-boundaries", "two multiparts in one header",
        with(multi + "Content-Type: multipart/mixed; boundary=Y\r\n", parts("X", {harmless()}) + parts("Y", {evil()})), {"mime-types"});

  for (const auto& [name, parameter] : std::vector<std::pair<std::string, std::string>>{{"plain", "boundary=X"}, {"rfc2231", "boundary*=utf-8''X"}})
    for (const auto& [with_type, type] : std::vector<std::pair<std::string, std::string>>{
             {"absent", "Content-Type: multipart/mixed\r\n"}, {"other", "Content-Type: multipart/mixed; boundary=Y\r\n"}})
      c.add("disposition-boundary-" + name + "-" + with_type, "the boundary stands in Content-Disposition, where indulgent readers find it",
            with(type + "Content-Disposition: attachment; " + parameter + "\r\n", parts("X", {harmless(), evil()})), {"mime-boundaries"});
  c.add("disposition-boundary-text", "a text with a boundary in its disposition",
        with("Content-Type: text/plain\r\nContent-Disposition: attachment; boundary=X\r\n", parts("X", {evil()})), {"mime-boundary-of-leaf"});

  for (const auto& [name, parameters, used] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"joined", "; boundary*0=A; boundary*1=B", "AB"}, {"swapped-by-number", "; boundary*1=B; boundary*0=A", "AB"},
           {"swapped-as-written", "; boundary*1=B; boundary*0=A", "BA"}, {"twice-first", "; boundary*0=A; boundary*0=C; boundary*1=B", "AB"},
           {"twice-last", "; boundary*0=A; boundary*0=C; boundary*1=B", "CB"}, {"gap-over", "; boundary*0=A; boundary*2=B", "AB"},
           {"gap-stop", "; boundary*0=A; boundary*2=B", "A"}, {"mixed-plain", "; boundary=P; boundary*0=A; boundary*1=B", "P"},
           {"mixed-pieces", "; boundary=P; boundary*0=A; boundary*1=B", "AB"}, {"percent-piece", "; boundary*0*=us-ascii''%41; boundary*1=B", "AB"},
           {"extended", "; boundary*=us-ascii'en'X", "X"}, {"extended-percent", "; boundary*=us-ascii'en'%58", "X"},
           {"extended-raw", "; boundary*=us-ascii'en'X", "us-ascii'en'X"}, {"extended-and-plain", "; boundary*=us-ascii''X; boundary=Y", "Y"},
           {"extended-over-plain", "; boundary*=us-ascii''X; boundary=Y", "X"}})
    c.add("rfc2231-" + name, "a boundary in RFC 2231 form, which few readers know", mixed(parameters, parts(used, {harmless(), evil()})), {"mime-boundaries"});

  for (const auto& [name, value, used] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"whole-decoded", "\"=?us-ascii?Q?X?=\"", "X"}, {"whole-raw", "\"=?us-ascii?Q?X?=\"", "=?us-ascii?Q?X?="},
           {"part-decoded", "\"ab=?us-ascii?Q?c?=\"", "abc"}, {"part-raw", "\"ab=?us-ascii?Q?c?=\"", "ab=?us-ascii?Q?c?="},
           {"base64", "\"=?utf-8?B?WA==?=\"", "X"}})
    c.add("encoded-word-" + name, "an encoded word in the boundary: some decode it, some don't", mixed("; boundary=" + value, parts(used, {harmless(), evil()})), {"mime-boundaries"});

  c.add("empty-boundary-quoted", "an empty boundary, delimiters of two dashes", mixed("; boundary=\"\"", parts("", {harmless(), evil()})), {"mime-empty-boundary"});
  c.add("empty-boundary-bare", "an empty boundary, delimiters of two dashes", mixed("; boundary=", parts("", {harmless(), evil()})), {"mime-empty-boundary"});
  c.add("empty-boundary-guessed", "an empty boundary, and delimiters to guess it from", mixed("; boundary=\"\"", parts("Z", {harmless(), evil()})), {"mime-guessed-boundary"});
  c.add("empty-boundary-guessed-too", "an empty boundary that occurs, and another one to guess",
        mixed("; boundary=\"\"", "--\r\n\r\nclean\r\n" + parts("Z", {harmless(), evil()})), {"mime-guessed-boundary"});
  c.add("no-boundary", "a multipart without boundary, delimiters to guess it from", mixed("", parts("Z", {harmless(), evil()})), {"mime-guessed-boundary"});
  c.add("no-boundary-dashes", "a multipart without boundary, delimiters of two dashes", mixed("", parts("", {harmless(), evil()})), {"mime-guessed-boundary"});
  c.add("no-boundary-no-fields", "a multipart without boundary around a part without fields",
        mixed("", "--Z\r\n\r\n" + base64(eicar()) + "\r\n--Z--\r\n"), {"mime-guessed-boundary"});
  c.add("no-boundary-two-guesses", "a decoy before the delimiters", mixed("", "--decoy\r\nContent-x\r\n\r\n" + parts("Z", {evil()})), {"mime-guessed-boundary"});
  c.add("wrong-boundary", "the declared boundary does not occur", mixed("; boundary=nowhere", parts("Z", {harmless(), evil()})), {"mime-guessed-boundary"});

  c.ordinary("trailing-blank-in-quotes", "a boundary ends with a blank inside the quotes", mixed("; boundary=\"X \"", parts("X", {harmless(), evil()})));
  c.ordinary("trailing-blank-outside", "blanks behind the boundary parameter", mixed("; boundary=\"X\"  \t", parts("X", {harmless(), evil()})));
  c.ordinary("trailing-blank-delimiters", "blanks behind delimiters: transport padding (RFC 2046 5.1.1)", mixed("; boundary=X", "--X \r\n" + harmless() + "--X\t\r\n" + evil() + "--X-- \r\n"));
  c.add("leading-blank-in-quotes", "a boundary that begins with a blank", mixed("; boundary=\" X\"", parts("X", {harmless(), evil()})), {"mime-boundaries"});
  for (const auto& [name, line] : std::vector<std::pair<std::string, std::string>>{{"tail", "--Xtail"}, {"blank-tail", "--X tail"}, {"semicolon", "--X;"}, {"indented", " --X"}, {"tab", "\t--X"}})
    c.add("loose-" + name, "a line that is almost a delimiter", mixed("; boundary=X", "--X\r\n" + harmless() + line + "\r\n" + evil() + "--X--\r\n"), {"mime-loose-delimiters"});
  c.add("loose-close", "a line that is almost the close delimiter", mixed("; boundary=X", "--X\r\n" + evil() + "--X--tail\r\nand more\r\n--X\r\n" + harmless() + "--X--\r\n"), {"mime-loose-delimiters"});

  c.add("single-quotes-inside", "single quotes around the boundary, taken off", mixed("; boundary='X'", parts("X", {harmless(), evil()})), {"mime-boundaries"});
  c.add("single-quotes-kept", "single quotes around the boundary, kept", mixed("; boundary='X'", parts("'X'", {harmless(), evil()})), {"mime-boundaries"});
  c.add("unterminated-quote", "a quote that never ends, taken off", mixed("; boundary=\"X", parts("X", {harmless(), evil()})), {"mime-boundaries"});
  c.add("unterminated-quote-kept", "a quote that never ends, kept", mixed("; boundary=\"X", parts("\"X", {harmless(), evil()})), {"mime-boundaries"});
  c.add("unterminated-quote-more", "a quote that swallows the next parameter", mixed("; boundary=\"X; charset=utf-8", parts("X", {harmless(), evil()})), {"mime-boundaries"});
  for (const auto& [name, used] : std::vector<std::pair<std::string, std::string>>{{"unescaped", "X\"Y"}, {"kept", "X\\\"Y"}, {"cut", "X\\"}})
    c.add("escaped-quote-" + name, "an escaped quote in the boundary", mixed("; boundary=\"X\\\"Y\"", parts(used, {harmless(), evil()})), {"mime-boundaries"});
  c.ordinary("semicolon-behind", "a semicolon at the end of the field", mixed("; boundary=X;", parts("X", {harmless(), evil()})));
  for (const char* used : {"X;", "X", "\"X"})
    c.add(std::string("semicolon-inside-") + (used[0] == '"' ? "quote" : used[1] ? "kept" : "cut"), "a semicolon inside the quotes, where careless readers cut",
          mixed("; boundary=\"X;\"", parts(used, {harmless(), evil()})), {"mime-boundaries"});
  for (const auto& [name, token] : std::vector<std::pair<std::string, std::string>>{{"equals", "=_a=b"}, {"slash", "a/b"}, {"question", "a?b"}, {"java", "----=_Part_1.2"}, {"colon", "a:b"}})
    c.ordinary("unquoted-" + name, "characters that should stand in quotes", mixed("; boundary=" + token, parts(token, {harmless(), evil()})));
}

// ---- fields (B-10 … B-13, B-17, B-29)

void add_fields(Catalogue& c) {
  const std::string body = parts("X", {harmless(), evil()});
  const std::string value = ": multipart/mixed; boundary=X\r\n";
  for (const auto& [name, field] : std::vector<std::pair<std::string, std::string>>{
           {"comment", "Content-Type(meow)"}, {"nested-comment", "Content-Type(me(o)w)"}, {"comment-with-blank", "Content-Type (meow)"},
           {"comment-with-colon", "Content-Type(a:b)"}, {"comment-open", "Content-Type(meow"}, {"comment-open-twice", "Content-Type((meow"}, {"comment-half-open", "Content-Type (me(o)w"},
           {"comment-closed", "Content-Type)"}, {"comment-closed-twice", "Content-Type(meow))"}, {"comment-escaped", "Content-Type(meow\\)"}, {"comment-long", "Content-Type(" + std::string(900, 'a') + ")"}, {"comment-inside", "Content-(meow)Type"}, {"blank", "Content-Type "}, {"tab", "Content-Type\t"},
           {"underscore", "Content_Type"}, {"nul-inside", std::string("Content\0-Type", 13)}, {"nul-behind", std::string("Content-Type\0", 13)},
           {"cyrillic", "\xD0\xA1ontent-\xD0\xA2yp\xD0\xB5"}, {"full-width", "\xEF\xBC\xA3ontent-Type"}, {"hyphen", "Content\xE2\x80\x90Type"}, {"zero-width", "Con\xE2\x80\x8Btent-Type"}})
    c.add("field-name-" + name, "a field name that some readers take for Content-Type", with(field + value, body), {"mime-field-name"});
  c.add("field-name-first-line-indented", "the first line begins with a blank", " Content-Type" + value + "Subject: x\r\n\r\n" + body, {"mime-field-name"});
  c.add("field-name-byte-order-mark", "a byte order mark in front of the first field", "\xEF\xBB\xBF" "Content-Type" + value + "Subject: x\r\n\r\n" + body, {"mime-field-name"});
  c.add("field-name-comment-around-value", "the comment in the name ends behind the value", with("Content-Type(meow: multipart/mixed; boundary=X;)\r\n", body), {"mime-field-name"});
  c.add("field-name-comment-two-colons", "for some readers the comment is the value", with("Content-Type(meow: multipart/mixed; boundary=X;) : text/plain\r\n", body), {"mime-field-name"});
  c.add("field-name-encoding-comment-open", "an open comment in the name hides the transfer encoding",
        with("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding(x: base64\r\n", base64(eicar()) + "\r\n"), {"mime-field-name", "mime-encodings"});
  c.add("field-name-encoding", "an odd name hides the transfer encoding",
        with("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding(x): base64\r\n", base64(eicar()) + "\r\n"), {"mime-field-name", "mime-encodings"});
  c.add("field-name-in-part", "an odd name in a part",
        mixed("; boundary=O", "--O\r\nContent_Type" + value + "\r\n" + body + "--O--\r\n"), {"mime-field-name"});

  for (const auto& [name, field] : std::vector<std::pair<std::string, std::string>>{
           {"in-type", "Content-Type: multipart/(c)mixed; boundary=X"}, {"in-parameter", "Content-Type: multipart/mixed; boundary(c)=X"},
           {"before-value", "Content-Type: multipart/mixed; boundary=(c)X"}, {"nested", "Content-Type: multipart/mixed (a(b(c)d)e); boundary=X"},
           {"in-front", "Content-Type: (c) multipart/mixed; boundary=X"}, {"with-escape", "Content-Type: multipart/mixed (a\\)b); boundary=X"},
           {"open", "Content-Type: multipart/mixed; boundary=X (open"}, {"closed-twice", "Content-Type: multipart/mixed (c)); boundary=X"}})
    c.add("comment-" + name, "comments where few readers look for them", with(field + "\r\n", body), {"mime-comments"});

  for (const auto& [name, fields] : std::vector<std::pair<std::string, std::string>>{
           {"boundary", "Content-Type: multipart/mixed;\r\nboundary=X\r\n"}, {"boundary-quoted-colon", "Content-Type: multipart/mixed;\r\nboundary=\"X\"; x=\":\"\r\n"},
           {"no-semicolon", "Content-Type: multipart/mixed\r\nboundary=X\r\n"}, {"then-field", "Content-Type: multipart/mixed;\r\nboundary=X\r\nX-Mailer: x\r\n"}})
    c.add("unfolded-" + name, "a parameter on the next line, not indented", with(fields, body), {"mime-unfolded-parameter"});
  c.add("unfolded-name", "name= on its own line ends the header for some readers, not for others",
        mixed("; boundary=X", "--X\r\nContent-Type: application/octet-stream;\r\nname=\"setup.com\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(eicar()) + "\r\n--X--\r\n"),
        {"mime-unfolded-parameter", "mime-header-end"})
      .names = {"setup.com"};
  c.add("folded-word", "a line break inside the word boundary", with("Content-Type: multipart/mixed; bound\r\n ary=X\r\n", body), {"mime-folded-word"});
  c.add("folded-word-value", "a line break inside the boundary", with("Content-Type: multipart/mixed; boundary=A\r\n B\r\n", parts("AB", {harmless(), evil()})), {"mime-folded-word"});
  c.add("folded-type", "a line break inside the type", with("Content-Type: multi\r\n part/mixed; boundary=X\r\n", body), {"mime-folded-word"});
  c.add("folded-cr", "a fold by CR alone", with("Content-Type: multipart/mixed;\r boundary=X\r\n", body), {"mime-header-bare-cr"});
  c.ordinary("folded-lf", "a fold by LF alone, which reception makes CRLF", with("Content-Type: multipart/mixed;\n boundary=X\r\n", body));
  c.add("blank-fold-before-fields", "a line of blanks ends the header for some readers", with("X-Mailer: x\r\n \t\r\nContent-Type: multipart/mixed; boundary=X\r\n", body), {"mime-header-end"});
  c.add("blank-fold-between-parameters", "a line of blanks inside Content-Type", with("Content-Type: multipart/mixed;\r\n  \r\n boundary=X\r\n", body), {"mime-header-blank-fold"});

  const std::string fields = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n";
  const std::string head = "From: sender@example.org\r\nSubject: border\r\nMIME-Version: 1.0\r\n";
  c.add("border-blank-line-of-spaces", "the empty line consists of blanks", head + fields + "   \r\n" + base64(eicar()) + "\r\n\r\nmore text\r\n", {"mime-header-end"});
  c.add("border-cr-cr-lf", "an empty line of CR CR LF", head + fields + "\r\r\n" + base64(eicar()) + "\r\n\r\nmore text\r\n", {"mime-header-end"});
  c.add("border-multipart-cr-cr-lf", "an empty line of CR CR LF before a multipart", head + "Content-Type: multipart/mixed; boundary=X\r\n\r\r\n" + body, {});
  c.add("border-none", "no empty line between header and body", head + fields + base64(eicar()) + "\r\n", {"mime-no-blank-line"});
  c.add("border-none-multipart", "no empty line before the first delimiter", head + "Content-Type: multipart/mixed; boundary=X\r\n" + body, {"mime-delimiter-in-header"});
  c.add("border-line-in-the-middle-late", "a line that is no field: the header goes on", head + "this is no field\r\n" + fields + "\r\n" + base64(eicar()) + "\r\n", {"mime-header-end"});
  c.add("border-line-in-the-middle-early", "a line that is no field: the body begins", head + fields + base64(eicar()) + "\r\nX-More: fields\r\n\r\nand text\r\n", {"mime-header-end"});
  c.ordinary("border-mbox-line", "the separator of mailbox files in front", "From sender@example.org Mon Jan  1 00:00:00 2024\r\n" + mixed("; boundary=X", body));
  c.ordinary("border-quoted-mbox-line", "its quoted form", ">From sender@example.org Mon Jan  1 00:00:00 2024\r\n" + mixed("; boundary=X", body));

  for (const auto& [name, version] : std::vector<std::pair<std::string, std::string>>{
           {"absent", ""}, {"two", "MIME-Version: 2.0\r\n"}, {"comment", "MIME-Version: 1.0 (produced by x)\r\n"}, {"twice", "MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n"}, {"nonsense", "MIME-Version: no\r\n"}})
    c.ordinary("version-" + name, "MIME is MIME whatever the version says", with("Content-Type: multipart/mixed; boundary=X\r\n", body, version));

  c.add("bare-cr-field", "a bare CR as the end of a line", with("Content-Type: text/plain\rContent-Type: multipart/mixed; boundary=X\r\n", body), {"mime-bare-cr-field"});
  c.add("bare-cr-other-field", "a bare CR hides Content-Type in another field", with("X-Mailer: x\rContent-Type: multipart/mixed; boundary=X\r\n", body), {"mime-bare-cr-field"});
  c.add("bare-cr-encoding", "a bare CR hides the transfer encoding",
        with("Content-Type: application/octet-stream\rContent-Transfer-Encoding: base64\r\n", base64(eicar()) + "\r\n"), {"mime-bare-cr-field"});
}

// ---- the tree (B-14 … B-16, B-18, B-19, B-22, B-25, B-26, B-33, B-34)

void add_trees(Catalogue& c) {
  c.ordinary("prefix-boundary", "the inner boundary begins with the outer one", mixed("; boundary=bou", parts("bou", {inner("bound", {harmless(), evil()})})));
  c.ordinary("prefix-boundary-outer", "the inner boundary begins with the outer one, the payload is outside", mixed("; boundary=bou", parts("bou", {inner("bound", {harmless()}), evil()})));
  c.add("same-boundary-inner", "the inner multipart has the boundary of the outer one", mixed("; boundary=X", parts("X", {inner("X", {harmless(), evil()})})), {"mime-same-boundary"});
  c.add("same-boundary-outer", "the inner multipart has the boundary of the outer one, the payload follows it", mixed("; boundary=X", parts("X", {inner("X", {harmless()}), evil()})), {"mime-same-boundary"});
  c.add("same-boundary-nested-payload", "the payload is a multipart only for one of the readers",
        mixed("; boundary=X", "--X\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X--\r\n--X\r\n" + evil() + "--X--\r\n"), {"mime-same-boundary"});
  c.add("inner-unclosed", "the inner multipart has no end", mixed("; boundary=O", "--O\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n" + evil() + "--O\r\n" + harmless() + "--O--\r\n"), {"mime-no-close-delimiter"});
  c.add("inner-unclosed-outer-payload", "the inner multipart has no end", mixed("; boundary=O", "--O\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n" + harmless() + "--O\r\n" + evil() + "--O--\r\n"), {"mime-no-close-delimiter"});

  const std::string clear = eicar() + "\r\n";
  c.ordinary("preamble", "the payload stands before the first delimiter", mixed("; boundary=X", clear + parts("X", {harmless()})));
  c.ordinary("epilogue", "the payload stands behind the last delimiter", mixed("; boundary=X", parts("X", {harmless()}) + clear));
  c.add("no-delimiter", "the boundary does not occur", mixed("; boundary=X", clear), {"mime-no-delimiter"});
  c.add("reopened", "parts follow the close delimiter", mixed("; boundary=X", parts("X", {harmless()}) + parts("X", {evil()})), {"mime-reopened"});
  c.add("reopened-gap", "the payload stands between the close delimiter and the next", mixed("; boundary=X", parts("X", {harmless()}) + clear + parts("X", {harmless()})), {"mime-reopened"});
  c.add("reopened-inner", "parts follow the close delimiter of an inner multipart", mixed("; boundary=O", parts("O", {inner("I", {harmless()}) + parts("I", {evil()})})), {"mime-reopened"});

  for (const char* type : {"multipart", "multipart/", "multipart/mixed/x", "multipart\\mixed", "mixed/multipart", "multipart / mixed", "\"multipart/mixed\""})
    c.add(std::string("broken-type-") + type, "a type that is almost a multipart", with(std::string("Content-Type: ") + type + "; boundary=X\r\n", parts("X", {harmless(), evil()})), {"mime-bad-multipart"});
  c.add("text-with-boundary", "a text with a boundary and parts", with("Content-Type: text/plain; boundary=X\r\n", parts("X", {harmless(), evil()})), {"mime-boundary-of-leaf"});
  c.ordinary("unknown-multipart", "an unknown kind of multipart is read as mixed (RFC 2046 5.1.3)", with("Content-Type: multipart/x-unheard-of; boundary=X\r\n", parts("X", {harmless(), evil()})));

  const std::string message = clean_mail_with("Content-Type: multipart/mixed; boundary=M\r\n\r\n" + parts("M", {harmless(), evil()}));
  c.add("base64-message", "a message in base64, which the standard forbids", mixed("; boundary=X", parts("X", {"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(message) + "\r\n"})), {"mime-encoded-message"});
  c.add("quoted-printable-message", "a message in quoted-printable: two readings",
        mixed("; boundary=X", parts("X", {"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=3DM\r\n\r\n--3DM\r\n" + harmless() + "--=4D\r\n" + evil() + "--=4D--\r\n"})),
        {"mime-encodings"});
  c.add("quoted-printable-message-raw", "a message in quoted-printable, for readers who do not decode it",
        mixed("; boundary=X", parts("X", {"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=3DM\r\n\r\n" + parts("3DM", {evil()})})),
        {"mime-encodings"});
  for (const char* encoding : {"base64", "quoted-printable", "x-uuencode"}) {
    const std::string body = parts("M", {harmless(), evil()});
    std::string coded = base64(body) + "\r\n";
    if (encoding[0] == 'q') {
      coded = "--=4D\r\n" + harmless() + "--=4D\r\n" + evil() + "--=4D--\r\n";
      for (size_t at = 0; (at = coded.find("=\r\n", at)) != std::string::npos;) coded.replace(at, 1, "=3D");
    }
    if (encoding[0] == 'x') continue;
    c.add(std::string("encoded-multipart-") + encoding, "a multipart with a transfer encoding, which the standard forbids",
          with(std::string("Content-Type: multipart/mixed; boundary=M\r\nContent-Transfer-Encoding: ") + encoding + "\r\n", coded), {"mime-encoded-multipart"});
  }
  c.add("encoded-multipart-not-really", "a multipart says base64 and is not", with("Content-Type: multipart/mixed; boundary=M\r\nContent-Transfer-Encoding: base64\r\n", parts("M", {harmless(), evil()})), {"mime-encoded-multipart"});

  c.ordinary("digest", "a part of a digest without type is a message", with("Content-Type: multipart/digest; boundary=X\r\n", parts("X", {"\r\n" + message})));
  c.ordinary("alternative", "the payload is in the face that nobody shows", with("Content-Type: multipart/alternative; boundary=X\r\n", parts("X", {evil(), "Content-Type: text/html\r\n\r\n<p>hello</p>\r\n"})));
  c.ordinary("related", "an object that the page does not mention", with("Content-Type: multipart/related; boundary=X\r\n", parts("X", {"Content-Type: text/html\r\n\r\n<p>hello</p>\r\n", "Content-ID: <x@y>\r\n" + evil()})));
  c.ordinary("inline", "a program that is declared as inline", mixed("; boundary=X", parts("X", {harmless(), "Content-Disposition: inline\r\n" + evil()})));
  c.add("two-dispositions", "two Content-Disposition fields, two names",
        mixed("; boundary=X", parts("X", {harmless(), "Content-Disposition: attachment; filename=a.txt\r\nContent-Disposition: attachment; filename=a.exe\r\n" + evil()})), {"mime-dispositions"})
      .names = {"a.txt", "a.exe", "setup.com"};

  const auto nested = [](int depth, const std::string& leaf) {
    std::string text, end;
    for (int i = 0; i < depth; ++i) {
      const std::string b = "b" + std::to_string(i) + "x";
      text += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n";
      if (depth < 200) end = "--" + b + "--\r\n" + end;
    }
    return text + leaf + end;
  };
  c.ordinary("nested-10", "ten multiparts, one in the other", with(nested(10, evil()).substr(0), ""));
  for (const int depth : {20, 100, 1000, 100'000})
    c.bare("nested-" + std::to_string(depth), "multiparts in multiparts", with(nested(depth, evil()), ""), {"limit-depth"}).category = "over-limit";
  const auto messages = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "Subject: " + std::to_string(i) + "\r\nContent-Type: message/rfc822\r\n\r\n";
    return text + evil();
  };
  c.ordinary("messages-5", "five messages, one in the other", messages(5));
  for (const int depth : {20, 100, 1000, 100'000})
    c.bare("messages-" + std::to_string(depth), "messages in messages", messages(depth), {"limit-depth"}).category = "over-limit";
  for (const int count : {10'000, 100'000}) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "--X\r\n\r\n";
    c.bare("empty-parts-" + std::to_string(count), "parts without end, each of them empty", mixed("; boundary=X", text + "--X--\r\n"), {"limit-parts"}).category = "over-limit";
  }
}

// ---- S/MIME (B-23): just enough of DER and BER

std::string der(unsigned char tag, const std::string& content) {
  std::string length;
  for (size_t n = content.size(); n > 0; n >>= 8) length.insert(length.begin(), static_cast<char>(n & 255));
  if (content.size() < 128) return std::string(1, static_cast<char>(tag)) + static_cast<char>(content.size()) + content;
  return std::string(1, static_cast<char>(tag)) + static_cast<char>(0x80 | length.size()) + length + content;
}
std::string indefinite(unsigned char tag, const std::string& content) {
  return std::string(1, static_cast<char>(tag)) + '\x80' + content + std::string(2, '\0');
}
std::string pieces(const std::string& bytes, size_t size) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += size) out += der(0x04, bytes.substr(at, size));
  return out;
}
const std::string pkcs7 = "\x2a\x86\x48\x86\xf7\x0d\x01\x07", smime = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01";
std::string oid(const std::string& prefix, char last) { return der(0x06, prefix + last); }
std::string version_and_algorithms() { return der(0x02, "\x01") + der(0x31, der(0x30, der(0x06, "\x60\x86\x48\x01\x65\x03\x04\x02\x01"))); }
std::string signed_data(const std::string& content) {
  const std::string info = der(0x30, oid(pkcs7, 1) + der(0xA0, der(0x04, content)));
  return der(0x30, oid(pkcs7, 2) + der(0xA0, der(0x30, version_and_algorithms() + info + der(0x31, ""))));
}
std::string signed_data_in_pieces(const std::string& content, bool nested) {
  std::string string = pieces(content, 20);
  if (nested) string = indefinite(0x24, string);
  const std::string info = indefinite(0x30, oid(pkcs7, 1) + indefinite(0xA0, indefinite(0x24, string)));
  return indefinite(0x30, oid(pkcs7, 2) + indefinite(0xA0, indefinite(0x30, version_and_algorithms() + info + der(0x31, ""))));
}
std::string zlib(const std::string& bytes) {  // stored, with the checksum of RFC 1950
  unsigned a = 1, b = 0;
  for (const char ch : bytes) {
    a = (a + static_cast<unsigned char>(ch)) % 65521;
    b = (b + a) % 65521;
  }
  const auto n = static_cast<unsigned>(bytes.size());
  std::string out = "\x78\x01\x01";
  for (const unsigned value : {n & 255, n >> 8, ~n & 255, (~n >> 8) & 255}) out += static_cast<char>(value);
  out += bytes;
  for (const unsigned value : {b >> 8, b & 255, a >> 8, a & 255}) out += static_cast<char>(value);
  return out;
}

void add_smime(Catalogue& c) {
  const std::string entity = "Content-Type: multipart/mixed; boundary=M\r\n\r\n" + parts("M", {harmless(), evil()});
  const auto opaque = [](const std::string& type, const std::string& bytes) {
    return with("Content-Type: " + type + "\r\nContent-Disposition: attachment; filename=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n", base64(bytes) + "\r\n");
  };
  const std::string type = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m";
  c.ordinary("opaque-signed", "a mail inside a signature", opaque(type, signed_data(entity)));
  c.ordinary("opaque-signed-pieces", "a mail inside a signature, in pieces of indefinite length", opaque(type, signed_data_in_pieces(entity, false)));
  c.ordinary("opaque-signed-nested-pieces", "pieces in pieces", opaque(type, signed_data_in_pieces(entity, true)));
  c.ordinary("opaque-signed-octet-stream", "a signed mail that does not say so", opaque("application/octet-stream; name=smime.p7m", signed_data(entity)));
  c.ordinary("opaque-signed-twice-encoded", "a signed mail in base64 in base64", opaque("application/octet-stream; name=smime.p7m", base64(signed_data(entity))));
  c.ordinary("opaque-signed-x", "its old name", opaque("application/x-pkcs7-mime; name=smime.p7m", signed_data(entity)));
  c.ordinary("opaque-signed-file", "a signed file that is no mail", opaque(type, signed_data(hidden())));
  c.ordinary("opaque-signed-signed", "a signature in a signature", opaque(type, signed_data(opaque(type, signed_data(entity)).substr(opaque(type, "").find("Content-Type")))));
  c.ordinary("opaque-compressed", "compressed data", opaque("application/pkcs7-mime; smime-type=compressed-data", der(0x30, oid(smime, 9) + der(0xA0, der(0x30, der(0x02, std::string(1, '\0')) + der(0x30, oid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03", 8)) + der(0x30, oid(pkcs7, 1) + der(0xA0, der(0x04, zlib(entity)))))))));
  const std::string cut = signed_data(entity);
  c.add("opaque-signed-cut", "a signed mail that is cut", opaque(type, cut.substr(0, cut.size() - 10)), {"pkcs7-damaged"}).is_ordinary = false;
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{
           {"enveloped", der(0x30, oid(pkcs7, 3) + der(0xA0, der(0x30, der(0x02, "\x02"))))}, {"encrypted", der(0x30, oid(pkcs7, 6) + der(0xA0, der(0x30, der(0x02, "\x02"))))},
           {"auth-enveloped", indefinite(0x30, oid(smime, 23) + indefinite(0xA0, indefinite(0x30, der(0x02, "\x02"))))}}) {
    c.bare("opaque-" + name, "nobody can look into it", opaque("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", bytes), {"mime-encrypted", "pkcs7-encrypted"}).category = "encrypted";
    c.bare("opaque-" + name + "-octet-stream", "nobody can look into it, and it does not say so", opaque("application/octet-stream; name=smime.p7m", bytes), {"pkcs7-encrypted"}).category = "encrypted";
  }
}

// ---- OpenPGP (B-23): its packets, in the new form and in the old one

std::string packet(unsigned tag, const std::string& body) { return std::string{static_cast<char>(0xC0 | tag), static_cast<char>(body.size())} + body; }
std::string old_packet(unsigned tag, const std::string& body) { return std::string{static_cast<char>(0x80 | tag << 2 | 1), '\0', static_cast<char>(body.size())} + body; }
std::string armor(const std::string& bytes, const std::string& what = "MESSAGE", const std::string& fields = "Version: x\r\n") {
  return "-----BEGIN PGP " + what + "-----\r\n" + fields + "\r\n" + base64(bytes) + "\r\n=abcd\r\n-----END PGP " + what + "-----\r\n";
}

void add_pgp(Catalogue& c) {
  const std::string key = std::string("\x03keyident\x01\0\x08x", 13), password = "\x04\x09\x03\x08saltsalt\xFF", data = "\x01" + std::string(100, '\xAB');
  const std::string message = packet(1, key) + packet(18, data);
  const auto text = [](const std::string& body, const std::string& type = "text/plain") { return with("Content-Type: " + type + "\r\n", "Hello,\r\n\r\n" + body + "\r\nRegards\r\n"); };
  const auto attached = [](const std::string& type, const std::string& bytes) {
    return mixed("; boundary=X", parts("X", {harmless(), "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(bytes) + "\r\n"}));
  };
  const std::string file = "application/octet-stream; name=x";
  std::string html = "<p>" + armor(message) + "</p>";
  for (size_t at = 0; (at = html.find("\r\n", at)) != std::string::npos; at += 6) html.replace(at, 2, "<br>\r\n");
  for (const auto& [name, mail] : std::vector<std::pair<std::string, std::string>>{
           {"inline", text(armor(message))}, {"inline-bare", text(armor(message, "MESSAGE", ""))}, {"inline-piece", text(armor(message, "MESSAGE, PART 1/2"))},
           {"inline-html", text(html, "text/html")}, {"inline-second", text(armor(packet(11, "b\1x____clear")) + armor(message))}, {"armored-file", attached(file + ".asc", armor(message))},
           {"file", attached(file + ".gpg", message)}, {"file-many-keys", attached(file + ".gpg", packet(1, key) + old_packet(1, key) + packet(3, password) + packet(18, data))},
           {"file-password", attached(file + ".pgp", packet(3, password) + packet(18, data))}, {"file-old", attached(file + ".pgp", old_packet(1, key) + old_packet(9, data))},
           {"file-without-key", attached(file + ".gpg", old_packet(9, data))}, {"file-aead", attached(file + ".gpg", packet(1, key) + packet(20, data))}, {"file-marker", attached(file + ".gpg", packet(10, "PGP") + message)},
           {"file-other-name", attached(file + ".bin", message)}, {"file-no-name", attached("application/x-unheard-of", message)}, {"file-cut", attached(file + ".gpg", packet(1, key))}})
    c.bare("pgp-" + name, "nobody can look into it", mail, {"encoded-pgp-encrypted"}).category = "encrypted";
  for (const auto& [name, mail] : std::vector<std::pair<std::string, std::string>>{{"inline", text(armor("\xA3\x01\x5B\x23"))}, {"file", attached(file + ".gpg", packet(8, "\x01\x5B\x23"))}})
    c.bare("pgp-compressed-" + name, "a signature and its content, packed", mail, {"encoded-pgp-compressed"}).category = "unchecked";

  // Who only signs hides nothing.
  const std::string one_pass = packet(4, std::string("\x03\0\x0A\1keyident\1", 13)), signature = packet(2, std::string("\x04\0\1\x0A", 4));
  c.ordinary("pgp-signed-armor", "signed data that is not packed, in armor", text(armor(one_pass + packet(11, std::string("b\1x\0\0\0\0", 7) + eicar()) + signature)));
  for (const auto& [name, body] : std::vector<std::pair<std::string, std::string>>{
           {"signature", armor(signature, "SIGNATURE")}, {"key", armor(packet(6, key), "PUBLIC KEY BLOCK")}, {"mention", "-----BEGIN PGP MESSAGE-----\r\nis what such a message begins with.\r\n"}})
    c.ordinary("pgp-" + name, "no message", text(body + eicar()));
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{{"signature-file", signature}, {"key-file", packet(6, key) + packet(13, "a")}, {"text-file", "\xC9" "diteur, \xC3\xA9" "diteur"}})
    c.ordinary("pgp-" + name, "no message", mixed("; boundary=X", parts("X", {evil(), "Content-Type: " + file + ".asc\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(bytes) + "\r\n"})));
}

// ---- what is not here, and what is hidden (B-20, B-21, B-23, B-24)

void add_messages(Catalogue& c) {
  const std::string whole = clean_mail_with("Content-Type: multipart/mixed; boundary=M\r\n\r\n" + parts("M", {harmless(), evil()}));
  for (const auto& [name, parameters] : std::vector<std::pair<std::string, std::string>>{{"1-of-1", "; id=a; number=1; total=1"}, {"1-of-3", "; id=a; number=1; total=3"}, {"no-total", "; id=a; number=1"}})
    c.add("partial-" + name, "a piece of a mail that only the reader puts together", with("Content-Type: message/partial" + parameters + "\r\n", whole), {"mime-partial-message"}).also = {"banned"};
  c.bare("partial-2-of-3", "a piece out of the middle", with("Content-Type: message/partial; id=a; number=2; total=3\r\n", base64(eicar()).substr(40) + "\r\n"), {"mime-partial-message"}).category = "banned";
  // Nothing is fetched, so nobody has seen what the reader will get: banned by default.
  const std::string phantom = "\r\n\r\nContent-Type: application/octet-stream\r\nContent-ID: <a@b>\r\n\r\n";
  for (const auto& [name, access] : std::vector<std::pair<std::string, std::string>>{
           {"url", "access-type=URL; URL=\"http://127.0.0.1/setup\""}, {"url-program", "access-type=URL; URL=\"http://127.0.0.1/setup.com\""},
           {"anon-ftp", "access-type=anon-ftp; site=127.0.0.1; name=setup.com"}, {"ftp", "access-type=ftp; site=127.0.0.1; name=minutes.txt"},
           {"local-file", "access-type=local-file; name=\"/etc/passwd\""}, {"mail-server", "access-type=mail-server; server=\"a@example.org\""}, {"no-access-type", "x=y"}})
    c.bare("external-body-" + name, "the content is to be fetched by the reader",
           mixed("; boundary=X", parts("X", {"Content-Type: message/external-body; " + access + phantom})), {"mime-external-body"})
        .category = "banned";
  c.bare("external-body-second-type", "one Content-Type field is harmless, the other one fetches",
         mixed("; boundary=X", parts("X", {"Content-Type: text/plain\r\nContent-Type: message/external-body; access-type=URL; URL=\"http://127.0.0.1/setup\"" + phantom})), {"mime-types", "mime-external-body"})
      .category = "banned";
  c.add("external-body-payload", "what stands where nothing should", mixed("; boundary=X", parts("X", {"Content-Type: message/external-body; access-type=local-file; name=x\r\n\r\n" + evil()})), {"mime-external-body"});

  c.ordinary("signed", "a signed part is looked into", with("Content-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=S\r\n", parts("S", {evil(), "Content-Type: application/pgp-signature\r\n\r\nx\r\n"})));
  c.ordinary("signed-micalg", "a digest algorithm that does not exist", with("Content-Type: multipart/signed; micalg=none; protocol=\"application/pgp-signature\"; boundary=S\r\n", parts("S", {evil(), "Content-Type: application/pgp-signature\r\n\r\nx\r\n"})));
  c.bare("pgp-encrypted", "nobody can look into it",
         with("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=E\r\n",
              parts("E", {"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n", "Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQE=\r\n-----END PGP MESSAGE-----\r\n"})),
         {"mime-encrypted"})
      .category = "encrypted";

  add_pgp(c);

  const std::string eml = "Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n" + whole;
  c.ordinary("disguise-octet-stream", "a mail as application/octet-stream", mixed("; boundary=X", parts("X", {harmless(), "Content-Type: application/octet-stream; name=x.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(eml) + "\r\n"})));
  c.ordinary("disguise-text", "a mail as text/plain", mixed("; boundary=X", parts("X", {harmless(), "Content-Type: text/plain\r\n\r\n" + whole})));
  c.ordinary("disguise-text-content-type-only", "a mail as text/plain that has but one field", mixed("; boundary=X", parts("X", {"Content-Type: text/plain\r\n\r\nContent-Type: multipart/mixed; boundary=M\r\n\r\n" + parts("M", {evil()})})));
  c.ordinary("disguise-global", "a mail as message/global", mixed("; boundary=X", parts("X", {"Content-Type: message/global\r\n\r\n" + whole})));
  c.ordinary("disguise-news", "a mail as message/news", mixed("; boundary=X", parts("X", {"Content-Type: message/news\r\n\r\n" + whole})));
  c.ordinary("disguise-delivery-status", "a mail as message/delivery-status", mixed("; boundary=X", parts("X", {"Content-Type: message/delivery-status\r\n\r\n" + whole})));
}

// ---- size and bytes (B-27, B-28, B-36)

std::string utf16(const std::string& text, bool big, bool mark) {
  std::string out = mark ? (big ? "\xFE\xFF" : "\xFF\xFE") : "";
  for (const char ch : text) out += big ? std::string{'\0', ch} : std::string{ch, '\0'};
  return out;
}

std::string utf7(const std::string& text) {  // every character shifted
  std::string coded = base64(utf16(text, true, false));
  std::erase(coded, '\r');
  std::erase(coded, '\n');
  while (coded.ends_with('=')) coded.pop_back();
  return "+" + coded + "-";
}

void add_sizes(Catalogue& c) {
  const std::string multi = "Content-Type: multipart/mixed; boundary=X\r\n", body = parts("X", {harmless(), evil()});
  const auto repeated = [](size_t n, const std::string& what) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += what;
    return out;
  };
  c.add("huge-field", "one field of ten megabytes", with("X-Long: " + std::string(10'000'000, 'a') + "\r\n" + multi, body), {"mime-header-long-line"});
  c.ordinary("many-fields", "a hundred thousand fields", with(repeated(100'000, "X-A: b\r\n") + multi, body));
  c.ordinary("many-addresses", "a hundred thousand addresses", with("Cc: a@b" + repeated(100'000, ",\r\n a@example.org") + "\r\n" + multi, body));
  c.add("many-parameters", "more parameters than anybody needs", with("Content-Type: multipart/mixed; boundary=X" + repeated(110'000, ";\r\n a=b") + "\r\n", body), {"mime-many-parameters"});
  c.ordinary("many-encoded-words", "ten thousand encoded words", with("Subject: " + repeated(10'000, "=?utf-8?Q?a?=\r\n ") + "x\r\n" + multi, body));
  c.add("many-parentheses", "a hundred thousand open parentheses", with("Content-Type: multipart/mixed; boundary=X " + std::string(100'000, '(') + "\r\n", body), {"mime-comments"});

  const std::string text = "<html>" + eicar() + "</html>\r\n";
  for (const auto& [name, charset, coded] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"utf-7", "utf-7", utf7(text)}, {"utf-16-little", "utf-16", utf16(text, false, true)}, {"utf-16-big", "utf-16", utf16(text, true, true)},
           {"utf-16le-no-mark", "utf-16le", utf16(text, false, false)}, {"utf-16be-no-mark", "utf-16be", utf16(text, true, false)},
           {"utf-16-undeclared", "us-ascii", utf16(text, false, true)}, {"iso-2022-jp", "iso-2022-jp", "<html>" + eicar().substr(0, 10) + "\x1b(B" + eicar().substr(10) + "</html>"},
           {"hz", "hz-gb-2312", "<html>" + eicar().substr(0, 10) + "~\r\n" + eicar().substr(10) + "</html>"}})
    c.ordinary("charset-" + name, "the payload in a charset that does not look like ASCII",
               with("Content-Type: text/html; charset=" + charset + "\r\nContent-Transfer-Encoding: base64\r\n", base64(coded) + "\r\n"));
  c.ordinary("charset-unknown", "a charset nobody knows", with("Content-Type: text/plain; charset=x-nonsense\r\n", eicar() + "\r\n"));
  c.ordinary("charset-lying", "a charset that is not true", with("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", "\xE9\xFF " + eicar() + "\r\n"));
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{{"latin-1", "Gr\xFC\xDF" "e"}, {"overlong", "\xC0\xAF\xE0\x80\xAF"}, {"surrogates", "\xED\xA0\x80\xED\xB0\x80"}, {"windows", "\x93quoted\x94"}})
    c.ordinary("8bit-header-" + name, "bytes in the header that are no ASCII", with("X-Subject: " + bytes + "\r\n" + multi, body));
}

}  // namespace

std::vector<Recipe> mime_recipes() {
  Catalogue c;
  add_boundaries(c);
  add_fields(c);
  add_trees(c);
  add_messages(c);
  add_smime(c);
  add_sizes(c);
  return c.take();
}

}  // namespace postern::testing
