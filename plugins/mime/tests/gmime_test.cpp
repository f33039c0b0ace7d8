// SPDX-License-Identifier: MIT
// Another parser's opinion: on well-formed mail, GMime and ours must find the same tree with the same bytes and names;
// on malformed mail, ours must find at least the payloads that GMime finds.
#include <gmime/gmime.h>
#include <gtest/gtest.h>

#include <random>

#include "content.h"
#include "parser.h"

namespace postern::mime {
namespace {

// A part of the tree: how deep it is, its type, and of a leaf the decoded bytes.
struct Leaf {
  int depth = 0;
  std::string type, text, name;
  bool operator==(const Leaf&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Leaf& leaf) {
  return out << std::string(static_cast<size_t>(leaf.depth), ' ') << leaf.type << " " << leaf.name << " [" << leaf.text
             << "]";
}

// Writes random mails that obey the RFCs.
class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}
  std::string mail() { return "From: a@example.org\r\nSubject: test\r\nMIME-Version: 1.0\r\n" + entity(0); }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  std::string entity(int depth) {
    if (depth == 0 || (depth < 6 && pick(3) == 0)) return multipart(depth);
    if (depth < 5 && pick(6) == 0) return message(depth);
    return leaf();
  }
  std::string multipart(int depth) {
    static const char* const kinds[] = {"mixed", "alternative", "related", "signed", "x-other", "digest", "report"};
    const std::string kind = kinds[pick(7)];
    const std::string boundary = "=_b" + std::to_string(number_++) + "/?' x";
    std::string text = "Content-Type: multipart/" + kind + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    if (pick(2)) text += "This is the preamble\r\n";
    const int n = 1 + pick(4);
    for (int i = 0; i < n; ++i)
      text += "--" + boundary + (pick(5) ? "" : " ") + "\r\n" +
              (kind == "digest" ? "\r\n" + mail_inside(depth + 1) : entity(depth + 1)) + "\r\n";
    text += "--" + boundary + "--\r\n";
    if (pick(3) == 0) text += "epilogue\r\n";
    return text;
  }
  std::string mail_inside(int depth) {
    return "From: b@example.org\r\nSubject: " + std::to_string(number_++) + "\r\nMIME-Version: 1.0\r\n" +
           (pick(2) ? leaf() : multipart(depth + 1));
  }
  std::string message(int depth) {
    static const char* const fields[] = {"", "Content-Disposition: attachment\r\n",
                                         "Content-Transfer-Encoding: 8bit\r\n"};
    return std::string("Content-Type: message/rfc822\r\n") + fields[pick(3)] + "\r\n" + mail_inside(depth + 1);
  }
  // Fields that give the part a name, in every form that RFC 2047 and RFC 2231 know.
  std::string disposition() {
    static const char* const forms[] = {
        "",
        "Content-Disposition: attachment; filename=plain.txt\r\n",
        "Content-Disposition: attachment;\r\n filename=\"with blank.txt\"; size=3\r\n",
        "Content-Disposition: inline; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt\r\n",
        "Content-Disposition: attachment; filename*=iso-8859-1'en'%A3%20rates.txt\r\n",
        ("Content-Disposition: attachment;\r\n filename*0*=utf-8''a%20long%20;\r\n filename*1=\"name of \";\r\n "
         "filename*2*=%E2%82%AC.txt\r\n"),
        "Content-Disposition: attachment; filename=\"=?utf-8?B?R3LDvMOfZS50eHQ=?=\"\r\n",
        "Content-Disposition: attachment; filename=\"=?iso-8859-1?Q?Gr=FC=DFe=2Etxt?=\"\r\n",
        "Content-Disposition: attachment; filename=\"a\\\"b.txt\"\r\n",
    };
    return forms[pick(9)];
  }
  std::string leaf() {
    static const char* const types[] = {"text/plain; charset=utf-8",
                                        "TEXT/HTML",
                                        "image/png",
                                        "application/octet-stream",
                                        "text/plain; charset=\"iso-8859-1\"; format=flowed",
                                        "text/x-csrc;\r\n\tcharset=windows-1252",
                                        "text/plain; charset=us-ascii (plain)"};
    std::string head = pick(5) ? std::string("Content-Type: ") + types[pick(7)] + "\r\n" : "";
    head += disposition();
    switch (pick(6)) {
      case 4:
        return head + "Content-Transfer-Encoding: 8bit\r\n\r\n" +
               "Gr\xC3\xBC\xC3\x9F"
               "e, \xA4\r\n" +
               lines();
      case 5:
        return head + "Content-Transfer-Encoding: x-uuencode\r\n\r\n" + uuencoded(bytes());
      case 0:
        return head + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(bytes());
      case 1:
        return head + "Content-Transfer-Encoding: Quoted-Printable\r\n\r\n" + quoted_printable(bytes());
      case 2:
        return head + "Content-Transfer-Encoding: 7bit\r\n\r\n" + lines();
      default:
        return head + "\r\n" + lines();
    }
  }
  // In every leaf: what the damage may leave whole.
  std::string payload() { return "<payload " + std::to_string(number_++) + ">"; }
  std::string bytes() {
    std::string out(static_cast<size_t>(pick(400)), 'x');
    for (char& c : out) c = static_cast<char>(random_());
    return out.insert(out.size() / 2, payload());
  }
  std::string lines() {
    std::string out = pick(4) ? payload() + "\r\n" : "";
    for (int n = pick(6); n > 0; --n)
      out += std::string(static_cast<size_t>(pick(70)), static_cast<char>('a' + pick(26))) + (pick(4) ? "" : "-- x") +
             "\r\n";
    return out;
  }
  static std::string uuencoded(const std::string& data) {
    std::string out = "begin 644 a\r\n";
    for (size_t at = 0; at < data.size(); at += 45) {
      const std::string line = data.substr(at, 45);
      out += static_cast<char>(' ' + line.size());
      for (size_t i = 0; i < line.size(); i += 3) {
        const auto byte = [&](size_t n) { return i + n < line.size() ? static_cast<unsigned char>(line[i + n]) : 0u; };
        const unsigned group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (const int shift : {18, 12, 6, 0})
          out += (group >> shift & 63) ? static_cast<char>(' ' + (group >> shift & 63)) : '`';
      }
      out += "\r\n";
    }
    return out + "`\r\nend\r\n";
  }
  static std::string base64(const std::string& data) {
    gchar* encoded = g_base64_encode(reinterpret_cast<const guchar*>(data.data()), data.size());
    std::string all(encoded), out;
    g_free(encoded);
    for (size_t i = 0; i < all.size(); i += 76) out += all.substr(i, 76) + "\r\n";
    return out;
  }
  std::string quoted_printable(const std::string& data) {
    std::string out;
    char escape[4];
    size_t width = 0;
    for (const char c : data) {
      if (width > 70) {
        out += "=\r\n";
        width = 0;
      }
      if (c > ' ' && c < 127 && c != '=' && c != '-') {
        out += c;
        ++width;
      } else {
        std::snprintf(escape, sizeof escape, "=%02X", static_cast<unsigned char>(c));
        out += escape;
        width += 3;
      }
    }
    return out;
  }

  std::mt19937 random_;
  int number_ = 0;
};

void ours(const std::string& mail, int depth, std::vector<Leaf>& to) {
  const Message message = parse(mail);
  std::vector<int> depths;
  for (const Part& p : message.parts) {
    depths.push_back(p.parent == Part::message ? depth : depths[p.parent] + 1);
    if (!p.role.empty()) continue;
    Leaf leaf{depths.back(), p.type, "", p.names.empty() ? "" : p.names.front()};
    for (const std::string& name : p.names)  // an encoded word stands in front of what it means
      if (leaf.name.find("=?") != std::string::npos && name.find("=?") == std::string::npos) leaf.name = name;
    if (!p.is_container) decode(p.encoding, message.raw(p, mail), [&](std::string_view piece) { leaf.text += piece; });
    if (p.type != "message/rfc822") {
      to.push_back(std::move(leaf));
      continue;
    }
    const std::string inside = std::exchange(leaf.text, "");
    const int inner = leaf.depth + 1;
    to.push_back(std::move(leaf));
    ours(inside, inner, to);  // as the host does
  }
}

std::string bytes_of(GMimeDataWrapper* content) {
  if (!content) return {};
  GMimeStream* out = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, out);
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
  std::string bytes(reinterpret_cast<const char*>(array->data), array->len);
  g_object_unref(out);
  return bytes;
}

void theirs(GMimeObject* object, int depth, std::vector<Leaf>& to) {
  gchar* name = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
  gchar* low = g_ascii_strdown(name, -1);
  Leaf leaf{depth, low, "", ""};
  g_free(low);
  g_free(name);
  if (const char* file = g_mime_object_get_content_disposition_parameter(object, "filename")) leaf.name = file;
  if (GMIME_IS_PART(object)) leaf.text = bytes_of(g_mime_part_get_content(GMIME_PART(object)));
  to.push_back(std::move(leaf));
  if (GMIME_IS_MULTIPART(object)) {
    GMimeMultipart* multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i)
      theirs(g_mime_multipart_get_part(multipart, i), depth + 1, to);
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (message && g_mime_message_get_mime_part(message)) theirs(g_mime_message_get_mime_part(message), depth + 1, to);
  }
}

std::vector<Leaf> ours(const std::string& mail) {
  std::vector<Leaf> tree;
  ours(mail, 0, tree);
  return tree;
}

std::vector<Leaf> theirs(const std::string& mail) {
  std::vector<Leaf> tree;
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(mail.data(), mail.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  if (message && g_mime_message_get_mime_part(message)) theirs(g_mime_message_get_mime_part(message), 0, tree);
  if (message) g_object_unref(message);
  g_object_unref(parser);
  g_object_unref(stream);
  return tree;
}

class Gmime : public ::testing::Test {
 protected:
  Gmime() { g_mime_init(); }
};

TEST_F(Gmime, FindsTheSameTreeInWellFormedMail) {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    const std::string mail = Author(seed).mail();
    ASSERT_EQ(ours(mail), theirs(mail)) << "seed " << seed << "\n" << mail;
    for (const PartDefect& d : parse(mail).defects)
      EXPECT_NE(d.category, POSTERN_CAT_AMBIGUOUS) << "seed " << seed << " " << d.code << "\n" << mail;
  }
}

// One to three faults: bytes taken out, doubled, replaced by what matters in MIME, lines swapped or lost.
std::string damaged(std::string mail, unsigned seed) {
  static const char* const tokens[] = {
      "--", "\r\n", "\"", ";", ":", " ", "\r\n\r\n", "Content-Type: text/plain\r\n", "=", "boundary=", "(", "\t"};
  std::mt19937 random(seed);
  for (auto n = 1 + random() % 3; n > 0 && mail.size() > 200; --n) {
    const size_t at = random() % (mail.size() - 100), length = random() % 40;
    switch (random() % 4) {
      case 0:
        mail.erase(at, length);
        break;
      case 1:
        mail.insert(at, mail.substr(at, length));
        break;
      case 2:
        mail.replace(at, random() % 3, tokens[random() % std::size(tokens)]);
        break;
      default:
        const size_t line = mail.find("\r\n", at);
        if (line != std::string::npos) mail.erase(line, mail.find("\r\n", line + 2) - line);
    }
  }
  return mail;
}

// Everything that our parts hold, messages opened as the host opens them.
void all_of_ours(const std::string& mail, int depth, std::string& to) {
  const Message message = parse(mail);
  for (const Part& p : message.parts) {
    if (p.is_container) continue;
    for (const Damage damage : {Damage::first_reading, Damage::second_reading}) {
      std::string text;
      decode(
          p.encoding, message.raw(p, mail), [&](std::string_view piece) { text += piece; }, damage);
      to += text + '\0';
      if (p.type.starts_with("message/") && depth < 10) all_of_ours(text, depth + 1, to);
    }
  }
}

std::vector<std::string> payloads(const std::string& text) {
  std::vector<std::string> all;
  for (size_t at = 0; (at = text.find("<payload ", at)) != std::string::npos; ++at)
    if (const size_t end = text.find('>', at); end != std::string::npos && end < at + 20)
      all.push_back(text.substr(at, end - at + 1));
  return all;
}

TEST_F(Gmime, FindsNoPayloadInMalformedMailThatOursDoesNot) {
  size_t compared = 0;
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    const std::string mail = damaged(Author(seed).mail(), seed);
    std::string all;
    all_of_ours(mail, 0, all);
    for (const Leaf& leaf : theirs(mail))
      for (const std::string& payload : payloads(leaf.text)) {
        EXPECT_NE(all.find(payload), std::string::npos) << "seed " << seed << " " << payload << "\n" << mail;
        ++compared;
      }
  }
  EXPECT_GT(compared, 3000u);
}

}  // namespace
}  // namespace postern::mime
