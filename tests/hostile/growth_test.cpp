// SPDX-License-Identifier: MIT
// The work grows with the size of a mail and no faster, whatever the mail is made of: for each generator twice the size
// may cost twice the processor time of worker and unpacker, with room for noise, which the square would not fit into.
// The limits are out of the way, so that it is the decoders that are seen, and the rooms behind them. Of MIME itself
// plugins/mime/tests/linear_test.cpp knows more. With POSTERN_FIGURES in the environment the times are printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "cli/examination.h"
#include "config/configuration.h"
#include "hostile/bomb.h"
#include "hostile/cost.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/documents.h"
#include "support/dos_archives.h"
#include "support/lha_archives.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"
#include "support/rar_archives.h"
#include "support/udf_images.h"

namespace postern::testing {
namespace {

struct Growth {
  const char* name;
  size_t n;  // small enough for a debug build, large enough for the square to hurt
  std::function<std::string(size_t n)> file;
  const char* file_name = "file.bin";
};
void PrintTo(const Growth& growth, std::ostream* out) {
  *out << growth.name;
}

mail::ReceivedMail received(const std::string& text) {
  mail::ReceivedMail mail;
  mail.content = base::Content::of(text);
  mail.mail_id = mail.log_id = "growth";
  mail.envelope.recipients.push_back({"recipient@example.org", "", ""});
  return mail;
}

cli::Examiner& examiner() {
  static const std::unique_ptr<cli::Examiner> one = [] {
    auto configuration = std::make_shared<config::Configuration>(*config::load("").configuration);
    policy::Limits& limits = configuration->policy.limits();
    limits.depth = 1000;
    limits.parts = 1'000'000;
    limits.ratio = 0;
    limits.bytes = limits.min_bytes = 1ull << 31;
    limits.memory = 1ull << 31;
    limits.time = std::chrono::minutes(5);
    auto examiner = std::make_unique<cli::Examiner>(configuration, true);
    examiner->examine(received(clean()));  // the first of all pays for what there is only once
    return examiner;
  }();
  return *one;
}

// What one examination took, and how many parts it found.
struct Effort {
  double seconds = 0;
  size_t parts = 0;
};

Effort effort_for(const mail::ReceivedMail& mail) {
  cli::Examiner& one = examiner();
  const Meter meter;
  const filter::Examination examination = one.examine(mail);
  // More names than are kept hide nothing of the work: every decoder still hands them over.
  for (const mail::Part& part : examination.contents.parts())
    for (const mail::Defect& d : part.defects)
      EXPECT_FALSE(d.code.starts_with("limit-") && d.code != "limit-names") << d.code << " hides the rest";
  return {std::chrono::duration<double>(meter.stop().processor).count(), examination.contents.parts().size()};
}

// ---- generators: many of what a format is made of

std::vector<File> files(size_t n) {
  std::vector<File> all;
  for (size_t i = 0; i < n; ++i) all.push_back({"file" + std::to_string(i) + ".txt", "hello"});
  return all;
}
template <class Entry>
std::vector<Entry> entries(size_t n) {
  std::vector<Entry> all;
  for (size_t i = 0; i < n; ++i) {
    all.emplace_back();
    all.back().name = "file" + std::to_string(i);
    all.back().content = "hello";
  }
  return all;
}
std::string numbered(size_t n, const std::function<std::string(const std::string&)>& what) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += what(std::to_string(i));
  return out;
}

std::string zip_named(size_t n, const std::function<std::string(size_t)>& name) {
  std::vector<ZipEntry> all;
  for (size_t i = 0; i < n; ++i) all.push_back(stored_entry(name(i), "hello"));
  return zip_of(all);
}

std::string zip_entries_for_one_member(size_t n) {
  const ZipEntry e = stored_entry("a", "hello");
  const std::string file = local_header(e) + e.packed;
  const std::string directory = numbered(n, [other = ZipEntry(e)](const std::string& i) mutable {
    other.name = i;
    return central_header(other, 0);
  });
  return file + directory + end_record(n, directory.size(), file.size());
}

std::string zip_without_directory(size_t n) {
  return numbered(n, [](const std::string& i) {
    const ZipEntry e = stored_entry(i, "hello");
    return local_header(e) + e.packed;
  });
}

std::string tnef_attachments(size_t n) {
  TnefWriter file;
  for (size_t i = 0; i < n; ++i) file.rendering().title("file" + std::to_string(i)).data("hello");
  return file.bytes();
}

std::string tnef_properties(size_t n) {
  MapiProperties properties;
  for (size_t i = 0; i < n; ++i) properties.unicode(static_cast<uint16_t>(0x3000 + i % 4096), "hello");
  return TnefWriter().rendering().properties(properties).bytes();
}

std::string ole_streams(size_t n, const std::string& before) {
  CfbWriter file;
  for (size_t i = 0; i < n; ++i) file.stream(before + "stream" + std::to_string(i), "hello");
  return file.bytes();
}

std::string macros(size_t n) {
  std::vector<Macro> all;
  for (size_t i = 0; i < n; ++i) all.push_back({"Module" + std::to_string(i), "Sub A()\r\nEnd Sub\r\n"});
  CfbWriter file;
  return add_project(file, "Macros/", all).bytes();
}

std::string pdf_files(size_t n) {
  std::string names;
  PdfObjects objects;
  for (size_t i = 0; i < n; ++i) {
    const int at = static_cast<int>(10 + 2 * i);
    names += "(f" + std::to_string(i) + ") " + std::to_string(at) + " 0 R ";
    objects[at] = "<< /Type /Filespec /F (a.txt) /EF << /F " + std::to_string(at + 1) + " 0 R >> >>";
    objects[at + 1] = pdf_stream("hello", "/Type /EmbeddedFile");
  }
  PdfObjects all = pdf_pages("/Names << /EmbeddedFiles << /Names [" + names + "] >> >>");
  all.insert(objects.begin(), objects.end());
  return pdf(all);
}

std::string pdf_objects(size_t n) {
  PdfObjects all = pdf_pages();
  for (size_t i = 0; i < n; ++i)
    all[static_cast<int>(10 + i)] = "<< /A " + std::to_string(10 + (i + 1) % n) + " 0 R >>";
  return pdf(all);
}

std::string page(const std::string& body) {
  return "<html><body>" + body + "</body></html>";
}

std::string calendar(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

const Growth archives[] = {
    {"zip_members", 3000, [](size_t n) { return zip_named(n, [](size_t i) { return std::to_string(i); }); }},
    {"zip_members_of_one_name", 3000, [](size_t n) { return zip_named(n, [](size_t) { return "same"; }); }},
    {"zip_long_names", 50,
     [](size_t n) { return zip_named(n, [](size_t i) { return std::to_string(i) + std::string(60000, 'n'); }); }},
    {"zip_deep_names", 50,
     [](size_t n) { return zip_named(n, [](size_t i) { return repeated("d/", 20000) + std::to_string(i); }); }},
    {"zip_without_directory", 3000, zip_without_directory},
    {"zip_end_records", 50'000,
     [](size_t n) { return zip_of({stored_entry("a", "hello")}) + repeated(end_record(1, 50, 40), n); }},
    {"zip_entries_for_one_member", 10'000, zip_entries_for_one_member},
    {"tar_members", 3000, [](size_t n) { return tar_of(entries<TarEntry>(n)); }},
    {"tar_long_name", 500'000,
     [](size_t n) {
       return tar_of({{"././@LongLink", std::string(n, 'n') + '\0', 'L'}, {"x", "hello"}});
     }},
    {"tar_attributes", 100'000,
     [](size_t n) {
       return tar_of({{"pax", repeated("11 a.b=xyz\n", n), 'x'}, {"x", "hello"}});
     }},
    {"cpio_members", 3000,
     [](size_t n) {
       std::vector<TarEntry> all = entries<TarEntry>(n);
       for (TarEntry& e : all) e.mode = 0100644;
       return cpio_of(all);
     }},
    {"ar_members", 3000, [](size_t n) { return packed_by("arsvr4", files(n)); }},
    {"7z_members", 3000, [](size_t n) { return packed_by("7zip", files(n)); }},
    {"xar_members", 1000, [](size_t n) { return packed_by("xar", files(n)); }},
    {"iso_members", 1000, [](size_t n) { return packed_by("iso9660", files(n)); }},
    {"udf_members", 1000,
     [](size_t n) {
       std::vector<UdfEntry> all;
       for (const File& file : files(n)) all.push_back({file.name, file.content});
       return udf_of(all);
     }},
    {"udf_directories", 1000,
     [](size_t n) {
       std::vector<UdfEntry> all;
       for (const File& file : files(n)) all.push_back(udf_directory(file.name, {{"a", "hello"}}));
       return udf_of(all);
     }},
    {"rar4_members", 3000, [](size_t n) { return rar4_of(entries<RarEntry>(n)); }},
    {"rar5_members", 3000, [](size_t n) { return rar5_of(entries<RarEntry>(n)); }},
    {"rar5_long_names", 500,
     [](size_t n) {
       std::vector<RarEntry> all = entries<RarEntry>(n);
       for (RarEntry& e : all) e.name += std::string(2000, 'n');
       return rar5_of(all);
     }},
    {"cab_members", 3000, [](size_t n) { return cab_of(files(n)); }},
    {"lha_members", 3000, [](size_t n) { return lha_of(entries<LhaEntry>(n)); }},
    {"arj_members", 3000, [](size_t n) { return arj_of(entries<DosEntry>(n)); }},
    {"arc_members", 3000,
     [](size_t n) {
       std::vector<DosEntry> all = entries<DosEntry>(n);
       for (DosEntry& e : all) e.method = 2;
       return arc_of(all);
     }},
    {"zoo_members", 3000, [](size_t n) { return zoo_of(entries<DosEntry>(n)); }},
    {"gzip_streams", 50'000, [](size_t n) { return repeated(stream_of("gzip", "a"), n); }},
    {"xz_streams", 20'000, [](size_t n) { return repeated(stream_of("xz", "a"), n); }},
    {"bzip2_streams", 10'000, [](size_t n) { return repeated(stream_of("bzip2", "a"), n); }},
    {"signatures_of_archives", 100'000,
     [](size_t n) { return "MZ" + repeated("Rar!\x1a\7..PK\3\4..7z\xbc\xaf\x27\x1c..", n); }},
};

const Growth documents[] = {
    {"tnef_attachments", 3000, tnef_attachments},
    {"tnef_properties", 100'000, tnef_properties},
    {"ole_streams", 2000, [](size_t n) { return ole_streams(n, ""); }},
    {"ole_deep_storages", 5000, [](size_t n) { return ole_streams(1, repeated("s/", n)); }},
    {"ole_long_stream", 2'000'000,
     [](size_t n) { return CfbWriter().scattered().stream("a", std::string(n, 'x')).bytes(); }},
    {"ole_macros", 500, macros},
    {"rtf_groups", 2'000'000, [](size_t n) { return "{\\rtf1" + std::string(n, '{'); }},
    {"rtf_objects", 3000,
     [](size_t n) { return "{\\rtf1 " + repeated("{\\object{\\*\\objdata 0105000002000000}}", n) + "}"; }},
    {"rtf_object_data", 500'000,
     [](size_t n) { return "{\\rtf1{\\object{\\*\\objdata " + repeated("41 ", n) + "}}}"; }},
    {"pdf_files", 1000, pdf_files},
    {"pdf_objects", 5000, pdf_objects},
    {"pdf_arrays", 50'000,
     [](size_t n) {
       PdfObjects all = pdf_pages();
       all[9] = std::string(n, '[') + std::string(n, ']');
       return pdf(all);
     }},
    {"pdf_markers", 20'000, [](size_t n) { return pdf(pdf_pages()) + repeated("%%EOF\nstartxref\n0\n", n); }},
    {"html_tags", 100'000, [](size_t n) { return page(repeated("<a href=x>", n)); }},
    {"html_open_tags", 100'000, [](size_t n) { return page(repeated("<a ", n)); }},
    {"html_data_addresses", 3000,
     [](size_t n) { return page(repeated("<a href=\"data:a/b;base64,aGVsbG8=\">x</a>", n)); }},
    {"html_scripts", 20'000, [](size_t n) { return page(repeated("<script>var a = 'x';</script>", n)); }},
    {"html_pieces_of_a_text", 50'000,
     [](size_t n) { return page("<script>var a = 'x'" + repeated(" + 'QUFB'", n) + "</script>"); }},
    {"html_entities", 100'000, [](size_t n) { return page("<a href=\"" + repeated("&#100;", n) + "\">"); }},
    {"xml_entities", 5000,
     [](size_t n) {
       const auto declared = [](const std::string& i) { return "<!ENTITY e" + i + " 'x'>"; };
       const auto used = [](const std::string& i) { return "&e" + i + ";"; };
       return "<!DOCTYPE svg [" + numbered(n, declared) + "]><svg>" + numbered(n, used) + "</svg>";
     },
     "a.svg"},
    {"onenote_files", 3000,
     [](size_t n) {
       std::vector<NotebookFile> all;
       for (size_t i = 0; i < n; ++i) all.push_back({"f" + std::to_string(i), "hello", 0});
       return notebook(all);
     }},
    {"ooxml_relationships", 20'000,
     [](size_t n) {
       return zip({{"[Content_Types].xml", "<Types/>"},
                   {"word/_rels/document.xml.rels",
                    "<Relationships>" + repeated("<Relationship Id=\"a\" Target=\"b\"/>", n) + "</Relationships>"}});
     }},
    {"ooxml_parts", 1000,
     [](size_t n) {
       std::vector<File> all = files(n);
       all.insert(all.begin(), {"[Content_Types].xml", "<Types/>"});
       return zip(all);
     }},
};

const Growth texts[] = {
    {"uuencoded_files", 3000,
     [](size_t n) { return numbered(n, [](auto i) { return uuencode("file " + i, "file" + i); }); }, "a.txt"},
    {"uuencode_begins", 20'000, [](size_t n) { return repeated("begin 644 a\r\n#86)C\r\n", n); }, "a.txt"},
    {"yenc_files", 3000,
     [](size_t n) {
       return numbered(n,
                       [](auto i) { return "=ybegin line=128 size=5 name=a\r\nhello" + i + "\r\n=yend size=5\r\n"; });
     },
     "a.txt"},
    {"yenc_begins", 20'000, [](size_t n) { return repeated("=ybegin line=128 size=5 name=a\r\nhello\r\n", n); },
     "a.txt"},
    {"bare_base64", 20'000, [](size_t n) { return repeated(repeated("QUFB", 19) + "\r\n", n); }, "a.txt"},
    {"begin_base64", 3000,
     [](size_t n) {
       return numbered(n, [](auto i) { return "begin-base64 644 a\r\n" + base64("file " + i) + "\r\n====\r\n"; });
     },
     "a.txt"},
    {"binhex_begins", 50'000,
     [](size_t n) { return repeated("(This file must be converted with BinHex 4.0)\r\n\r\n:", n); }, "a.txt"},
    {"calendar_attachments", 3000,
     [](size_t n) { return calendar(repeated("ATTACH;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=\r\n", n)); }, "a.ics"},
    {"calendar_folded_lines", 50'000,
     [](size_t n) { return calendar("ATTACH;ENCODING=BASE64;VALUE=BINARY:" + repeated("QUFB\r\n ", n) + "\r\n"); },
     "a.ics"},
    {"calendar_parameters", 200'000, [](size_t n) { return calendar("ATTACH" + repeated(";A=B", n) + ":x\r\n"); },
     "a.ics"},
    {"saved_page_parts", 2000,
     [](size_t n) {
       return "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n" +
              repeated("--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n", n) + "--x--\r\n";
     },
     "a.mht"},
};

class Linear : public ::testing::TestWithParam<Growth> {};

void expect_linear(const Growth& growth, const std::function<mail::ReceivedMail(size_t n)>& mail_of) {
  const mail::ReceivedMail once = mail_of(growth.n), twice = mail_of(2 * growth.n);
  // The best of several: other processes only ever add to it.
  double ratio = 100;
  Effort small, large;
  for (int i = 0; i < 5 && ratio > 3; ++i) {
    small = effort_for(once);
    large = effort_for(twice);
    ratio = std::min(ratio, large.seconds / std::max(small.seconds, 0.002));
  }
  EXPECT_LE(ratio, 3) << "for sizes " << once.content.size() << " and " << twice.content.size();
  if (std::getenv("POSTERN_FIGURES"))
    std::printf("%-36s %6.0f ms %6.0f ms  x%.2f  %6zu %6zu parts\n", growth.name, small.seconds * 1e3,
                large.seconds * 1e3, ratio, small.parts, large.parts);
}

TEST_P(Linear, TwiceTheSizeCostsAboutTwiceAsMuch) {
  const Growth& growth = GetParam();
  expect_linear(growth, [&](size_t n) {
    return received(mail_with("growth", {{"application/octet-stream", growth.file_name, growth.file(n)}}));
  });
}

const auto test_name = [](const auto& instance) { return std::string(instance.param.name); };
INSTANTIATE_TEST_SUITE_P(Archives, Linear, ::testing::ValuesIn(archives), test_name);
INSTANTIATE_TEST_SUITE_P(Documents, Linear, ::testing::ValuesIn(documents), test_name);
INSTANTIATE_TEST_SUITE_P(Texts, Linear, ::testing::ValuesIn(texts), test_name);

// ---- what is not in an attachment

class LinearMail : public ::testing::TestWithParam<Growth> {};

const Growth mails[] = {
    {"addresses", 50'000, [](size_t n) { return "To: a@b" + repeated(",\r\n a@example.org", n) + "\r\n\r\nx"; }},
    {"addresses_on_one_line", 200'000,
     [](size_t n) { return "To: a@b" + repeated(", a@example.org", n) + "\r\n\r\nx"; }},
    {"groups_of_addresses", 200'000, [](size_t n) { return "To: x" + repeated(": a@b; x", n) + "\r\n\r\nx"; }},
    {"quotes_in_addresses", 500'000, [](size_t n) { return "To: " + repeated("\"a\\\"", n) + "\r\n\r\nx"; }},
    {"comments_in_addresses", 500'000, [](size_t n) { return "To: " + repeated("(a", n) + "\r\n\r\nx"; }},
    {"received_fields", 20'000,
     [](size_t n) { return repeated("Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n", n) + "\r\nx"; }},
    {"attachments", 2000,
     [](size_t n) {
       return "Content-Type: multipart/mixed; boundary=x\r\n\r\n" +
              numbered(n,
                       [](auto i) {
                         return "--x\r\nContent-Disposition: attachment; filename=f" + i + ".txt\r\n\r\nhello\r\n";
                       }) +
              "--x--\r\n";
     }},
    {"one_long_name", 500'000,
     [](size_t n) { return "Content-Disposition: attachment; filename=\"" + std::string(n, 'n') + ".exe\"\r\n\r\nx"; }},
    {"names_that_turn_round", 100'000,
     [](size_t n) {
       return "Content-Disposition: attachment; filename=\"" +
              repeated(
                  "\xE2\x80\xAE"
                  "a",
                  n) +
              ".exe\"\r\n\r\nx";
     }},
    {"names_with_percents", 50'000,
     [](size_t n) {
       return "Content-Disposition: attachment; filename*=utf-8''" + repeated("%C3%A4", n) + ".exe\r\n\r\nx";
     }},
};

TEST_P(LinearMail, TwiceTheSizeCostsAboutTwiceAsMuch) {
  const Growth& growth = GetParam();
  expect_linear(growth, [&](size_t n) {
    return received("From: a@example.org\r\nSubject: growth\r\nMIME-Version: 1.0\r\n" + growth.file(n));
  });
}
INSTANTIATE_TEST_SUITE_P(Mails, LinearMail, ::testing::ValuesIn(mails), test_name);

TEST(LinearEnvelope, RecipientsCostAsMuchAsTheyAreMany) {
  const Growth growth{"recipients", 20'000, {}};
  expect_linear(growth, [](size_t n) {
    mail::ReceivedMail mail = received(eicar_mail());
    for (size_t i = 0; i < n; ++i)
      mail.envelope.recipients.push_back({"user" + std::to_string(i) + "@example.org", "", ""});
    return mail;
  });
}

}  // namespace
}  // namespace postern::testing
