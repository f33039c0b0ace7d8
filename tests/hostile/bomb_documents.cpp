// SPDX-License-Identifier: MIT
// E-09: work without end inside of documents. Entities that stand for entities in XML, filters and references in PDF.
#include "hostile/bomb.h"
#include "support/documents.h"

namespace postern::testing {
namespace {

// "A billion laughs": ten entities, each ten times the one before.
std::string laughs() {
  std::string out = "<!ENTITY e0 \"ha ha ha ha ha ha ha ha ha ha\">\n";
  for (int n = 1; n < 10; ++n) {
    const std::string before = "&e" + std::to_string(n - 1) + ";";
    out += "<!ENTITY e" + std::to_string(n) + " \"" + repeated(before, 10) + "\">\n";
  }
  return out;
}

// The same without layers: one large entity, very often.
std::string blowup() {
  return "<!ENTITY a \"" + std::string(50000, 'a') + "\">\n";
}

std::string document(const std::string& declarations, const std::string& text) {
  const std::string types =
      "<?xml version=\"1.0\"?><Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
  return zip({{"[Content_Types].xml", types},
              {"word/document.xml", "<?xml version=\"1.0\"?>\n<!DOCTYPE d [\n" + declarations +
                                        "]>\n<w:document><w:t>" + text + "</w:t></w:document>"},
              {"word/media/evil.com", eicar()}});
}

std::string picture(const std::string& declarations, const std::string& text, const std::string& image) {
  return "<?xml version=\"1.0\"?>\n<!DOCTYPE svg [\n" + declarations +
         "]>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><text>" + text + "</text>" + image + "</svg>";
}

std::string one_line(std::string_view bytes) {
  std::string text = base64(bytes);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return text;
}

void add_entities(std::vector<Recipe>& all) {
  const std::string word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  const std::string image = "<image href=\"data:a/b;base64," + one_line(eicar()) + "\"/>";
  using Marks = std::vector<std::string>;
  const auto docx = [&](const std::string& name, const std::string& trick, const std::string& declarations,
                        const std::string& text, const Marks& marks = {}) {
    all.push_back(bomb_file(
        "docx-" + name, trick, word, "letter.docx", [=] { return document(declarations, text); }, marks));
  };
  const auto svg = [&](const std::string& name, const std::string& trick, const std::string& declarations,
                       const std::string& text, const std::string& more, const Marks& marks = {}) {
    all.push_back(bomb_file(
        "svg-" + name, trick, "image/svg+xml", "logo.svg", [=] { return picture(declarations, text, more); }, marks));
  };
  const Marks too_much = {"html-entities"};
  docx("laughs", "entities of entities in a document: forty billion characters", laughs(), "&e9;", too_much);
  docx("blowup", "one large entity, fifty thousand times", blowup(), repeated("&a;", 50000), too_much);
  docx("endless", "an entity that stands for itself", "<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">", "&a;");
  docx("outside", "an entity that is a file of the reader's machine", "<!ENTITY a SYSTEM \"file:///dev/zero\">", "&a;");
  docx("parameters", "the same explosion with entities of the declaration itself",
       "<!ENTITY % a \"ha\"><!ENTITY % b \"" + repeated("%a;", 1000) + "\">" + repeated("%b;", 1000), "x");
  svg("laughs", "entities of entities in a picture: forty billion characters", laughs(), "&e9;", image, too_much);
  svg("blowup", "one large entity, fifty thousand times", blowup(), repeated("&a;", 50000), image, too_much);
  svg("outside", "an entity that is a file of the reader's machine", "<!ENTITY a SYSTEM \"file:///dev/zero\">", "&a;",
      image);
  // No bombs, but what entities are for: who does not put them in place sees no address.
  const std::string data = "data:a/b;base64," + one_line(eicar());
  svg("entity", "the address of an image is an entity", "<!ENTITY d \"" + data + "\">", "x", "<image href=\"&d;\"/>");
  svg("entities", "the address of an image in two entities",
      "<!ENTITY a \"" + data.substr(0, 8) + "\"><!ENTITY b \"" + data.substr(8) + "\">", "x",
      "<image href=\"&a;&b;\"/>");
  svg("entity-element", "the image itself is an entity, its brackets written as numbers",
      "<!ENTITY i \"&#60;image href='" + data + "'/>\">", "&i;", "");
}

void add_pdf(std::vector<Recipe>& all) {
  const auto pdf_of = [](PdfObjects more) {
    PdfObjects objects = pdf_pages("/AF [4 0 R]");
    objects.insert(more.begin(), more.end());
    objects[4] = "<< /Type /Filespec /F (virus.com) /EF << /F 5 0 R >> >>";
    objects[5] = pdf_flate(eicar(), 1);
    return pdf(objects);
  };
  all.push_back(bomb_file("pdf-filters", "a stream behind a thousand filters", "application/pdf", "a.pdf",
                          [=] {
                            std::string filters = "/Filter [";
                            for (int n = 0; n < 1000; ++n) filters += " /ASCIIHexDecode";
                            return pdf_of({{6, pdf_stream("41>", "/Type /EmbeddedFile " + filters + "]")}});
                          },
                          {}));
  all.push_back(bomb_file("pdf-run-length", "runs: two bytes for 128, behind Flate", "application/pdf", "a.pdf",
                          [=] {
                            const std::string runs = repeated(std::string("\x81\0", 2), 8 * mebi) + "\x80";
                            return pdf_of({{6, pdf_stream(zlib(runs),
                                                          "/Type /EmbeddedFile /Filter [/FlateDecode "
                                                          "/RunLengthDecode]")}});
                          },
                          {"limit-bytes"}));
  all.push_back(bomb_file("pdf-length-loop", "the length of a stream is a reference to itself", "application/pdf",
                          "a.pdf",
                          [=] {
                            return pdf_of({{6, "<< /Length 6 0 R /Type /EmbeddedFile >>\nstream\nx\nendstream"}});
                          },
                          {}));
  all.push_back(bomb_file("pdf-deep-arrays", "a hundred thousand arrays, one in the other", "application/pdf", "a.pdf",
                          [=] {
                            return pdf_of({{6, std::string(100000, '[') + std::string(100000, ']')}});
                          },
                          {}));
}

}  // namespace

std::vector<Recipe> bomb_document_recipes() {
  std::vector<Recipe> all;
  add_entities(all);
  add_pdf(all);
  return all;
}

}  // namespace postern::testing
