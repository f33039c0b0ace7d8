// SPDX-License-Identifier: MIT
#include "support/office/xor_samples.h"

#include <array>

#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

constexpr uint16_t initial_code[15] = {0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E,
                                       0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3};
// A row for each character, the last row for the last one; a column for each bit from the lowest.
constexpr uint16_t matrix[15][7] = {
    {0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09}, {0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF},
    {0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0}, {0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40},
    {0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5}, {0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A},
    {0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9}, {0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0},
    {0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC}, {0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10},
    {0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168}, {0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C},
    {0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD}, {0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC},
    {0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4}};
constexpr uint8_t padding[15] = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};

unsigned number(std::string_view bytes, size_t at, size_t size) {
  unsigned value = 0;
  for (size_t n = 0; n < size; ++n)
    value |= static_cast<unsigned>(static_cast<unsigned char>(bytes[at + n])) << (8 * n);
  return value;
}

std::array<unsigned, 16> hiding_bytes(std::string_view password) {
  const unsigned key = xor_key(password);
  std::array<unsigned, 16> bytes{};
  for (size_t n = 0; n < 16; ++n) {
    const unsigned own = n < password.size() ? static_cast<unsigned char>(password[n]) : padding[n - password.size()];
    const unsigned mixed = own ^ (n % 2 == 1 ? key / 256 : key % 256);
    bytes[n] = mixed / 2 + mixed % 2 * 128;
  }
  return bytes;
}

// Of the data of a record, all but its first bytes.
std::string hide(const std::array<unsigned, 16>& with, std::string data, size_t position, size_t clear) {
  for (size_t n = clear; n < data.size(); ++n) {
    const unsigned byte = static_cast<unsigned char>(data[n]), turned = byte * 32 % 256 + byte / 8;
    data[n] = static_cast<char>(turned ^ with[(position + data.size() + n) % 16]);
  }
  return data;
}

}  // namespace

uint16_t xor_verifier(std::string_view password) {
  std::string all = static_cast<char>(password.size()) + std::string(password);
  unsigned hash = 0;
  for (; !all.empty(); all.pop_back()) {
    hash *= 2;
    if (hash >= 0x8000) hash -= 0x7FFF;  // the highest of fifteen bits comes back as the lowest
    hash ^= static_cast<unsigned char>(all.back());
  }
  return static_cast<uint16_t>(hash ^ 0xCE4B);
}

uint16_t xor_key(std::string_view password) {
  unsigned key = initial_code[password.size() - 1];
  for (size_t n = 0; n < password.size(); ++n)
    for (size_t bit = 0; bit < 7; ++bit)
      if (password[n] & 1 << bit) key ^= matrix[15 - password.size() + n][bit];
  return static_cast<uint16_t>(key);
}

std::string xor_workbook(const std::string& stream, std::string_view password, ExcelAge age, XorLies lies) {
  const size_t first = 4 + number(stream, 2, 2);
  const std::string file_pass = (age == ExcelAge::of_97 ? little(0, 2) : "") +
                                little(lies.key != 0 ? lies.key : xor_key(password), 2) +
                                little(xor_verifier(password), 2);
  const std::string record = little(0x2F, 2) + little(file_pass.size(), 2) + file_pass;
  const std::array<unsigned, 16> with = hiding_bytes(password);
  std::string out = stream.substr(0, first) + record;
  for (size_t at = first; at + 4 <= stream.size();) {
    const unsigned id = number(stream, at, 2), size = number(stream, at + 2, 2);
    std::string data = stream.substr(at + 4, size);
    out += stream.substr(at, 4);
    if (id == 0x85) data.replace(0, 4, little(number(data, 0, 4) + record.size(), 4));
    const bool is_clear = id == 0x809 || id == 0xE1;
    out += hide(with, data, out.size(), is_clear ? data.size() : id == 0x85 ? 4 : 0);
    at += 4 + size;
  }
  return out;
}

}  // namespace postern::testing
