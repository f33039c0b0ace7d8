// SPDX-License-Identifier: MIT
// Another parser's opinion: on well-formed mail, GMime and ours must find the same leaves with the same bytes.
#include <gmime/gmime.h>
#include <gtest/gtest.h>

#include <random>

#include "content.h"
#include "parser.h"

namespace postern::mime {
namespace {

struct Leaf {
  std::string type, text;
  bool operator==(const Leaf&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Leaf& leaf) {
  return out << leaf.type << " [" << leaf.text << "]";
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
    return leaf();
  }
  std::string multipart(int depth) {
    static const char* const kinds[] = {"mixed", "alternative", "related", "signed", "x-other"};
    const std::string boundary = "=_b" + std::to_string(number_++) + "/?' x";
    std::string text =
        std::string("Content-Type: multipart/") + kinds[pick(5)] + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    if (pick(2)) text += "This is the preamble\r\n";
    const int n = 1 + pick(4);
    for (int i = 0; i < n; ++i) text += "--" + boundary + (pick(5) ? "" : " ") + "\r\n" + entity(depth + 1) + "\r\n";
    text += "--" + boundary + "--\r\n";
    if (pick(3) == 0) text += "epilogue\r\n";
    return text;
  }
  std::string leaf() {
    static const char* const types[] = {"text/plain; charset=utf-8", "TEXT/HTML", "image/png; name=\"a b.png\"",
                                        "application/octet-stream"};
    std::string head = pick(5) ? std::string("Content-Type: ") + types[pick(4)] + "\r\n" : "";
    switch (pick(4)) {
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
  std::string bytes() {
    std::string out(static_cast<size_t>(pick(400)), 'x');
    for (char& c : out) c = static_cast<char>(random_());
    return out;
  }
  std::string lines() {
    std::string out;
    for (int n = pick(6); n > 0; --n)
      out += std::string(static_cast<size_t>(pick(70)), static_cast<char>('a' + pick(26))) + (pick(4) ? "" : "-- x") +
             "\r\n";
    return out;
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

std::vector<Leaf> ours(const std::string& mail) {
  std::vector<Leaf> leaves;
  const Message message = parse(mail);
  for (const Part& p : message.parts) {
    if (p.is_container || !p.role.empty()) continue;
    Leaf leaf{p.type, ""};
    decode(p.encoding, message.raw(p, mail), [&](std::string_view piece) { leaf.text += piece; });
    leaves.push_back(std::move(leaf));
  }
  return leaves;
}

std::vector<Leaf> theirs(const std::string& mail) {
  std::vector<Leaf> leaves;
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(mail.data(), mail.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  g_mime_message_foreach(
      message,
      [](GMimeObject*, GMimeObject* object, gpointer user) {
        if (!GMIME_IS_PART(object)) return;
        GMimeContentType* type = g_mime_object_get_content_type(object);
        gchar* name = g_mime_content_type_get_mime_type(type);
        gchar* low = g_ascii_strdown(name, -1);
        GMimeStream* out = g_mime_stream_mem_new();
        if (GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(object)))
          g_mime_data_wrapper_write_to_stream(content, out);
        const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
        static_cast<std::vector<Leaf>*>(user)->push_back(
            {low, std::string(reinterpret_cast<const char*>(array->data), array->len)});
        g_object_unref(out);
        g_free(low);
        g_free(name);
      },
      &leaves);
  g_object_unref(message);
  g_object_unref(parser);
  g_object_unref(stream);
  return leaves;
}

TEST(Gmime, FindsTheSameLeavesInWellFormedMail) {
  g_mime_init();
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    const std::string mail = Author(seed).mail();
    ASSERT_EQ(ours(mail), theirs(mail)) << "seed " << seed << "\n" << mail;
    for (const PartDefect& d : parse(mail).defects)
      EXPECT_NE(d.category, POSTERN_CAT_AMBIGUOUS) << "seed " << seed << " " << d.code << "\n" << mail;
  }
  g_mime_shutdown();
}

}  // namespace
}  // namespace postern::mime
