// SPDX-License-Identifier: MIT
#include "vba.h"

#include <postern/support/binary.h>

#include <algorithm>
#include <bit>

namespace ole::vba {
namespace {

using namespace std::string_view_literals;
using postern::support::BinaryReader;

constexpr size_t chunk_size = 4096;
constexpr size_t most_modules = 4096;

// 2.4.1.3.19.1: how many bits of a copy token are its offset depends on how much is there already.
unsigned offset_bits(size_t produced) {
  return std::max(4u, static_cast<unsigned>(std::bit_width(produced - 1)));
}

// One chunk; false where a token points before its beginning.
bool unpack_chunk(std::string_view data, std::string& out) {
  out.clear();
  BinaryReader in(data);
  while (in.left() > 0) {
    const unsigned flags = in.u8();
    for (unsigned bit = 0; bit < 8 && in.left() > 0; ++bit) {
      if ((flags >> bit & 1) == 0) {
        out += static_cast<char>(in.u8());
      } else {
        if (in.left() < 2 || out.empty()) return false;
        const unsigned token = in.u16();
        const unsigned length_bits = 16 - offset_bits(out.size());
        const size_t length = (token & ((1u << length_bits) - 1)) + 3;
        const size_t offset = (token >> length_bits) + 1;
        if (offset > out.size()) return false;
        for (size_t n = 0; n < length && out.size() < chunk_size; ++n) out += out[out.size() - offset];
      }
      if (out.size() > chunk_size) return false;
    }
  }
  return true;
}

}  // namespace

bool decompress(std::string_view container, const Sink& sink) {
  constexpr uint8_t signature = 1;
  constexpr unsigned chunk_signature = 3;
  BinaryReader in(container);
  if (in.u8() != signature) return false;
  std::string chunk;
  while (in.left() >= 2) {
    const unsigned header = in.u16();
    if ((header >> 12 & 7) != chunk_signature) return false;
    const size_t size = (header & 0xFFF) + 1;
    const std::string_view data = in.take(size);
    if ((header >> 15) == 0) {
      sink(data);
    } else {
      const bool is_whole = unpack_chunk(data, chunk);
      if (!chunk.empty()) sink(chunk);
      if (!is_whole) return false;
    }
  }
  return !in.failed();
}

std::string decompress(std::string_view container, size_t most) {
  std::string all;
  decompress(container,
             [&](std::string_view piece) { all.append(piece.substr(0, most - std::min(most, all.size()))); });
  return all;
}

std::vector<Module> modules(std::string_view dir) {
  enum Record : uint16_t {
    project_version = 0x0009,
    module_name = 0x0019,
    stream_name = 0x001A,
    procedural = 0x0021,
    document_or_class = 0x0022,
    source_offset = 0x0031,
    stream_name_unicode = 0x0032,
    module_name_unicode = 0x0047,
    end_of_module = 0x002B,
  };
  std::vector<Module> all;
  Module module;
  for (BinaryReader in(dir); in.left() >= 6 && all.size() < most_modules;) {
    const uint16_t id = in.u16();
    const uint32_t size = in.u32();
    if (id == project_version) {  // its size is a constant that does not count all of it
      in.skip(6);
      continue;
    }
    const std::string_view data = in.take(size);
    switch (id) {
      case module_name:
        module = {};
        module.name = data;
        break;
      case module_name_unicode:
        module.name = postern::support::utf8_of_utf16(data);
        break;
      case stream_name:
        module.stream = data;
        break;
      case stream_name_unicode:
        module.stream = postern::support::utf8_of_utf16(data);
        break;
      case source_offset:
        module.offset = BinaryReader(data).u32();
        break;
      case document_or_class:
        module.is_document = true;
        break;
      case procedural:
        module.is_document = false;
        break;
      case end_of_module:
        if (!module.stream.empty()) all.push_back(module);
        module = {};
        break;
      default:
        break;
    }
  }
  return all;
}

std::optional<size_t> find_source(std::string_view stream) {
  // The container's signature, the chunk's header, the flags of eight literal bytes.
  constexpr std::string_view beginning = "\0Attribut"sv;
  for (size_t at = stream.find(beginning); at != stream.npos; at = stream.find(beginning, at + 1))
    if (at >= 3 && stream[at - 3] == 1) return at - 3;
  return std::nullopt;
}

}  // namespace ole::vba
