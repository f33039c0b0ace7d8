// SPDX-License-Identifier: MIT
// B-26 and B-27: more of everything than any honest mail has, in the mail itself.
#include "hostile/bomb.h"

namespace postern::testing {
namespace {

const std::string multipart = "Content-Type: multipart/mixed; boundary=X\r\n";

std::string mail(const std::string& fields, const std::string& body) {
  return "From: sender@example.org\r\nTo: recipient@example.org\r\nSubject: many\r\nMIME-Version: 1.0\r\n" + fields +
         "\r\n" + body;
}

std::string evil() {
  return "--X\r\nContent-Type: application/octet-stream; name=setup.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         base64(eicar()) + "\r\n";
}

Recipe many(const std::string& name, const std::string& trick, std::function<std::string()> mail,
            std::vector<std::string> marks) {
  Recipe recipe;
  recipe.name = "very-many-" + name;
  recipe.trick = trick;
  recipe.mail = std::move(mail);
  recipe.is_ordinary = marks.empty();
  recipe.marks = std::move(marks);
  return recipe;
}

}  // namespace

std::vector<Recipe> many_recipes() {
  const std::string body = evil() + "--X--\r\n";
  return {
      many("empty-parts-million", "a million parts, each of them empty, behind the payload",
           [] { return mail(multipart, evil() + repeated("--X\r\n\r\n", 1'000'000) + "--X--\r\n"); }, {"limit-parts"}),
      many("field-100-megabytes", "one field of a hundred megabytes",
           [=] { return mail("X-Long: " + std::string(100'000'000, 'a') + "\r\n" + multipart, body); },
           {"mime-header-long-line"}),
      many("fields-million", "a million fields",
           [=] { return mail(repeated("A: b\r\n", 1'000'000) + multipart, body); }, {}),
      many("parameters-million", "a million parameters",
           [=] {
             return mail("Content-Type: multipart/mixed; boundary=X" + repeated(";\r\n a=b", 1'000'000) + "\r\n", body);
           },
           {"mime-many-parameters"}),
      many("encoded-words", "a hundred thousand encoded words",
           [=] { return mail("X-A: " + repeated("=?utf-8?Q?a?=\r\n ", 100'000) + "x\r\n" + multipart, body); }, {}),
      many("parentheses-million", "a million open parentheses",
           [=] {
             return mail("Content-Type: multipart/mixed; boundary=X " + std::string(1'000'000, '(') + "\r\n", body);
           },
           {"mime-comments"}),
      many("addresses-million", "a million addresses",
           [=] { return mail("Cc: a@b" + repeated(",\r\n a@example.org", 1'000'000) + "\r\n" + multipart, body); }, {}),
      many("mails", "a hundred thousand mails, one in the other, behind the payload",
           [] {
             return mail(multipart, evil() + "--X\r\n" + repeated("Content-Type: message/rfc822\r\n\r\n", 100'000) +
                                        "\r\n--X--\r\n");
           },
           {"limit-depth"})};
}

}  // namespace postern::testing
