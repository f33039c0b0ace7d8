// SPDX-License-Identifier: MIT
#include "extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <locale.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>

#include "recording_host.h"

namespace archive_plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

// In two pieces, so that no scanner takes this file for it.
const std::string eicar =
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"
    "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

struct File {
  std::string name, bytes;
};

// What libarchive's writer makes of these files.
std::string packed(const std::function<void(::archive*)>& format, const std::vector<File>& files) {
  const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), before = uselocale(utf8);  // the writer wants it
  ::archive* a = archive_write_new();
  format(a);
  archive_write_set_bytes_in_last_block(a, 1);
  std::string out;
  EXPECT_EQ(archive_write_open2(
                a, &out, nullptr,
                [](::archive*, void* to, const void* data, size_t size) {
                  static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
                  return static_cast<la_ssize_t>(size);
                },
                nullptr, nullptr),
            ARCHIVE_OK)
      << archive_error_string(a);
  for (const File& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.name.c_str());
    archive_entry_set_size(entry, static_cast<int64_t>(file.bytes.size()));
    const bool directory = file.name.ends_with('/');
    archive_entry_set_filetype(entry, directory ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    EXPECT_EQ(archive_write_header(a, entry), ARCHIVE_OK) << archive_error_string(a);
    if (!directory) archive_write_data(a, file.bytes.data(), file.bytes.size());
    archive_entry_free(entry);
  }
  EXPECT_EQ(archive_write_close(a), ARCHIVE_OK) << archive_error_string(a);
  archive_write_free(a);
  uselocale(before);
  freelocale(utf8);
  return out;
}

void as_zip(::archive* a) {
  archive_write_set_format_zip(a);
}
void as_7z(::archive* a) {
  archive_write_set_format_7zip(a);
}
void as_tar(::archive* a) {
  archive_write_set_format_pax_restricted(a);
}
void as_tar_gz(::archive* a) {
  archive_write_set_format_pax_restricted(a);
  archive_write_add_filter_gzip(a);
}

std::string compressed(int (*filter)(::archive*), const std::string& bytes) {
  return packed(
      [&](::archive* a) {
        archive_write_set_format_raw(a);
        EXPECT_EQ(filter(a), ARCHIVE_OK);
      },
      {{"data", bytes}});
}

// What 7z(1) makes of these files; empty where it is not installed.
std::string by_7z(const std::string& suffix, const std::string& switches, const std::vector<File>& files) {
  std::string pattern = (fs::temp_directory_path() / "archive_test.XXXXXX").string();
  if (!mkdtemp(pattern.data())) return {};
  const fs::path directory = pattern;
  for (const File& file : files) std::ofstream(directory / file.name, std::ios::binary) << file.bytes;
  const std::string command =
      "cd " + directory.string() + " && 7z a " + switches + " out" + suffix + " * >/dev/null 2>&1";
  std::string out;
  if (std::system(command.c_str()) == 0) {
    std::ifstream in(directory / ("out" + suffix), std::ios::binary);
    out.assign(std::istreambuf_iterator<char>(in), {});
  }
  fs::remove_all(directory);
  return out;
}

std::string noise(size_t n) {
  std::mt19937 random(1);
  std::string out(n, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// The first header of a tar file with its checksum made right again.
void seal_tar_header(std::string& tar) {
  tar.replace(148, 8, "        ");
  unsigned sum = 0;
  for (size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  tar.replace(148, 7, digits, 7);
}

postern_rc unpack(RecordingHost& host) {
  postern::Job job = host.job();
  try {
    extract(job, host.part());
    return POSTERN_OK;
  } catch (const postern::Error& e) {
    return e.code();
  }
}

struct Unpacked : RecordingHost {
  Unpacked(std::string bytes, const std::string& type, const std::string& called = {}) {
    text = std::move(bytes);
    detected = type;
    name = called;
    rc = unpack(*this);
  }
  bool found(const std::string& finding) const {
    return std::any_of(findings.begin(), findings.end(), [&](const auto& f) { return f.name == finding; });
  }
  postern_rc rc;
};

TEST(Archive, OpensTheFormatsItAccepts) {
  const std::vector<File> files = {{"a.txt", "hello"}, {"dir/virus.com", eicar}};
  const std::vector<std::pair<int (*)(::archive*), const char*>> formats = {
      {archive_write_set_format_zip, "application/zip"},
      {archive_write_set_format_7zip, "application/x-7z-compressed"},
      {archive_write_set_format_pax, "application/x-tar"},
      {archive_write_set_format_ustar, "application/x-tar"},
      {archive_write_set_format_gnutar, "application/x-tar"},
      {archive_write_set_format_v7tar, "application/x-tar"},
      {archive_write_set_format_cpio_newc, "application/x-cpio"},
      {archive_write_set_format_cpio_odc, "application/x-cpio"},
  };
  for (const auto& [set_format, type] : formats) {
    const Unpacked host(packed([set = set_format](::archive* a) { set(a); }, files), type);
    EXPECT_EQ(host.rc, POSTERN_OK) << type;
    ASSERT_EQ(host.children.size(), 2u) << type;
    for (size_t i = 0; i < files.size(); ++i) {  // 7-Zip sorts nothing, neither do the others
      EXPECT_EQ(host.children[i].name, files[i].name) << type;
      EXPECT_EQ(host.children[i].bytes, files[i].bytes) << type;
      EXPECT_EQ(host.children[i].expected, files[i].bytes.size()) << type;
      EXPECT_EQ(host.children[i].flags, 0u) << type;
      EXPECT_TRUE(host.children[i].closed) << type;
    }
    EXPECT_TRUE(host.findings.empty()) << type;
  }
}

TEST(Archive, OpensIso9660AndAr) {
  const std::vector<File> files = {{"A.TXT", "hello"}};
  for (const auto format : {archive_write_set_format_iso9660, archive_write_set_format_ar_svr4}) {
    const Unpacked host(packed([&](::archive* a) { format(a); }, files), "application/x-iso9660-image");
    EXPECT_EQ(host.rc, POSTERN_OK);
    ASSERT_FALSE(host.children.empty());
    EXPECT_EQ(host.children.back().bytes, "hello");
  }
}

TEST(Archive, TakesOneLayerOffACompressedStream) {
  const std::vector<std::tuple<int (*)(::archive*), const char*, const char*, const char*>> filters = {
      {archive_write_add_filter_gzip, "gzip", "application/gzip", ".gz"},
      {archive_write_add_filter_bzip2, "bzip2", "application/x-bzip2", ".bz2"},
      {archive_write_add_filter_xz, "xz", "application/x-xz", ".xz"},
      {archive_write_add_filter_lzma, "lzma", "application/x-lzma", ".lzma"},
      {archive_write_add_filter_lzip, "lzip", "application/x-lzip", ".lz"},
      {archive_write_add_filter_zstd, "zstd", "application/zstd", ".zst"},
      {archive_write_add_filter_lz4, "lz4", "application/x-lz4", ".lz4"},
      {archive_write_add_filter_compress, "compress", "application/x-compress", ".Z"},
  };
  for (const auto& [filter, method, type, suffix] : filters) {
    const std::string inner = compressed(filter, eicar);
    const Unpacked once(inner, type, "virus.com"s + suffix);
    EXPECT_EQ(once.rc, POSTERN_OK) << method;
    ASSERT_EQ(once.children.size(), 1u) << method;
    EXPECT_EQ(once.children[0].bytes, eicar) << method;
    EXPECT_EQ(once.children[0].encoding, method);
    EXPECT_EQ(once.children[0].name, "virus.com") << method;
    const Unpacked twice(compressed(filter, inner), type);
    ASSERT_EQ(twice.children.size(), 1u) << method;
    EXPECT_EQ(twice.children[0].bytes, inner) << method;
  }
}

TEST(Archive, LeavesTheTarInATarGzToTheNextPart) {
  const Unpacked host(packed(as_tar_gz, {{"a.txt", "hello"}}), "application/gzip", "backup.tgz");
  ASSERT_EQ(host.children.size(), 1u);
  EXPECT_EQ(host.children[0].name, "backup.tar");
  const Unpacked inner(host.children[0].bytes, "application/x-tar");
  ASSERT_EQ(inner.children.size(), 1u);
  EXPECT_EQ(inner.children[0].bytes, "hello");
}

TEST(Archive, TellsBothNamesOfAGzipFile) {
  std::string gz = compressed(archive_write_add_filter_gzip, "hello");
  gz[3] = 8;  // RFC 1952: FNAME
  gz.insert(10, "setup.exe\0"s);
  const Unpacked host(gz, "application/gzip", "harmless.txt.gz");
  EXPECT_EQ(host.rc, POSTERN_OK);
  ASSERT_EQ(host.children.size(), 1u);
  EXPECT_EQ(host.children[0].name, "setup.exe");
  ASSERT_EQ(host.children[0].notes.size(), 1u);
  EXPECT_EQ(host.children[0].notes[0], std::pair("part.name"s, "harmless.txt"s));
}

TEST(Archive, FindsAVirusInATarGzInAZip) {
  const std::string zip = packed(as_zip, {{"x.tar.gz", packed(as_tar_gz, {{"virus.com", eicar}})}});
  const Unpacked outer(zip, "application/zip");
  ASSERT_EQ(outer.children.size(), 1u);
  EXPECT_EQ(outer.children[0].encoding, "deflate");
  const Unpacked middle(outer.children[0].bytes, "application/gzip");
  ASSERT_EQ(middle.children.size(), 1u);
  const Unpacked inner(middle.children[0].bytes, "application/x-tar");
  ASSERT_EQ(inner.children.size(), 1u);
  EXPECT_EQ(inner.children[0].bytes, eicar);
}

TEST(Archive, KeepsNamesAsData) {
  for (const auto format : {as_zip, as_tar}) {
    const Unpacked host(packed(format, {{"../../etc/passwd", "x"}, {"/absolute", "y"}, {"caf\xc3\xa9.exe", "z"}}),
                        format == as_zip ? "application/zip" : "application/x-tar");
    ASSERT_EQ(host.children.size(), 3u);
    EXPECT_EQ(host.children[0].name, "../../etc/passwd");
    EXPECT_EQ(host.children[1].name, "/absolute");
    EXPECT_EQ(host.children[2].name, "caf\xc3\xa9.exe");
  }
}

TEST(Archive, ReadsNamesIn7zAsUtf8) {
  const std::string bytes = by_7z(".7z", "", {{"caf\xc3\xa9.exe", "z"}});
  if (bytes.empty()) GTEST_SKIP() << "7z is not installed";
  const Unpacked host(bytes, "application/x-7z-compressed");
  ASSERT_EQ(host.children.size(), 1u);
  EXPECT_EQ(host.children[0].name, "caf\xc3\xa9.exe");
}

TEST(Archive, MakesDirectoriesAndLinksChildrenWithoutBytes) {
  const std::string tar = packed(as_tar, {{"dir/", ""}, {"dir/a.txt", "hello"}});
  std::string with_link = tar;
  with_link[156] = '2';  // the directory becomes a symbolic link
  with_link.replace(157, 11, "/etc/passwd");
  seal_tar_header(with_link);

  const Unpacked directory(tar, "application/x-tar");
  ASSERT_EQ(directory.children.size(), 2u);
  EXPECT_EQ(directory.children[0].flags, uint32_t{POSTERN_PART_SPECIAL});
  EXPECT_TRUE(directory.children[0].bytes.empty());
  EXPECT_EQ(directory.children[1].bytes, "hello");

  const Unpacked link(with_link, "application/x-tar");
  ASSERT_EQ(link.children.size(), 2u);
  EXPECT_EQ(link.children[0].flags, uint32_t{POSTERN_PART_SPECIAL});
  ASSERT_EQ(link.children[0].notes.size(), 1u);
  EXPECT_EQ(link.children[0].notes[0], std::pair("part.link"s, "/etc/passwd"s));
}

TEST(Archive, FlagsEncryptedMembers) {
  for (const char* suffix : {".zip", ".7z"}) {
    const std::string bytes = by_7z(suffix, "-psecret", {{"a.txt", "hello"}, {"b.txt", "world"}});
    if (bytes.empty()) GTEST_SKIP() << "7z is not installed";
    const Unpacked host(bytes, suffix == ".zip"s ? "application/zip" : "application/x-7z-compressed");
    EXPECT_TRUE(host.rc == POSTERN_OK || host.rc == POSTERN_E_ENCRYPTED) << suffix << host.rc;
    ASSERT_EQ(host.findings.size(), 1u) << suffix;
    EXPECT_EQ(host.findings[0].name, "archive-encrypted");
    EXPECT_EQ(host.findings[0].category, POSTERN_CAT_ENCRYPTED);
    ASSERT_FALSE(host.children.empty()) << suffix;
    EXPECT_EQ(host.children[0].name, "a.txt");
    for (const RecordedChild& child : host.children) {
      EXPECT_EQ(child.flags, uint32_t{POSTERN_PART_ENCRYPTED}) << suffix;
      EXPECT_TRUE(child.bytes.empty()) << suffix;
    }
    if (host.rc == POSTERN_OK) {
      EXPECT_EQ(host.children.size(), 2u) << suffix;
    }
  }
}

TEST(Archive, FlagsMembersEncryptedWithAes) {
  const std::string bytes = by_7z(".zip", "-psecret -mem=AES256", {{"a.txt", "hello"}});
  if (bytes.empty()) GTEST_SKIP() << "7z is not installed";
  const Unpacked host(bytes, "application/zip");
  EXPECT_TRUE(host.found("archive-encrypted"));
  ASSERT_EQ(host.children.size(), 1u);
  EXPECT_EQ(host.children[0].flags, uint32_t{POSTERN_PART_ENCRYPTED});
}

TEST(Archive, SaysThatAnEncryptedDirectoryIsEncrypted) {
  const std::string bytes = by_7z(".7z", "-psecret -mhe=on", {{"a.txt", "hello"}});
  if (bytes.empty()) GTEST_SKIP() << "7z is not installed";
  const Unpacked host(bytes, "application/x-7z-compressed");
  EXPECT_EQ(host.rc, POSTERN_OK);  // all was told by the finding
  EXPECT_TRUE(host.found("archive-encrypted"));
  EXPECT_FALSE(host.found("archive-damaged"));
}

TEST(Archive, StopsAtTheQuotaOfAFlatBomb) {
  RecordingHost host;
  host.text = compressed(archive_write_add_filter_gzip, std::string(64 << 20, '\0'));
  host.text += host.text;  // two members of one stream
  host.detected = "application/gzip";
  host.byte_quota = 1 << 20;
  EXPECT_EQ(unpack(host), POSTERN_E_QUOTA);
  EXPECT_LE(host.written, host.byte_quota);
  EXPECT_EQ(host.calls_after_refusal, 0);
}

TEST(Archive, StopsAtTheQuotaOfMembers) {
  RecordingHost host;
  host.text = packed(as_zip, std::vector<File>(2000, {"a", ""}));
  host.detected = "application/zip";
  host.member_quota = 1500;
  EXPECT_EQ(unpack(host), POSTERN_E_QUOTA);
  EXPECT_EQ(host.children.size(), 1500u);
  EXPECT_EQ(host.calls_after_refusal, 0);
}

TEST(Archive, StopsAtTheQuotaOfASparseFileOfExabytes) {
  std::string tar = packed([](::archive* a) { archive_write_set_format_gnutar(a); }, {{"sparse", "x"}});
  tar[156] = 'S';  // GNU's sparse header: one piece at the very end
  tar.replace(386, 24, "77777777770\0"s + "00000000001\0"s);
  tar.replace(483, 12, "77777777771\0"s);
  seal_tar_header(tar);
  RecordingHost host;
  host.text = tar;
  host.detected = "application/x-tar";
  host.byte_quota = 1 << 20;
  EXPECT_EQ(unpack(host), POSTERN_E_QUOTA);
  EXPECT_LE(host.written, host.byte_quota);
}

TEST(Archive, StopsWhenTheTimeIsUp) {
  RecordingHost host;
  host.text = packed(as_zip, {{"a.txt", "hello"}});
  host.detected = "application/zip";
  host.time_left = 0;
  EXPECT_EQ(unpack(host), POSTERN_E_TIMEOUT);
  EXPECT_TRUE(host.children.empty());
}

TEST(Archive, WritesNothingButAPrefixOfATruncatedArchive) {
  const std::string content = "hello, hello, hello, " + noise(200);
  const std::vector<std::pair<void (*)(::archive*), const char*>> formats = {
      {as_zip, "application/zip"}, {as_7z, "application/x-7z-compressed"}, {as_tar_gz, "application/gzip"}};
  for (const auto& [format, type] : formats) {
    const std::string whole = packed(format, {{"a.bin", content}});
    for (size_t n = 1; n < whole.size(); ++n) {
      const std::vector<char> heap(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(n));
      const Unpacked host(std::string(heap.data(), heap.size()), type);
      // Only the frame behind complete content may be missing from an archive that is called whole.
      const bool complete = host.children.size() == 1 && (format == as_tar_gz || host.children[0].bytes == content);
      if (host.rc == POSTERN_OK) {
        EXPECT_TRUE(complete) << type << " cut to " << n;
      } else {
        EXPECT_TRUE(host.rc == POSTERN_E_BROKEN || host.rc == POSTERN_E_UNSUPPORTED)
            << type << " cut to " << n << ": " << host.rc;
        EXPECT_TRUE(n < 6 || host.found("archive-damaged")) << type << " cut to " << n;
      }
      for (const RecordedChild& child : host.children) {
        EXPECT_TRUE(child.closed);
        if (format == as_tar_gz) continue;
        EXPECT_TRUE(content.starts_with(child.bytes)) << type << " cut to " << n;
        if (child.bytes != content) {
          EXPECT_TRUE(child.flags & POSTERN_PART_BROKEN) << type << " cut to " << n;
        }
      }
    }
  }
}

TEST(Archive, KeepsWhatComesBeforeTheDamage) {
  std::string tar = packed(as_tar, {{"a.txt", eicar}, {"b.txt", std::string(5000, 'b')}});
  tar.resize(512 + 512 + 512 + 1000);
  const Unpacked host(tar, "application/x-tar");
  EXPECT_EQ(host.rc, POSTERN_E_BROKEN);
  EXPECT_TRUE(host.found("archive-damaged"));
  ASSERT_EQ(host.children.size(), 2u);
  EXPECT_EQ(host.children[0].bytes, eicar);
  EXPECT_EQ(host.children[0].flags, 0u);
  EXPECT_EQ(host.children[1].bytes, std::string(1000, 'b'));
  EXPECT_EQ(host.children[1].flags, uint32_t{POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED});
}

TEST(Archive, CallsAMemberWithAWrongChecksumBroken) {
  std::string zip = packed(
      [](::archive* a) {
        as_zip(a);
        archive_write_zip_set_compression_store(a);
      },
      {{"a.txt", "hello"}, {"b.txt", "world"}});
  zip[zip.find("hello")] = 'j';
  const Unpacked host(zip, "application/zip");
  EXPECT_EQ(host.rc, POSTERN_E_BROKEN);
  EXPECT_TRUE(host.found("archive-damaged"));
  ASSERT_EQ(host.children.size(), 2u);
  EXPECT_EQ(host.children[0].bytes, "jello");
  EXPECT_TRUE(host.children[0].flags & POSTERN_PART_BROKEN);
  EXPECT_EQ(host.children[1].bytes, "world");
}

TEST(Archive, GoesByTheBytesWhateverTheTypeIs) {
  for (const char* type :
       {"application/zip", "application/vnd.oasis.opendocument.text", "image/jpeg", "application/x-unheard-of", ""}) {
    const Unpacked host(packed(as_zip, {{"a.txt", "hello"}}), type);
    EXPECT_EQ(host.rc, POSTERN_OK) << type;
    ASSERT_EQ(host.children.size(), 1u) << type;
    EXPECT_EQ(host.children[0].bytes, "hello") << type;
  }
}

TEST(Archive, MakesWhatStandsBehindTheEndAPart) {
  const std::string gz = compressed(archive_write_add_filter_gzip, "hello");
  const Unpacked text(gz + "and more", "application/gzip"), program(gz + "MZ and more", "application/gzip");
  ASSERT_EQ(text.children.size(), 2u);
  EXPECT_EQ(text.children[0].bytes, "hello");
  EXPECT_EQ(text.children[1].bytes, "and more");
  EXPECT_EQ(text.children[1].role, "trailer");
  EXPECT_TRUE(text.found("archive-trailing-bytes"));
  EXPECT_TRUE(program.found("archive-trailing-file"));
}

TEST(Archive, SaysWhatItCannotOpen) {
  const Unpacked ace("\x12\x34\x31\0\0\0\x90**ACE**"s + std::string(100, '\3'), "application/x-ace-compressed");
  EXPECT_EQ(ace.rc, POSTERN_OK);
  ASSERT_EQ(ace.findings.size(), 1u);
  EXPECT_EQ(ace.findings[0].category, POSTERN_CAT_UNSUPPORTED);
  EXPECT_EQ(ace.findings[0].name, "archive-unsupported");
  const Unpacked volume(std::string(300, '\3'), "application/octet-stream", "x.7z.002");
  EXPECT_TRUE(volume.found("archive-volume"));
  const Unpacked photo(std::string(300, '\3'), "application/octet-stream", "photo.002");
  EXPECT_EQ(photo.rc, POSTERN_E_UNSUPPORTED);
}

TEST(Archive, OpensByItsNameWhatHasNoSignature) {
  RecordingHost host;
  host.text = std::string("\x0b\x02\x80hello\x03", 9);  // brotli: one uncompressed block
  host.detected = "application/octet-stream";
  EXPECT_EQ(probe(host.part()), 0);
  host.name = "page.html.br";
  EXPECT_GT(probe(host.part()), 0);
  EXPECT_EQ(unpack(host), POSTERN_OK);
  ASSERT_EQ(host.children.size(), 1u);
  EXPECT_EQ(host.children[0].name, "page.html");
  EXPECT_EQ(host.children[0].bytes, "hello");
}

TEST(Archive, RefusesWhatIsOnlyCalledAnArchive) {
  const Unpacked text("just a text that was declared application/zip", "text/plain");
  EXPECT_EQ(text.rc, POSTERN_E_UNSUPPORTED);
  EXPECT_TRUE(text.findings.empty());
  const Unpacked damaged("PK\3\4\x14\0\0\0\x08\0"s + std::string(10, '\0'), "application/zip");
  EXPECT_EQ(damaged.rc, POSTERN_E_BROKEN);
}

TEST(Archive, ProbesProgramsForAnArchiveBehindThem) {
  RecordingHost plain, self_extracting;
  plain.text = "MZ" + noise(5000);
  plain.detected = self_extracting.detected = "application/x-dosexec";
  self_extracting.text = plain.text + packed(as_zip, {{"virus.com", eicar}});
  EXPECT_EQ(probe(plain.part()), 0);
  EXPECT_GT(probe(self_extracting.part()), 0);
  EXPECT_EQ(unpack(self_extracting), POSTERN_OK);
  ASSERT_EQ(self_extracting.children.size(), 1u);
  EXPECT_EQ(self_extracting.children[0].bytes, eicar);
}

}  // namespace
}  // namespace archive_plugin
