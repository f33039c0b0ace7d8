// SPDX-License-Identifier: MIT
// Elements of ASN.1 in BER (X.690): tag, length, content, one at a time. In: bytes. Out: places in them. Lengths may be
// indefinite and reach beyond the end; strings may be cut into pieces within pieces. Iterative, every byte is passed
// once; it never fails: where there is no element, there is none.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace postern::pkcs7 {

struct Element {
  unsigned char tag = 0;           // class, form and number: 0x30 is a SEQUENCE
  std::size_t begin = 0, end = 0;  // of the content; indefinite: end is that of the element around it
  bool is_indefinite = false;      // ends with an end-of-contents element
  bool is_cut = false;             // its length reaches beyond the element around it

  bool is_constructed() const { return (tag & 0x20) != 0; }
};

constexpr unsigned char sequence = 0x30, set = 0x31, object_identifier = 0x06, octet_string = 0x04, context_0 = 0xA0,
                        context_1 = 0xA1;

// The element at at, inside what ends at end. nullopt: there is none, or the end-of-contents.
std::optional<Element> element_at(std::string_view bytes, std::size_t at, std::size_t end);
// Where the element behind it begins.
std::size_t behind(std::string_view bytes, const Element& element);

// The pieces of an OCTET STRING, or of one that carries another tag, in order. False: it is damaged.
bool octets(std::string_view bytes, const Element& string, const std::function<void(std::string_view)>& take);

}  // namespace postern::pkcs7
