// SPDX-License-Identifier: MIT
#include "pgp.h"

#include <postern/support/header_fields.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace postern::encoded {

namespace s = postern::support;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view begin_mark = "-----BEGIN PGP MESSAGE";  // "PART 1/2" may follow

// RFC 9580, 5; the numbers of packets that a message consists of.
constexpr unsigned session_key = 1, signature = 2, password_key = 3, one_pass_signature = 4, compressed = 8,
                   encrypted = 9, marker = 10, encrypted_with_integrity = 18, encrypted_with_aead = 20;

struct Packet {
  unsigned tag = 0;
  std::string_view body;  // as far as it is there; of one in chunks the first chunk
  bool is_cut = false;    // or in chunks, or without length: what follows is no packet
};

std::uint32_t number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

class Packets {
 public:
  explicit Packets(std::string_view bytes) : rest_(bytes) {}

  std::optional<Packet> next() {
    const std::uint32_t head = take(1);
    if ((head & 0x80) == 0) return std::nullopt;
    const bool is_new = head & 0x40;
    Packet packet;
    packet.tag = is_new ? head & 0x3F : (head >> 2) & 0x0F;
    std::uint64_t length = is_new ? new_length(packet) : old_length(head & 3, packet);
    if (is_over_) return std::nullopt;
    packet.is_cut = packet.is_cut || length > rest_.size();
    length = std::min<std::uint64_t>(length, rest_.size());
    packet.body = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return packet;
  }
  bool is_at_end() const { return rest_.empty(); }

 private:
  // 4.2.2
  std::uint64_t old_length(unsigned kind, Packet& packet) {
    if (kind < 3) return take(std::size_t{1} << kind);
    packet.is_cut = true;
    return rest_.size();
  }
  // 4.2.1
  std::uint64_t new_length(Packet& packet) {
    const std::uint32_t first = take(1);
    if (first < 192) return first;
    if (first < 224) return (std::uint64_t{first - 192} << 8) + take(1) + 192;
    if (first == 255) return take(4);
    packet.is_cut = true;
    return std::uint64_t{1} << (first & 0x1F);
  }
  std::uint32_t take(std::size_t bytes) {
    is_over_ = is_over_ || rest_.size() < bytes;
    if (is_over_) return 0;
    const std::uint32_t value = number(rest_.substr(0, bytes));
    rest_.remove_prefix(bytes);
    return value;
  }

  std::string_view rest_;
  bool is_over_ = false;
};

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 256u;
}

bool is_public_key_algorithm(unsigned id) {
  return (id >= 1 && id <= 3) || (id >= 16 && id <= 20) || id == 25 || id == 26;
}

// 5.1: who may have the key of the message.
bool is_session_key(std::string_view body) {
  switch (byte_at(body, 0)) {
    case 2:
    case 3:
      return is_public_key_algorithm(byte_at(body, 9));
    case 6:
      return is_public_key_algorithm(byte_at(body, 2 + byte_at(body, 1)));
    default:
      return false;
  }
}

// 5.3: how the key comes out of a password.
bool is_password_key(std::string_view body) {
  const unsigned version = byte_at(body, 0), cipher = byte_at(body, version == 4 ? 1 : version == 5 ? 1 : 2);
  return version >= 4 && version <= 6 && cipher >= 1 && cipher <= 13 && body.size() >= 4;
}

// 6.2: fields, an empty line, the data, its checksum behind "=".
std::size_t behind_armor_fields(std::string_view text, std::size_t at) {
  for (std::string_view line; !(line = s::line_at(text, at)).empty(); at += line.size()) {
    const std::string_view content = s::trim(line);
    if (content.empty()) return at + line.size();
    if (content.find(": ") == content.npos) return at;
  }
  return at;
}

}  // namespace

PgpContent pgp_content(std::string_view bytes, bool is_declared) {
  Packets packets(bytes);
  bool has_key = false;
  while (const auto packet = packets.next()) {
    switch (packet->tag) {
      case marker:
        if (packet->body != "PGP"sv) return PgpContent::none;
        break;
      case session_key:
      case password_key:
        if (packet->tag == session_key ? !is_session_key(packet->body) : !is_password_key(packet->body))
          return PgpContent::none;
        has_key = true;
        break;
      case encrypted:
      case encrypted_with_integrity:
      case encrypted_with_aead: {
        const unsigned version = byte_at(packet->body, 0);
        if (packet->tag != encrypted && version != 1 && version != 2) return PgpContent::none;
        const bool is_whole = packets.is_at_end() && !packet->is_cut;
        return has_key || (is_whole && is_declared) || (is_whole && packet->tag != encrypted) ? PgpContent::encrypted
                                                                                              : PgpContent::none;
      }
      case one_pass_signature:
      case signature:
        break;
      case compressed:
        return is_declared && byte_at(packet->body, 0) <= 3 ? PgpContent::compressed : PgpContent::none;
      default:  // literal data, keys
        return PgpContent::none;
    }
    if (packet->is_cut) break;
  }
  return has_key && is_declared ? PgpContent::encrypted : PgpContent::none;  // cut behind the keys
}

std::vector<std::string> armored_pgp_messages(std::string_view text) {
  std::vector<std::string> messages;
  for (std::size_t at = 0; (at = text.find(begin_mark, at)) != text.npos;) {
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    at += s::line_at(text, at).size();
    if (!begins_line) continue;
    const std::size_t begin = at = behind_armor_fields(text, at);
    for (std::string_view line; !(line = s::line_at(text, at)).empty(); at += line.size())
      if (line.starts_with('=') || !s::is_base64(s::trim(line))) break;
    std::string bytes = s::decode_base64(text.substr(begin, at - begin));
    if (!bytes.empty()) messages.push_back(std::move(bytes));
  }
  return messages;
}

}  // namespace postern::encoded
