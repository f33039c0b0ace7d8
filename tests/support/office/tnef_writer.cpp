// SPDX-License-Identifier: MIT
#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

std::string padded(std::string text) {
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}

std::string interface_id(char number) {
  std::string id = "\0\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s;
  id[0] = number;
  return id;
}

}  // namespace

std::string little(uint64_t value, size_t width) {
  std::string out;
  for (size_t i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 255);
  return out;
}

MapiProperties& MapiProperties::variable(uint16_t type, uint16_t id, std::string_view bytes) {
  ++count_;
  list_ += little(type, 2) + little(id, 2) + little(1, 4) + little(bytes.size(), 4) + padded(std::string(bytes));
  return *this;
}
MapiProperties& MapiProperties::string8(uint16_t id, std::string_view text) {
  return variable(0x001E, id, std::string(text) + '\0');
}
MapiProperties& MapiProperties::unicode(uint16_t id, std::string_view text) {
  return variable(0x001F, id, utf16(text) + "\0\0"s);
}
MapiProperties& MapiProperties::binary(uint16_t id, std::string_view bytes) {
  return variable(0x0102, id, bytes);
}
MapiProperties& MapiProperties::message(uint16_t id, std::string_view stream) {
  return variable(0x000D, id, "\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s + std::string(stream));
}
MapiProperties& MapiProperties::storage(uint16_t id, std::string_view file) {
  return variable(0x000D, id, interface_id(0x0b) + std::string(file));
}
MapiProperties& MapiProperties::number(uint16_t id, uint32_t value) {
  ++count_;
  list_ += little(3, 2) + little(id, 2) + little(value, 4);
  return *this;
}
MapiProperties& MapiProperties::named(std::string_view name, uint32_t value) {
  ++count_;
  const std::string wide = utf16(name) + "\0\0"s;
  list_ += little(3, 2) + little(0x8001, 2) + std::string(16, '\x29') + little(1, 4) + little(wide.size(), 4) +
           padded(wide) + little(value, 4);
  return *this;
}
std::string MapiProperties::bytes() const {
  return little(count_, 4) + list_;
}

TnefWriter::TnefWriter() : stream_(little(0x223E9F78, 4) + little(1, 2)) {
  attribute(1, 0x00089006, little(0x00010000, 4));           // version of TNEF
  attribute(1, 0x00069007, little(1252, 4) + little(0, 4));  // code page of the names
}

TnefWriter& TnefWriter::attribute(uint8_t level, uint32_t id, std::string_view data, const Lies& lies) {
  uint16_t sum = 0;
  for (const char c : data) sum = static_cast<uint16_t>(sum + static_cast<unsigned char>(c));
  stream_ += little(level, 1) + little(id, 4) + little(lies.length.value_or(static_cast<uint32_t>(data.size())), 4);
  stream_ += data;
  stream_ += little(lies.checksum.value_or(sum), 2);
  return *this;
}

TnefWriter& TnefWriter::message_class(std::string_view name) {
  return attribute(1, 0x00078008, std::string(name) + '\0');
}
TnefWriter& TnefWriter::text(std::string_view body) {
  return attribute(1, 0x0002800C, std::string(body) + '\0');
}
TnefWriter& TnefWriter::message(const MapiProperties& properties) {
  return attribute(1, 0x00069003, properties.bytes());
}
TnefWriter& TnefWriter::rendering() {
  return attribute(2, 0x00069002, little(1, 2) + little(0xFFFFFFFF, 4) + little(0, 2) + little(0, 2) + little(0, 4));
}
TnefWriter& TnefWriter::title(std::string_view name) {
  return attribute(2, 0x00018010, std::string(name) + '\0');
}
TnefWriter& TnefWriter::transport_name(std::string_view name) {
  return attribute(2, 0x00069001, std::string(name) + '\0');
}
TnefWriter& TnefWriter::data(std::string_view bytes, const Lies& lies) {
  return attribute(2, 0x0006800F, bytes, lies);
}
TnefWriter& TnefWriter::properties(const MapiProperties& properties) {
  return attribute(2, 0x00069005, properties.bytes());
}
TnefWriter& TnefWriter::raw(std::string_view bytes) {
  stream_ += bytes;
  return *this;
}

}  // namespace postern::testing
