// SPDX-License-Identifier: MIT
#include "support/archives.h"

#include <archive.h>
#include <archive_entry.h>
#include <brotli/encode.h>
#include <locale.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>

namespace postern::testing {
namespace {

std::string big(uint64_t value, unsigned size) {
  std::string out = little(value, size);
  std::reverse(out.begin(), out.end());
  return out;
}

std::string zlib_stream(const std::string& content) {
  uLongf size = ::compressBound(content.size());
  std::string out(size, '\0');
  if (::compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(content.data()),
                 content.size()) != Z_OK)
    throw std::runtime_error("compress");
  out.resize(size);
  return out;
}

std::string octal(uint64_t value, int width) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%0*llo", width, static_cast<unsigned long long>(value));
  return digits;
}

std::string padded(std::string text, size_t size, char with = '\0') {
  text.resize(std::max(size, text.size()), with);
  return text;
}

std::string rounded(std::string text, size_t unit) {
  text.resize((text.size() + unit - 1) / unit * unit);
  return text;
}

std::string written_by(const char* format, const char* filter, const std::vector<File>& files,
                       const std::string& options = {}) {
  const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), before = ::uselocale(utf8);
  std::string out;
  const std::unique_ptr<archive, int (*)(archive*)> a(::archive_write_new(), ::archive_write_free);
  const auto check = [&](int code) {
    if (code < ARCHIVE_WARN) throw std::runtime_error(std::string("libarchive: ") + ::archive_error_string(a.get()));
  };
  check(::archive_write_set_format_by_name(a.get(), format));
  if (filter) check(::archive_write_add_filter_by_name(a.get(), filter));
  if (!options.empty()) check(::archive_write_set_options(a.get(), options.c_str()));
  check(::archive_write_set_bytes_in_last_block(a.get(), 1));
  check(::archive_write_open2(
      a.get(), &out, nullptr,
      [](archive*, void* to, const void* bytes, size_t size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr, nullptr));
  for (const File& file : files) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(::archive_entry_new(), ::archive_entry_free);
    ::archive_entry_set_pathname(entry.get(), file.name.c_str());
    ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    ::archive_entry_set_filetype(entry.get(), AE_IFREG);
    ::archive_entry_set_perm(entry.get(), 0644);
    check(::archive_write_header(a.get(), entry.get()));
    if (::archive_write_data(a.get(), file.content.data(), file.content.size()) < 0) check(ARCHIVE_FATAL);
  }
  check(::archive_write_close(a.get()));
  ::uselocale(before);
  ::freelocale(utf8);
  return out;
}

// Part of a header that is the same in both places.
std::string common(const ZipEntry& e) {
  return little(e.flags, 2) + little(e.method, 2) + little(0x5a215a21, 4) + little(e.crc, 4) +
         little(e.packed_size, 4) + little(e.size, 4) + little(e.name.size(), 2) + little(e.extra.size(), 2);
}

}  // namespace

std::string little(uint64_t value, unsigned size) {
  std::string out;
  for (; size > 0; --size, value >>= 8) out += static_cast<char>(value & 0xff);
  return out;
}

std::string from_hex(std::string_view digits) {
  std::string out;
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return out;
}

uint32_t crc32_of(std::string_view bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// ---- ZIP

ZipEntry stored_entry(const std::string& name, const std::string& content) {
  return {name, content, 0, 0, crc32_of(content), content.size(), content.size(), "", 0};
}

ZipEntry deflated_entry(const std::string& name, const std::string& content) {
  const std::string packed = deflated(content);
  return {name, packed, 8, 0, crc32_of(content), packed.size(), content.size(), "", 0};
}

std::string local_header(const ZipEntry& e) {
  return "PK\3\4" + little(20, 2) + common(e) + e.name + e.extra;
}

std::string central_header(const ZipEntry& e, uint64_t offset, uint16_t disk) {
  return "PK\1\2" + little(0x0314, 2) + little(20, 2) + common(e) + little(0, 2) + little(disk, 2) + little(0, 2) +
         little(e.attributes, 4) + little(offset, 4) + e.name + e.extra;
}

std::string end_record(size_t entries, size_t size, size_t offset, const std::string& comment, uint16_t disk) {
  return "PK\5\6" + little(disk, 2) + little(disk, 2) + little(entries, 2) + little(entries, 2) + little(size, 4) +
         little(offset, 4) + little(comment.size(), 2) + comment;
}

std::string zip_of(const std::vector<ZipEntry>& entries, const std::string& comment) {
  std::string out, directory;
  for (const ZipEntry& e : entries) {
    directory += central_header(e, out.size());
    out += local_header(e) + e.packed;
  }
  const size_t offset = out.size();
  return out + directory + end_record(entries.size(), directory.size(), offset, comment);
}

std::string deflated(const std::string& content) {
  z_stream z{};
  if (::deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string out(::deflateBound(&z, content.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  ::deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  ::deflateEnd(&z);
  return out;
}

std::string stored_block(std::string_view bytes, bool is_last) {
  return std::string(1, is_last ? '\1' : '\0') + little(bytes.size(), 2) + little(~bytes.size(), 2) +
         std::string(bytes);
}

std::string overlapping_zip(const ZipEntry& first, size_t members, size_t zeros) {
  const std::string kernel(zeros, '\0');
  std::string body = deflated(kernel);  // the file from the innermost member's header on, built from its end
  ZipEntry inner{"z", "", 8, 0, crc32_of(kernel), body.size(), zeros, "", 0};
  std::vector<ZipEntry> entries;
  std::vector<size_t> from_end;
  for (size_t n = 0; n < members; ++n) {
    inner.name = "z" + std::to_string(n);
    const std::string header = local_header(inner);
    entries.push_back(inner);
    body = header + body;
    from_end.push_back(body.size());
    // The next one outwards has this header as a stored block in front of this one's bytes.
    const auto inner_size = static_cast<z_off_t>(inner.size);
    inner.crc = static_cast<uint32_t>(::crc32_combine(crc32_of(header), inner.crc, inner_size));
    inner.size += header.size();
    const std::string quote = stored_block(header, false).substr(0, 5);
    body = quote + body;
    inner.packed_size = body.size();
  }
  body.erase(0, 5);  // nobody quotes the outermost
  std::string out = local_header(first) + first.packed, directory = central_header(first, 0);
  const size_t end = out.size() + body.size();
  for (size_t n = members; n-- > 0;) directory += central_header(entries[n], end - from_end[n]);
  out += body;
  return out + directory + end_record(members + 1, directory.size(), end);
}

// ---- tar, cpio

std::string tar_of(const std::vector<TarEntry>& entries) {
  std::string out;
  for (const TarEntry& e : entries) {
    const uint64_t size = e.claim.value_or(e.content.size());
    std::string head =
        padded(e.name.substr(0, 100), 100) + octal(e.mode, 7) + '\0' + octal(0, 7) + '\0' + octal(0, 7) + '\0';
    head += size < 1ull << 33 ? octal(size, 11) + '\0' : "\x80" + std::string(3, '\0') + big(size, 8);
    head += octal(0, 11) + '\0' + "        " + e.type + padded(e.link.substr(0, 100), 100) + "ustar" + '\0' + "00";
    head = padded(head, 512);
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    head.replace(148, 8, octal(sum, 6) + '\0' + ' ');
    out += head + rounded(e.content, 512);
  }
  return out + std::string(1024, '\0');
}

std::string cpio_of(const std::vector<TarEntry>& entries) {
  std::string out;
  const auto add = [&](const TarEntry& e) {
    char head[128];
    std::snprintf(head, sizeof head, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1u, e.mode, 0u, 0u,
                  1u, 0u, static_cast<unsigned>(e.content.size()), 0u, 0u, 0u, 0u,
                  static_cast<unsigned>(e.claim.value_or(e.name.size() + 1)), 0u);
    out += rounded(head + e.name + '\0', 4);
    out = rounded(out, 4);
    out = rounded(out + e.content, 4);
  };
  for (const TarEntry& e : entries) add(e);
  add({"TRAILER!!!", "", '0', "", 0, {}});
  return out;
}

// ---- RPM, xar

std::string rpm_of(const std::string& payload) {
  const std::string lead = padded(std::string("\xed\xab\xee\xdb\x03\0\0\0\0\x01name-1", 16), 96);
  const std::string header = std::string("\x8e\xad\xe8\x01\0\0\0\0", 8) + big(1, 4) + big(8, 4) + big(1000, 4) +
                             big(6, 4) + big(0, 4) + big(1, 4) + std::string("name\0\0\0\0", 8);
  return lead + header + header + payload;  // the signature ends at a border of 8 bytes
}

std::string xar_of(const std::vector<XarEntry>& entries) {
  std::string heap, files;
  for (size_t i = 0; i < entries.size(); ++i) {
    const XarEntry& e = entries[i];
    const std::string size = std::to_string(e.content.size());
    files += "<file id=\"" + std::to_string(i + 1) + "\"><data><length>" + size + "</length><offset>" +
             std::to_string(heap.size()) + "</offset><size>" + size +
             "</size><encoding style=\"application/octet-stream\"/></data>" + e.more + "<type>" + e.type +
             "</type><mode>0644</mode><name>" + e.name + "</name></file>";
    heap += e.content;
  }
  const std::string toc = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xar><toc>" + files + "</toc></xar>";
  const std::string packed = zlib_stream(toc);
  return "xar!" + big(28, 2) + big(1, 2) + big(packed.size(), 8) + big(toc.size(), 8) + big(0, 4) + packed + heap;
}

std::string packed_by(const std::string& format, const std::vector<File>& files, const std::string& options) {
  return written_by(format.c_str(), nullptr, files, options);
}

// ---- streams

namespace {

std::string zisofs_of(const std::string& content) {
  constexpr size_t block = 32768, head = 16;
  const size_t blocks = (content.size() + block - 1) / block;
  const auto place = [&](const std::string& data) { return little(head + (blocks + 1) * 4 + data.size(), 4); };
  std::string table, data;
  for (size_t at = 0; at < content.size(); at += block) {
    const std::string piece = content.substr(at, block);
    uLongf size = ::compressBound(piece.size());
    std::string packed(size, '\0');
    ::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(piece.data()),
               piece.size());
    table += place(data);
    data += packed.substr(0, size);
  }
  return "\x37\xe4\x53\x96\xc9\xdb\xd6\x07" + little(content.size(), 4) + std::string("\4\x0f\0\0", 4) + table +
         place(data) + data;
}

}  // namespace

std::string stream_of(const std::string& compression, const std::string& content) {
  if (compression == "brotli") {
    size_t size = ::BrotliEncoderMaxCompressedSize(content.size()) + 64;
    std::string out(size, '\0');
    if (!::BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, content.size(),
                                 reinterpret_cast<const uint8_t*>(content.data()), &size,
                                 reinterpret_cast<uint8_t*>(out.data())))
      throw std::runtime_error("brotli");
    out.resize(size);
    return out;
  }
  if (compression == "lzop") {  // one stored block
    const std::string head = big(0x1040, 2) + big(0x20a0, 2) + big(0x0940, 2) + "\x01\x05" + big(0, 4) +
                             big(0100644, 4) + big(0, 4) + big(0, 4) + '\0';
    return std::string("\x89LZO\0\r\n\x1a\n", 9) + head +
           big(::adler32_z(1, reinterpret_cast<const Bytef*>(head.data()), head.size()), 4) + big(content.size(), 4) +
           big(content.size(), 4) + content + big(0, 4);
  }
  if (compression == "zisofs") return zisofs_of(content);
  return written_by("raw", compression.c_str(), {{"data", content}});
}

}  // namespace postern::testing
