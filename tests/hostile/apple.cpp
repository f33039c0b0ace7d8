// SPDX-License-Identifier: MIT
// B-35: a file of a Macintosh as two parts of a mail, its resource fork and its data (RFC 1740). Readers on other
// systems show one of them, and not the same one.
#include "hostile/recipe.h"

namespace postern::testing {
namespace {

std::string big_endian(size_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 255);
  return out;
}

// AppleDouble: a header with the entries that are not the data. 2: the resource fork, 3: the name.
std::string apple_double(const std::string& resource) {
  const std::string name = "setup.com";
  const size_t begin = 26 + 2 * 12;
  return big_endian(0x00051607, 4) + big_endian(0x00020000, 4) + std::string(16, '\0') + big_endian(2, 2) +
         big_endian(3, 4) + big_endian(begin, 4) + big_endian(name.size(), 4) + big_endian(2, 4) +
         big_endian(begin + name.size(), 4) + big_endian(resource.size(), 4) + name + resource;
}

std::string part(const std::string& type, const std::string& bytes) {
  return "--A\r\nContent-Type: " + type + "; name=setup.com\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         base64(bytes) + "\r\n";
}

std::string double_of(const std::string& first, const std::string& second) {
  return "From: sender@example.org\r\nTo: recipient@example.org\r\nSubject: a file\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/appledouble; boundary=A\r\n\r\n" +
         first + second + "--A--\r\n";
}

Recipe recipe(const std::string& name, const std::string& trick, const std::string& mail) {
  Recipe recipe;
  recipe.name = "mime-" + name;
  recipe.trick = trick;
  recipe.mail = [mail] { return mail; };
  recipe.is_ordinary = true;
  recipe.also = {"banned"};  // as a program it may not pass, whichever fork it stands in
  return recipe;
}

}  // namespace

std::vector<Recipe> apple_recipes() {
  const std::string type = "application/applefile", other = "application/octet-stream";
  const auto forks = [&](const std::string& resource) { return part(type, apple_double(resource)); };
  return {recipe("appledouble-data", "the payload is the data, behind the resource fork",
                 double_of(forks("icons"), part(other, hidden()))),
          recipe("appledouble-data-first", "the forks stand the other way round",
                 double_of(part(other, hidden()), forks("icons"))),
          recipe("appledouble-resource", "the payload is the resource fork, the data is harmless",
                 double_of(forks(hidden()), part(other, "hello"))),
          recipe("appledouble-picture", "the data says it is a picture, so readers show that",
                 double_of(forks(hidden()), part("image/png", "\x89PNG\r\n\x1a\n")))};
}

}  // namespace postern::testing
