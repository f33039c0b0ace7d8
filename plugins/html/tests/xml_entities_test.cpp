// SPDX-License-Identifier: MIT
#include "xml_entities.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace html_plugin {
namespace {

std::string document(const std::string& declarations, const std::string& content) {
  return "<!DOCTYPE svg [" + declarations + "]><svg>" + content + "</svg>";
}

// What the content becomes; the declarations stay as they are.
std::string content_of(const std::string& declarations, const std::string& content) {
  const auto in_place = with_entities_in_place(document(declarations, content));
  if (!in_place) return "(none)";
  const size_t begin = in_place->text.find("<svg>") + 5, end = in_place->text.rfind("</svg>");
  return in_place->text.substr(begin, end - begin) + (in_place->is_whole ? "" : " (and more)");
}

TEST(XmlEntities, ArePutInPlace) {
  EXPECT_EQ(content_of("<!ENTITY a \"data:\"><!ENTITY b 'x,y'>", "<image href='&a;&b;'/>"), "<image href='data:x,y'/>");
  EXPECT_EQ(content_of("<!ENTITY a \"<image href='data:x,y'/>\">", "&a;"), "<image href='data:x,y'/>");
}

TEST(XmlEntities, MayStandForOthersAndForCharacters) {
  EXPECT_EQ(content_of("<!ENTITY a \"1&b;4\"><!ENTITY b \"2&c;\"><!ENTITY c \"3\">", "&a;"), "1234");
  EXPECT_EQ(content_of("<!ENTITY a \"&#60;a href='&#x64;ata:'&#62;\">", "&a;"), "<a href='data:'>");
}

TEST(XmlEntities, ThatAreNotDeclaredStayAsTheyAre) {
  EXPECT_EQ(content_of("<!ENTITY a \"x\">", "&lt;&a;&b; & &;&a"), "&lt;x&b; & &;&a");
  EXPECT_EQ(content_of("<!ENTITY a SYSTEM \"file:///etc/passwd\">", "&a;"), "(none)");
  EXPECT_EQ(content_of("<!ENTITY % a \"x\">", "&a;"), "(none)");
  EXPECT_FALSE(with_entities_in_place("<svg>&a;</svg>"));
}

TEST(XmlEntities, HoldAsTheyWereDeclaredFirst) {
  EXPECT_EQ(content_of("<!ENTITY a \"1\"><!ENTITY a \"2\">", "&a;"), "1");
}

TEST(XmlEntities, ThatStandForThemselvesEnd) {
  EXPECT_EQ(content_of("<!ENTITY a \"x&a;\">", "&a;"), "x&a;");
  EXPECT_EQ(content_of("<!ENTITY a \"1&b;\"><!ENTITY b \"2&a;\">", "&a;"), "12&a;");
}

TEST(XmlEntities, ThatStandForTooMuchAreCut) {
  std::string laughs = "<!ENTITY e0 \"ha\">", nothing = "<!ENTITY e0 \"\">";
  for (int n = 1; n < 12; ++n) {
    std::string ten;
    for (int i = 0; i < 10; ++i) ten += "&e" + std::to_string(n - 1) + ";";
    const std::string next = "<!ENTITY e" + std::to_string(n) + " \"" + ten + "\">";
    laughs += next;
    nothing += next;
  }
  for (const std::string& declarations : {laughs, nothing}) {
    const auto in_place = with_entities_in_place(document(declarations, "&e11;"));
    ASSERT_TRUE(in_place);
    EXPECT_FALSE(in_place->is_whole);
    EXPECT_LT(in_place->text.size(), 400'000u);
  }
}

TEST(XmlEntities, ThatStandTooDeepAreCut) {
  std::string chain = "<!ENTITY e0 'x'>";
  for (int n = 1; n < 9000; ++n)
    chain += "<!ENTITY e" + std::to_string(n) + " '&e" + std::to_string(n - 1) + ";'>";
  const auto deep = with_entities_in_place(document(chain, "&e8999;")), shallow = with_entities_in_place(document(chain, "&e90;"));
  ASSERT_TRUE(deep && shallow);
  EXPECT_FALSE(deep->is_whole);
  EXPECT_TRUE(shallow->is_whole);
}

TEST(XmlEntities, TakeAnyPrefixOfADocument) {
  const std::string whole = document("<!ENTITY a \"&#60;&b;\"><!ENTITY b 'x'>", "&a;&b;");
  for (size_t n = 0; n < whole.size(); ++n) {
    const std::vector<char> heap(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
    (void)with_entities_in_place({heap.data(), heap.size()});
  }
}

}  // namespace
}  // namespace html_plugin
