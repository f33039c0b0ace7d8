// SPDX-License-Identifier: MIT
#include "decode/type_detector.h"

#include <gtest/gtest.h>
#include <magic.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "support/office/cfb_writer.h"

namespace postern::decode {
namespace {

using namespace std::string_literals;

std::string detect(std::string_view bytes) {
  static const TypeDetector detector;
  return detector.detect(bytes);
}

std::string zeros(size_t n) {
  return std::string(n, '\0');
}

// A ZIP file with empty stored members of these names; content goes to the first.
std::string zip(const std::vector<std::string>& names, const std::string& content = {}) {
  const auto u16 = [](size_t v) { return std::string{static_cast<char>(v & 255), static_cast<char>(v >> 8 & 255)}; };
  const auto u32 = [&](size_t v) { return u16(v & 65535) + u16(v >> 16); };
  std::string file, directory;
  for (const std::string& name : names) {
    const std::string data = file.empty() ? content : std::string();
    const std::string common =
        u16(20) + u16(0) + u16(0) + u32(0) + u32(0) + u32(data.size()) + u32(data.size()) + u16(name.size()) + u16(0);
    directory += "PK\1\2" + u16(20) + common + u16(0) + u16(0) + u16(0) + u32(0) + u32(file.size()) + name;
    file += "PK\3\4" + common + name + data;
  }
  const size_t start = file.size();
  return file + directory + "PK\5\6" + u16(0) + u16(0) + u16(names.size()) + u16(names.size()) + u32(directory.size()) +
         u32(start) + u16(0);
}

std::string tar_header(std::string_view magic) {
  std::string block = zeros(512);
  block.replace(0, 5, "a.txt");
  block.replace(100, 8, "0000644\0"s);
  block.replace(108, 8, "0000000\0"s);
  block.replace(116, 8, "0000000\0"s);
  block.replace(124, 12, "00000000000\0"s);
  block.replace(136, 12, "00000000000\0"s);
  block.replace(148, 8, "        ");
  block[156] = '0';
  block.replace(257, magic.size(), magic);
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  block.replace(148, 7, digits, 7);
  return block + zeros(1024);
}

struct Sample {
  const char* name;
  std::string bytes;
  const char* type;
};

// Random-looking, with control characters from the start, so that libmagic too sees a binary file.
const std::string noise =
    "\x01\x02\x83\x04\x95\x06\xa7\x10\xb1\x12\xc3\x14\xd5\x16\xe7\x18\xf9\x1a\x01\x1c"s + zeros(40) + "\x01\x7f"s;

// Types that our tables and libmagic must name alike.
std::vector<Sample> shared_samples() {
  return {
      {"gzip", "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"s, "application/gzip"},
      {"bzip2", "BZh91AY&SY" + noise, "application/x-bzip2"},
      {"empty bzip2", "BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"s, "application/x-bzip2"},
      {"xz",
       "\xfd"
       "7zXZ\0\0\x04"s +
           noise,
       "application/x-xz"},
      {"zstd", "\x28\xb5\x2f\xfd\x24" + noise, "application/zstd"},
      {"lz4", "\x04\x22\x4d\x18\x64" + noise, "application/x-lz4"},
      {"compress", "\x1f\x9d\x90" + noise, "application/x-compress"},
      {"7z", "7z\xbc\xaf\x27\x1c\0\x04"s + noise, "application/x-7z-compressed"},
      {"rar4", "Rar!\x1a\x07\0"s + noise, "application/x-rar"},
      {"rar5", "Rar!\x1a\x07\x01\0"s + noise, "application/x-rar"},
      {"zip", zip({"a.txt"}, "hello"), "application/zip"},
      {"empty zip", "PK\5\6" + zeros(18), "application/zip"},
      {"cab", "MSCF\0\0\0\0\x60\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01\x01\0\x01\0\0\0\x34\x12\0\0"s + noise,
       "application/vnd.ms-cab-compressed"},
      {"deb", "!<arch>\ndebian-binary   1342943816  0     0     100644  4         `\n2.0\n",
       "application/vnd.debian.binary-package"},
      {"ar", "!<arch>\na.o/            0           0     0     644     5         `\nhello\n", "application/x-archive"},
      {"rpm", "\xed\xab\xee\xdb\x03" + noise, "application/x-rpm"},
      {"cpio newc", "070701" + std::string(104, '0') + noise, "application/x-cpio"},
      {"cpio crc", "070702" + std::string(104, '0') + noise, "application/x-cpio"},
      {"cpio odc", "070707" + std::string(70, '0') + noise, "application/x-cpio"},
      {"xar", "xar!\0\x1c\0\x01"s + noise, "application/x-xar"},
      {"tar ustar", tar_header("ustar\00000"s), "application/x-tar"},
      {"tar gnu", tar_header("ustar  \0"s), "application/x-tar"},
      {"iso9660",
       zeros(32768) +
           "\x01"
           "CD001\x01" +
           noise,
       "application/x-iso9660-image"},
      {"dynamic vhd", "conectix" + noise, "application/x-virtualbox-vhd"},
      {"wim", "MSWIM\0\0\0\xd0\0\0\0"s + noise, "application/x-ms-wim"},
      {"ace", "\x12\x34\x31\0\0\0\x90**ACE**\x14\x14"s + noise, "application/x-ace-compressed"},
      {"chm", "ITSF\x03\0\0\0\x60\0\0\0"s + noise, "application/vnd.ms-htmlhelp"},
      {"calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "text/calendar"},
      {"card", "BEGIN:VCARD\r\nVERSION:3.0\r\n", "text/vcard"},
      {"internet shortcut", "[InternetShortcut]\r\nURL=http://example.org/\r\n", "application/x-mswinurl"},
      {"tnef", "\x78\x9f\x3e\x22\x01" + noise, "application/vnd.ms-tnef"},
      {"shortcut", "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s + noise, "application/x-ms-shortcut"},
      {"pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + noise, "application/pdf"},
      {"postscript", "%!PS-Adobe-3.0\n", "application/postscript"},
      {"rtf", "{\\rtf1\\ansi hello}", "text/rtf"},
      {"png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s + noise, "image/png"},
      {"jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"s + noise, "image/jpeg"},
      {"gif", "GIF89a\x01\0\x01\0"s + noise, "image/gif"},
      {"tiff", "II*\0\x08"s + noise, "image/tiff"},
      {"big-endian tiff", "MM\0*\0"s + noise, "image/tiff"},
      {"webp", "RIFF\x10\x01\0\0WEBPVP8 "s + noise, "image/webp"},
      {"wav", "RIFF\x10\x01\0\0WAVEfmt "s + noise, "audio/x-wav"},
      {"html", "<!DOCTYPE html>\n<html><body>hello</body></html>\n", "text/html"},
      {"xml", "<?xml version=\"1.0\"?>\n<note>hello</note>\n", "text/xml"},
      {"svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n", "image/svg+xml"},
      {"shell", "#!/bin/sh\necho hello\n", "text/x-shellscript"},
      {"perl", "#!/usr/bin/perl\nprint 1;\n", "text/x-perl"},
      {"python", "#!/usr/bin/env python3\nprint(1)\n", "text/x-script.python"},
      {"batch", "@echo off\r\ndir\r\n", "text/x-msdos-batch"},
      {"mail", "Received: from a by b\nSubject: hello\n\nhello\n", "message/rfc822"},
      {"text", "Hello,\n\nthis is a mail like many others.\n", "text/plain"},
      {"UTF-8",
       "\xef\xbb\xbfGr\xc3\xbc\xc3\x9f"
       "e\n",
       "text/plain"},
      {"UTF-16", "\xff\xfeh\0e\0l\0l\0o\0\n\0"s, "text/plain"},
  };
}

std::string by_libmagic(std::string_view bytes) {
  static magic_t cookie = [] {
    magic_t m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS);
    magic_load(m, nullptr);
    return m;
  }();
  const char* answer = magic_buffer(cookie, bytes.data(), bytes.size());
  return answer ? answer : magic_error(cookie);
}

TEST(TypeDetector, KnowsTheCommonTypes) {
  for (const Sample& sample : shared_samples()) EXPECT_EQ(detect(sample.bytes), sample.type) << sample.name;
}

TEST(TypeDetector, UsesTheNamesOfLibmagic) {
  for (const Sample& sample : shared_samples()) EXPECT_EQ(by_libmagic(sample.bytes), sample.type) << sample.name;
}

TEST(TypeDetector, KnowsArchivesThatLibmagicDoesNot) {
  const std::string rest(400, '\3');
  EXPECT_EQ(detect("\x89LZO\0\r\n\x1a\n"s + rest), "application/x-lzop");
  EXPECT_EQ(detect("LRZI" + rest), "application/x-lrzip");
}

TEST(TypeDetector, NeverAnswersNothing) {
  EXPECT_EQ(detect(""), "application/x-empty");
  EXPECT_EQ(detect("\x01\x02\x03\x04"), "application/octet-stream");
  EXPECT_EQ(detect(zeros(1)), "application/octet-stream");
  for (int c = 0; c < 256; ++c) EXPECT_FALSE(detect(std::string(1, static_cast<char>(c))).empty()) << c;
}

TEST(TypeDetector, LooksAtEveryPrefixWithoutReadingPastIt) {  // a heap copy, so that the sanitizer sees a step too far
  for (const Sample& sample : shared_samples()) {
    for (size_t n = 1; n < std::min<size_t>(sample.bytes.size(), 600); ++n) {
      const std::vector<char> prefix(sample.bytes.begin(), sample.bytes.begin() + static_cast<ptrdiff_t>(n));
      EXPECT_FALSE(detect({prefix.data(), prefix.size()}).empty()) << sample.name << " " << n;
    }
  }
}

TEST(TypeDetector, AsksLibmagicForTheRest) {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::string program{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(detect(program), by_libmagic(std::string_view(program).substr(0, 256 * 1024)));
  EXPECT_EQ(detect(zeros(4) + "ftypmp42" + noise), by_libmagic(zeros(4) + "ftypmp42" + noise));
}

TEST(TypeDetector, CallsEveryProgramForDosOrWindowsTheSame) {
  EXPECT_EQ(detect("MZ" + zeros(200)), "application/x-dosexec");
  EXPECT_EQ(detect("MZ" + zeros(58) + "\x40\0\0\0PE\0\0"s + zeros(200)), "application/x-dosexec");
  EXPECT_EQ(detect("MZ is how some sentences begin.\n"), "text/plain");
}

TEST(TypeDetector, CallsAnOle2FileThatSaysNothingAStorage) {
  EXPECT_EQ(detect("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s + zeros(504)), "application/x-ole-storage");
  EXPECT_EQ(detect("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage");
}

TEST(TypeDetector, NamesOleFilesByTheirRootOrTheirStreams) {
  using testing::CfbWriter;
  const auto with = [](const std::string& stream) { return detect(CfbWriter().stream("A", "x").stream(stream, "x").bytes()); };
  EXPECT_EQ(with("WordDocument"), "application/msword");
  EXPECT_EQ(with("Workbook"), "application/vnd.ms-excel");
  EXPECT_EQ(with("Book"), "application/vnd.ms-excel");
  EXPECT_EQ(with("PowerPoint Document"), "application/vnd.ms-powerpoint");
  EXPECT_EQ(with("__properties_version1.0"), "application/vnd.ms-outlook");
  EXPECT_EQ(with("Something"), "application/x-ole-storage");
  EXPECT_EQ(detect(CfbWriter().version4().stream("WordDocument", "x").bytes()), "application/msword");
  EXPECT_EQ(detect(CfbWriter().class_id("\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s).stream("A", "x").bytes()),
            "application/x-msi");
}

TEST(TypeDetector, KnowsRtfByAsLittleAsWordDoes) {
  EXPECT_EQ(detect("{\\rtf1 text}"), "text/rtf");
  EXPECT_EQ(detect("{\\rtxyz"), "text/rtf");
}

TEST(TypeDetector, TellsDocumentsThatAreZipFiles) {
  const std::string office = "application/vnd.openxmlformats-officedocument.";
  const std::map<std::string, std::string> types = {
      {zip({"[Content_Types].xml", "_rels/.rels", "word/document.xml"}), office + "wordprocessingml.document"},
      {zip({"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"}), office + "spreadsheetml.sheet"},
      {zip({"_rels/.rels", "ppt/presentation.xml"}), office + "presentationml.presentation"},
      {zip({"[Content_Types].xml", "Documents/1/FixedDoc.fdoc"}), "application/zip"},
      {zip({"mimetype", "content.xml"}, "application/vnd.oasis.opendocument.text"),
       "application/vnd.oasis.opendocument.text"},
      {zip({"mimetype", "x"}, "application/epub+zip"), "application/epub+zip"},
      {zip({"META-INF/MANIFEST.MF", "A.class"}), "application/java-archive"},
      {zip({"AndroidManifest.xml", "classes.dex"}), "application/vnd.android.package-archive"},
  };
  for (const auto& [bytes, type] : types) EXPECT_EQ(detect(bytes), type);
}

TEST(TypeDetector, LetsNoZipFileChooseAForeignType) {
  EXPECT_EQ(detect(zip({"mimetype", "x.exe"}, "text/plain")), "application/zip");
  EXPECT_EQ(detect("PK\3\4"), "application/zip");
  EXPECT_EQ(detect("PK\3\4" + std::string(26, '\xff')), "application/zip");  // a name longer than the file
}

TEST(TypeDetector, FindsHtmlBehindWhiteSpaceCommentsAndOtherEncodings) {
  EXPECT_EQ(detect("\n\n  <!-- a page -->\n<HTML>\n"), "text/html");
  EXPECT_EQ(detect("<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\">\n<html/>"), "text/html");
  EXPECT_EQ(detect("\xff\xfe<\0h\0t\0m\0l\0>\0"s), "text/html");
  EXPECT_EQ(detect("\xfe\xff\0<\0h\0t\0m\0l\0>"s), "text/html");
  EXPECT_EQ(detect("<htmlish is no tag\n"), "text/plain");
  EXPECT_EQ(detect("<!-- never closed"), "text/plain");
}

TEST(TypeDetector, KnowsAMailByAHeaderSuchAsProgramsWrite) {
  for (const char* mail :
       {"Return-Path: <a@example.org>\r\nReceived: from x\r\n\tby y\r\n\r\nhello\r\n",
        "Received: from x\r\n\tby y\r\nSubject: folded\r\n\r\nhello\r\n", "From: a\nMessage-ID: <x>\n\nhello\n",
        "From a@example.org Mon Jan  1\nFrom: a\nMessage-ID: <x>\n\nhello\n",
        "Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n", "X-Anything: y\nMIME-Version: 1.0\nSubject: x\n\nz\n"})
    EXPECT_EQ(detect(mail), "message/rfc822") << mail;
}

TEST(TypeDetector, TakesNoTextForAMail) {
  for (const char* text :
       {"From: the other day\nI was thinking\n", "Subject: alone", "Date: Monday\nTime: ten\n\nSee you\n",
        "From: A. Boss\r\nSent: Monday, 1 January\r\nTo: B\r\nSubject: Minutes\r\n\r\nPlease read this.\r\n",
        "To: all\nSubject: the Message-ID: field\n\nIs it needed?\n", "Content-Type: text/html\n\n<p>from a script\n",
        "Message-ID: what is it?\n\nA question.\n", "To: me\nContent-Type: is this a field?\nYes, I think so.\n\n",
        "Note: this\nWarning: that\n\nAnd more.\n"})
    EXPECT_EQ(detect(text), "text/plain") << text;
}

TEST(TypeDetector, DoesNotCallBytesBehindAByteOrderMarkText) {
  EXPECT_NE(detect("\xff\xfe\x01\0\x02\0\x03\0"s), "text/plain");
}

// What libmagic 5.44 has no name for.
TEST(TypeDetector, KnowsTheFilesThatWindowsOpensWithoutAsking) {
  const std::string note("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 16);
  const std::vector<Sample> samples = {
      {"one", note + noise, "application/onenote"},
      {"vbe", "#@~^EwAAAA==\x7f@#@&td^#~@\0"s, "application/x-ms-encoded-script"},
      {"jse", "#@~^EwAAAA==tdT$K6PrtnV^#~@", "application/x-ms-encoded-script"},
      {"iqy", "WEB\r\n1\r\nhttp://example.org/x\r\n", "text/x-ms-iqy"},
      {"hta", "<html><head>\n<HTA:APPLICATION id=x></head></html>", "application/hta"},
      {"wsf", "<?xml version=\"1.0\"?><package><job id=\"x\"><script language=\"VBScript\">x</script></job></package>",
       "application/x-ms-wsf"},
      {"sct", "<scriptlet><registration/><script>x</script></scriptlet>", "application/x-ms-wsf"},
      {"alz", "ALZ\x01\x0a\0\0\0BLZ\x01"s + noise, "application/x-alz-compressed"},
      {"egg", "EGGA\0\x01"s + noise, "application/x-egg-compressed"},
      {"xll", "MZ" + zeros(300) + "xlAutoOpen", "application/x-dosexec"},  // a library is a program
      {"jar", zip({"META-INF/MANIFEST.MF"}), "application/java-archive"},
  };
  for (const Sample& sample : samples) EXPECT_EQ(detect(sample.bytes), sample.type) << sample.name;
}

// A sector with this at its end, and so many behind it.
std::string sectors(const std::string& start, const std::string& end, size_t more = 1) {
  return start + zeros(512 - start.size() - end.size()) + end + zeros(512 * more);
}

TEST(TypeDetector, KnowsDiskImages) {
  const std::string fat = "\xeb\x3c\x90MSDOS5.0" + zeros(43) + "FAT12   ";
  const std::string partition("\x80\x01\x01\0\x07\xfe\xff\xff\0\x08\0\0\0\x10\0\0", 16);
  const std::vector<Sample> samples = {
      {"floppy", sectors(fat, "\x55\xaa"), "application/x-raw-disk-image"},
      {"ntfs", sectors("\xeb\x52\x90NTFS    ", "\x55\xaa"), "application/x-raw-disk-image"},
      {"partitions", sectors("", partition + zeros(48) + "\x55\xaa"), "application/x-raw-disk-image"},
      {"gpt", sectors("", "\x55\xaa", 0) + "EFI PART" + zeros(600), "application/x-raw-disk-image"},
      {"fixed vhd", sectors(fat, "\x55\xaa", 20) + "conectix" + zeros(504), "application/x-virtualbox-vhd"},
      {"vhdx", "vhdxfile" + zeros(600), "application/x-virtualbox-vhdx"},
      {"udf", zeros(32769) + "BEA01\x01" + zeros(2042) + "NSR02\x01" + zeros(2042), "application/x-udf-image"},
      {"iso with partitions",
       sectors("", partition + zeros(48) + "\x55\xaa", 63) +
           "\x01"
           "CD001\x01" +
           noise,
       "application/x-iso9660-image"},
      {"dmg", noise + zeros(1000) + "koly\0\0\0\x04"s + zeros(504), "application/x-apple-diskimage"},
  };
  for (const Sample& sample : samples) EXPECT_EQ(detect(sample.bytes), sample.type) << sample.name;
}

TEST(TypeDetector, WantsMoreThanASignatureOfABootSectorForADisk) {
  EXPECT_EQ(detect(sectors("\x01", "\x55\xaa")), "application/octet-stream");
  EXPECT_EQ(detect(sectors("", std::string(64, '\x11') + "\x55\xaa")), "application/octet-stream");
}

TEST(TypeDetector, FindsAPdfBehindAKilobyteOfSomethingElse) {
  const std::string file = "%PDF-1.7\n1 0 obj\nnull\nendobj\n";
  EXPECT_EQ(detect(std::string(900, ' ') + file), "application/pdf");
  EXPECT_EQ(detect("\x01\x02\x03" + file), "application/pdf");
  EXPECT_EQ(detect("<html>" + file), "text/html");
  EXPECT_EQ(detect(std::string(1020, ' ') + file), "text/plain");
  EXPECT_EQ(detect("A file that begins with %PDF-1.7 is a PDF.\n"), "text/plain");
}

TEST(TypeDetector, ASavedPageInOneFileIsAMail) {  // .mht
  EXPECT_EQ(detect("From: <Saved by Blink>\r\nSnapshot-Content-Location: http://example.org/\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"),
            "message/rfc822");
  EXPECT_EQ(detect("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"),
            "message/rfc822");
}

TEST(TypeDetector, WordsOfTheSmallFilesDoNotMakeATextOne) {
  EXPECT_EQ(detect("Web\r\nThe weather tomorrow\r\n"), "text/plain");
  EXPECT_EQ(detect("<p>How to write <hta: in a page"), "text/html");
  EXPECT_EQ(detect("<job>A description without code</job>"), "text/plain");
}

}  // namespace
}  // namespace postern::decode
