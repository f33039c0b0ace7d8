// SPDX-License-Identifier: MIT
#include <iterator>

#include "hostile/recipe.h"
#include "support/documents.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

std::string with_pdf(const std::string& file) {
  return mail_with("The invoice", {{"application/pdf", "invoice.pdf", file}});
}

std::string embedded(const std::string& entries = "/Type /EmbeddedFile") {
  return pdf_stream(hidden(), entries);
}

std::string file_specification(const std::string& more = {}) {
  return "<< /Type /Filespec /F (virus.com) " + more + " /EF << /F 5 0 R >> >>";
}

PdfObjects pages_and(const std::string& of_catalog, const std::string& of_page, const PdfObjects& more) {
  PdfObjects objects = pdf_pages(of_catalog, of_page);
  objects.insert(more.begin(), more.end());
  return objects;
}

std::string pdf_name_tree() {
  return pdf(
      pages_and("/Names << /EmbeddedFiles << /Kids [6 0 R] >> >>", "",
                {{4, file_specification()}, {5, embedded("")}, {6, "<< /Names [(a.com) 4 0 R] /Limits [(a) (b)] >>"}}));
}

std::string pdf_annotation() {
  return pdf(pages_and("", "/Annots [6 0 R]",
                       {{4, file_specification()},
                        {5, embedded("")},
                        {6, "<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 4 0 R >>"}}));
}

std::string pdf_related() {
  return pdf(pages_and("/AF [4 0 R]", "",
                       {{4, "<< /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> /RF << /F [(b.com) 5 0 R] >> >>"},
                        {5, embedded("")},
                        {6, pdf_stream("harmless")}}));
}

std::string pdf_older_revision() {
  const std::string first = pdf(pages_and("/AF [4 0 R]", "", {{4, file_specification()}, {5, embedded("")}}));
  return pdf_update(first, {{1, "<< /Type /Catalog /Pages 2 0 R >>"}, {4, "null"}, {5, "null"}});
}

std::string pdf_damaged_table() {
  PdfWriting how;
  how.right_xref = false;
  return pdf(pages_and("/AF [4 0 R]", "", {{4, file_specification()}, {5, embedded("")}}), how);
}

std::string pdf_behind(const std::string& before) {
  PdfWriting how;
  how.before = before;
  return pdf(pages_and("/AF [4 0 R]", "", {{4, file_specification()}, {5, embedded("")}}), how);
}

std::string pdf_loop() {
  return pdf(pages_and("/Names << /EmbeddedFiles 6 0 R >> /AA 6 0 R", "",
                       {{4, file_specification("/EP 4 0 R")},
                        {5, embedded("/Type /EmbeddedFile /Params 6 0 R")},
                        {6, "<< /Kids [6 0 R 7 0 R] /Next 7 0 R >>"},
                        {7, "<< /Kids [6 0 R] /Next 6 0 R /Names [(a) 4 0 R] >>"}}));
}

std::string pdf_action(const std::string& action) {
  return pdf(pages_and("/OpenAction 6 0 R", "", {{6, action}, {5, embedded()}}));
}

std::vector<Recipe> pdf_recipes() {
  return {
      {.name = "pdf-name-tree",
       .trick = "a file in the name tree of a PDF, which its stream does not say",
       .mail = [] { return with_pdf(pdf_name_tree()); }},
      {.name = "pdf-associated-file",
       .trick = "a file that only an AF array mentions",
       .mail =
           [] {
             return with_pdf(pdf(pages_and("", "/AF [4 0 R]", {{4, file_specification()}, {5, embedded("")}})));
           }},
      {.name = "pdf-annotation",
       .trick = "a file behind a paper clip on a page",
       .mail = [] { return with_pdf(pdf_annotation()); }},
      {.name = "pdf-related-file",
       .trick = "a file that is related to an attached one",
       .mail = [] { return with_pdf(pdf_related()); }},
      {.name = "pdf-orphan",
       .trick = "an embedded file that nothing refers to: a script or another reader may find it",
       .mail =
           [] {
             return with_pdf(pdf(pages_and("", "", {{5, embedded()}})));
           }},
      {.name = "pdf-escaped-names",
       .trick = "the names of the PDF's keys written with #xx",
       .mail =
           [] {
             return with_pdf(
                 pdf(pages_and("/#41#46 [4 0 R]", "",
                               {{4, "<< /Type /F#69lespec /F (v.com) /#45#46 << /F 5 0 R >> >>"}, {5, embedded("")}})));
           }},
      {.name = "pdf-stacked-filters",
       .trick = "a file behind ten Flate filters",
       .mail =
           [] {
             return with_pdf(
                 pdf(pages_and("/AF [4 0 R]", "", {{4, file_specification()}, {5, pdf_flate(eicar(), 10)}})));
           }},
      {.name = "pdf-bomb",
       .trick = "forty million zeros behind three Flate filters, and a virus beside them",
       .mail =
           [] {
             return with_pdf(
                 pdf(pages_and("", "", {{5, pdf_flate(eicar(), 1)}, {6, pdf_flate(std::string(40'000'000, '\0'), 3)}})));
           },
       .marks = {"limit-bytes"},
       .alone = true},
      {.name = "pdf-loop",
       .trick = "name trees and actions that lead back to themselves",
       .mail = [] { return with_pdf(pdf_loop()); }},
      {.name = "pdf-older-revision",
       .trick = "the attachment was removed when the file was saved again: the bytes are still there",
       .mail = [] { return with_pdf(pdf_older_revision()); }},
      {.name = "pdf-damaged-table",
       .trick = "the table of objects is wrong; readers repair that",
       .mail = [] { return with_pdf(pdf_damaged_table()); },
       .marks = {"pdf-damaged"}},
      {.name = "pdf-behind-junk",
       .trick = "a PDF that begins at byte 900; readers look that far",
       .mail = [] { return with_pdf(pdf_behind(std::string(899, ' ') + "\n")); }},
      {.name = "pdf-in-html",
       .trick = "a page and a PDF at once, declared as a page",
       .mail =
           [] {
             return mail_with("A page", {{"text/html", "page.html", pdf_behind("<html><body>Hello</body></html>\n")}});
           }},
      {.name = "pdf-javascript",
       .trick = "a script that runs when the file is opened",
       .mail =
           [] { return with_pdf(pdf_action("<< /S /JavaScript /JS <" + std::string("feff") + "0078003d0031> >>")); },
       .marks = {"pdf-javascript"}},
      {.name = "pdf-javascript-stream",
       .trick = "a script in a compressed stream",
       .mail =
           [] {
             return with_pdf(pdf(pages_and("/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", "",
                                           {{5, pdf_flate(eicar(), 1)}, {6, "<< /S /JavaScript /JS 5 0 R >>"}})));
           },
       .marks = {"pdf-javascript"}},
      {.name = "pdf-launch",
       .trick = "an action that starts a program",
       .mail =
           [] {
             return with_pdf(pdf(pages_and("/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>", "",
                                           {{5, embedded()}})));
           },
       .marks = {"pdf-launch"}},
      {.name = "pdf-automatic-uri",
       .trick = "a page of the web that opens by itself",
       .mail =
           [] {
             return with_pdf(
                 pdf(pages_and("/OpenAction << /S /URI /URI (http://example.org/x) >>", "", {{5, embedded()}})));
           },
       .marks = {"pdf-automatic-uri"}},
      {.name = "pdf-xfa",
       .trick = "the payload in the XML of a form",
       .mail =
           [] {
             return with_pdf(
                 pdf(pages_and("/AcroForm << /Fields [] /XFA [(template) 5 0 R] >>", "", {{5, embedded("")}})));
           },
       .marks = {"pdf-xfa"}},
      {.name = "pdf-rich-media",
       .trick = "Flash in the assets of an annotation",
       .mail =
           [] {
             return with_pdf(pdf(pages_and(
                 "", "/Annots [6 0 R]",
                 {{4, file_specification()},
                  {5, embedded("")},
                  {6, "<< /Subtype /RichMedia /RichMediaContent << /Assets << /Names [(a.swf) 4 0 R] >> >> >>"}})));
           },
       .marks = {"pdf-rich-media"}},
      {.name = "pdf-owner-password",
       .trick = "encrypted, but everybody may read it: only printing needs a password",
       .mail = [] { return with_pdf(pdf_owner_only("virus.com", eicar())); }},
      {.name = "pdf-user-password",
       .trick = "encrypted; the password stands in the mail's text",
       .mail = [] { return with_pdf(pdf_user_password()); },
       .payload = "",
       .marks = {"pdf-encrypted"},
       .category = "encrypted"},
      {.name = "pdf-encrypted-attachment",
       .trick = "only the attached file is encrypted, the page can be read",
       .mail = [] { return with_pdf(pdf_encrypted_attachment("virus.com")); },
       .payload = "",
       .marks = {"pdf-attachment-encrypted"},
       .category = "encrypted"},
  };
}

// ---- HTML

std::string one_line(std::string_view bytes) {
  std::string text = base64(bytes);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return text;
}

std::string hexadecimal(std::string_view bytes, std::string_view before = {}) {
  std::string out;
  for (const char c : bytes) {
    out += before;
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// An archive that keeps EICAR in clear: found when it is taken out of the page, and again when it is opened.
std::string smuggled() {
  return tar({{"virus.com", eicar()}});
}

std::string split(const std::string& text, const std::string& glue) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += 60) out += (i == 0 ? "" : glue) + text.substr(i, 60);
  return out;
}

std::string page_with(const std::string& body) {
  return "<html><head><title>Invoice</title></head><body>" + body + "</body></html>";
}

std::string with_page(const std::string& page, const std::string& type = "text/html",
                      const std::string& name = "invoice.html") {
  return mail_with("The invoice", {{type, name, page}});
}

std::string saved_by_script(const std::string& data) {
  return page_with("<script>var d = " + data +
                   ";\nvar a = document.createElement('a');\na.href = URL.createObjectURL(new Blob([d]));"
                   "\na.download = 'invoice.iso';\na.click();</script>");
}

std::string by_script() {
  return saved_by_script("atob('" + one_line(smuggled()) + "')");
}

std::string as_numbers() {
  std::string numbers;
  for (const char c : smuggled()) numbers += std::to_string(static_cast<unsigned char>(c)) + ",";
  return saved_by_script("new Uint8Array([" + numbers + "])");
}

std::string utf7(const std::string& page) {
  std::string out;
  for (const char c : page) out += c == '<' ? "+ADw-" : c == '>' ? "+AD4-" : c == '+' ? "+-" : std::string(1, c);
  return out;
}

std::string picture(const std::string& content) {
  return with_page("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\">" + content + "</svg>",
                   "image/svg+xml", "logo.svg");
}

std::string application() {
  return "<html><HTA:APPLICATION ID=\"x\"><script language=\"VBScript\">\r\ns = \"" +
         split(one_line(smuggled()), "\" & _\r\n  \"") + "\"\r\n</script></html>";
}

std::vector<Recipe> html_recipes() {
  const auto link = [](const std::string& address) {
    return with_page(page_with("<a href=\"" + address + "\">Open</a>"));
  };
  return {
      {.name = "html-data-uri",
       .trick = "the payload in the address of a link",
       .mail = [link] { return link("data:application/octet-stream;base64," + one_line(eicar())); }},
      {.name = "html-data-uri-percent",
       .trick = "the same, without base64",
       .mail = [link] { return link("data:text/plain," + hexadecimal(eicar(), "%")); }},
      {.name = "html-data-uri-hidden",
       .trick = "the address written with entities and line breaks, which browsers undo",
       .mail = [link] { return link("&#100;at\na&colon;text/plain;base6\r\n4," + base64(eicar())); }},
      {.name = "html-data-uri-in-style",
       .trick = "the payload in a style sheet",
       .mail =
           [] {
             return with_page(
                 page_with("<style>p { background: url(data:a/b;base64," + one_line(eicar()) + ") }</style>"));
           }},
      {.name = "html-saved-link",
       .trick = "a link that saves its own address as a program, without any script",
       .mail =
           [] {
             return with_page(page_with("<a download=\"invoice.exe\" href=\"data:application/octet-stream;base64," +
                                        one_line(smuggled()) + "\">Open</a>"));
           },
       .marks = {"html-smuggling"}},
      {.name = "html-smuggling",
       .trick = "a script builds a disk image and has it saved",
       .mail = [] { return with_page(by_script()); },
       .marks = {"html-smuggling"}},
      {.name = "html-smuggling-pieces",
       .trick = "the text cut into pieces that the script adds up",
       .mail = [] { return with_page(saved_by_script("atob('" + split(one_line(smuggled()), "' +\n '") + "')")); },
       .marks = {"html-smuggling"}},
      {.name = "html-smuggling-numbers",
       .trick = "the file as a list of numbers",
       .mail = [] { return with_page(as_numbers()); },
       .marks = {"html-smuggling"}},
      {.name = "html-smuggling-hexadecimal",
       .trick = "the file in hexadecimal digits",
       .mail = [] { return with_page(saved_by_script("unhex('" + hexadecimal(smuggled()) + "')")); },
       .marks = {"html-smuggling"}},
      {.name = "html-unescaped-page",
       .trick = "a page that writes another page, which is the one with the payload",
       .mail =
           [] {
             const std::string inner = page_with("<img src=\"data:a/b;base64," + one_line(eicar()) + "\">");
             return with_page(
                 page_with("<script>document.write(unescape('" + hexadecimal(inner, "%") + "'))</script>"));
           }},
      {.name = "html-page-in-attribute",
       .trick = "the page in the srcdoc of a frame",
       .mail =
           [] {
             return with_page(page_with("<iframe srcdoc='&lt;img src=&quot;data:a/b;base64," + one_line(eicar()) +
                                        "&quot;&gt;'></iframe>"));
           }},
      {.name = "html-utf16",
       .trick = "a page in UTF-16, in which no scanner for bytes sees a tag",
       .mail = [] { return with_page("\xff\xfe" + utf16(by_script())); },
       .marks = {"html-smuggling"}},
      {.name = "html-utf7",
       .trick = "a page without angle brackets: UTF-7",
       .mail = [] { return with_page(utf7(by_script())); },
       .marks = {"html-smuggling"}},
      {.name = "svg-script",
       .trick = "a picture that runs a script when it is opened",
       .mail =
           [] {
             return picture("<script><![CDATA[var d = atob('" + one_line(smuggled()) + "'); new Blob([d])]]></script>");
           },
       .marks = {"svg-script", "html-smuggling"}},
      {.name = "svg-image",
       .trick = "a picture in which the payload stands as another picture",
       .mail = [] { return picture("<image xlink:href=\"data:a/b;base64," + one_line(eicar()) + "\"/>"); }},
      {.name = "html-application",
       .trick = "an HTA: a page that runs with the reader's rights",
       .mail = [] { return with_page(application(), "application/hta", "invoice.hta"); },
       .marks = {"html-application"}},
  };
}

// ---- OneNote

std::string with_notebook(const std::string& section) {
  return mail_with("The invoice", {{"application/msonenote", "invoice.one", section}});
}

std::vector<Recipe> onenote_recipes() {
  return {
      {.name = "onenote-file",
       .trick = "a program behind a picture of a button, in a notebook",
       .mail =
           [] {
             return with_notebook(notebook({{"", "\x89PNG\r\n\x1a\n", 0}, {"open.bat", hidden(), 0}}));
           }},
      {.name = "onenote-package",
       .trick = "the same in a notebook as SharePoint hands it out, which has other marks",
       .mail =
           [] {
             return with_notebook(notebook_package({{"open.bat", hidden(), 0}}));
           }},
      {.name = "onenote-false-length",
       .trick = "the file claims to be longer than the notebook",
       .mail =
           [] {
             return with_notebook(notebook({{"open.bat", hidden(), 1ull << 40}, {"b.bat", "hello", 0}}));
           },
       .marks = {"onenote-damaged"}},
      {.name = "onenote-in-onenote",
       .trick = "a notebook in a notebook",
       .mail =
           [] {
             return with_notebook(notebook({{"inner.one", notebook_package({{"open.bat", hidden(), 0}}), 0}}));
           }},
      {.name = "onenote-undeclared",
       .trick = "a notebook that is declared as a picture",
       .mail =
           [] {
             return mail_with("A picture", {{"image/png", "a.png", notebook({{"open.bat", hidden(), 0}})}});
           }},
  };
}

// ---- calendars, cards, saved pages

std::string invitation(const std::string& lines) {
  return mail_with("Meeting", {{"text/calendar", "invite.ics",
                                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\n" + lines +
                                    "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"}});
}

std::vector<Recipe> calendar_recipes() {
  return {
      {.name = "calendar-attachment",
       .trick = "a file in an invitation, which no mail reader shows as an attachment of the mail",
       .mail =
           [] {
             return invitation("ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.com:" +
                               split(one_line(eicar()), "\r\n "));
           }},
      {.name = "calendar-data-uri",
       .trick = "the same as an address",
       .mail = [] { return invitation("ATTACH:data:application/octet-stream;base64," + one_line(eicar())); }},
      {.name = "card-photo",
       .trick = "a file as the photo of a person",
       .mail =
           [] {
             return mail_with("My card", {{"application/octet-stream", "me.vcf",
                                           "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Me\r\nPHOTO;JPEG;BASE64:\r\n" +
                                               split(one_line(eicar()), "\r\n") + "\r\n\r\nEND:VCARD\r\n"}});
           }},
      {.name = "saved-page",
       .trick = "a page saved with its parts in one file (.mht): a mail by another name",
       .mail =
           [] {
             return mail_with("A page",
                              {{"application/octet-stream", "page.mht",
                                "From: <Saved by Blink>\r\nSubject: A page\r\nMIME-Version: 1.0\r\nContent-Type: "
                                "multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: application/x\r\n"
                                "Content-Transfer-Encoding: base64\r\nContent-Location: a.com\r\n\r\n" +
                                    base64(eicar()) + "\r\n--x--\r\n"}});
           }},
  };
}

}  // namespace

std::vector<Recipe> document_recipes() {
  std::vector<Recipe> all;
  for (const auto& family : {pdf_recipes, html_recipes, onenote_recipes, calendar_recipes}) {
    std::vector<Recipe> some = family();
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace postern::testing
