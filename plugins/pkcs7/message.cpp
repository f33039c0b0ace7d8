// SPDX-License-Identifier: MIT
#include "message.h"

#include <algorithm>

namespace postern::pkcs7 {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view pkcs7 = "\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv;          // 1.2.840.113549.1.7
constexpr std::string_view smime = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"sv;  // 1.2.840.113549.1.9.16.1

enum class Shape {
  octets,    // the content is the OCTET STRING itself
  enclosed,  // a SEQUENCE in which one of the members is the SEQUENCE of a type and a content
  hidden,
  unknown
};

struct Type {
  Kind kind;
  Shape shape;
};

Type type_of(std::string_view oid) {
  const bool is_pkcs7 = oid.size() == pkcs7.size() + 1 && oid.starts_with(pkcs7);
  const bool is_smime = oid.size() == smime.size() + 1 && oid.starts_with(smime);
  const int number = oid.empty() ? 0 : oid.back();
  if (is_pkcs7 && number == 1) return {Kind::clear, Shape::octets};                     // data
  if (is_pkcs7 && (number == 2 || number == 5)) return {Kind::clear, Shape::enclosed};  // signed, digested
  if (is_pkcs7 && (number == 3 || number == 4 || number == 6)) return {Kind::encrypted, Shape::hidden};
  if (is_smime && number == 2) return {Kind::clear, Shape::enclosed};  // authenticated
  if (is_smime && number == 9) return {Kind::compressed, Shape::enclosed};
  if (is_smime && number == 23) return {Kind::encrypted, Shape::hidden};  // authenticated-enveloped
  return {Kind::unknown, Shape::unknown};
}

// The content in [0] of "SEQUENCE { type, [0] content }", if the element is one.
std::optional<Element> content_of(std::string_view bytes, const Element& info, bool& is_info) {
  const auto type = element_at(bytes, info.begin, info.end);
  is_info = info.tag == sequence && type && type->tag == object_identifier;
  if (!is_info) return std::nullopt;
  const auto content = element_at(bytes, type->end, info.end);
  if (!content || content->tag != context_0) return std::nullopt;
  return element_at(bytes, content->begin, content->end);
}

// RFC 5652, 5.1, 7 and 9.1, RFC 3274, 1.1: before the enclosed content stand the version, sets, and algorithms, which
// begin with an object identifier, too, but go on with parameters instead of [0]. The enclosed content is the last such
// SEQUENCE before the certificates and signatures.
void find_enclosed(std::string_view bytes, const Element& body, Message& message) {
  constexpr int most_members = 8;
  bool found = false;
  std::size_t at = body.begin;
  for (int n = 0; n < most_members; ++n) {
    const auto member = element_at(bytes, at, body.end);
    if (!member) break;
    bool is_info = false;
    const auto content = content_of(bytes, *member, is_info);
    found = found || is_info;
    if (content) {
      message.content = content;
      return;
    }
    at = behind(bytes, *member);
  }
  message.is_damaged = !found;
}

}  // namespace

std::optional<Message> read_message(std::string_view bytes) {
  const auto info = element_at(bytes, 0, bytes.size());
  if (!info || info->tag != sequence) return std::nullopt;
  const auto oid = element_at(bytes, info->begin, info->end);
  if (!oid || oid->tag != object_identifier) return std::nullopt;
  const Type type = type_of(bytes.substr(oid->begin, oid->end - oid->begin));
  if (type.shape == Shape::unknown) return std::nullopt;
  Message message;
  message.kind = type.kind;
  if (type.shape == Shape::hidden) return message;
  const auto content = element_at(bytes, oid->end, info->end);
  const auto body =
      content && content->tag == context_0 ? element_at(bytes, content->begin, content->end) : std::optional<Element>();
  if (!body) {
    message.is_damaged = true;
    return message;
  }
  if (type.shape == Shape::octets)
    message.content = body;
  else
    find_enclosed(bytes, *body, message);
  return message;
}

}  // namespace postern::pkcs7
