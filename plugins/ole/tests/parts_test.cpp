// SPDX-License-Identifier: MIT
// The small parsers: macros, packages, workbooks, presentations, encryption.
#include <gmock/gmock.h>

#include "crypt.h"
#include "package.h"
#include "presentation.h"
#include "support/office/crypt_samples.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"
#include "vba.h"
#include "workbook.h"

namespace ole {
namespace {

using namespace postern::testing;
using namespace std::string_literals;
using ::testing::ElementsAre;

TEST(VbaCompression, ReadsLiteralsInManyChunks) {
  std::string source;
  for (int n = 0; n < 2000; ++n) source += "line " + std::to_string(n) + "\r\n";
  EXPECT_EQ(vba::decompress(vba_compress(source), 1 << 20), source);
}

// The example of MS-OVBA 3.2.3.
TEST(VbaCompression, ReadsCopies) {
  const std::string container =
      "\x01\x2F\xB0\x00\x23\x61\x61\x61\x62\x63\x64\x65\x82\x66\x00\x70\x61\x67\x68\x69\x6A\x01\x38\x08\x61\x6B\x6C\x00"
      "\x30\x6D\x6E\x6F\x70\x06\x71\x02\x70\x04\x10\x72\x73\x74\x75\x76\x10\x77\x78\x79\x7A\x00\x3C"s;
  EXPECT_EQ(vba::decompress(container, 1 << 20), "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
}

TEST(VbaCompression, KeepsWhatStandsBeforeDamage) {
  const std::string whole = vba_compress(std::string(5000, 'x'));
  std::string seen;
  EXPECT_FALSE(vba::decompress(whole + "\x01\x00garbage"s, [&](std::string_view piece) { seen += piece; }));
  EXPECT_EQ(seen, std::string(5000, 'x'));
  EXPECT_FALSE(vba::decompress("\x02", [](std::string_view) {}));
  EXPECT_FALSE(vba::decompress("\x01\x01\xB0\x01\xFF\xFF"s, [](std::string_view) {}));  // a copy of nothing
}

TEST(VbaCompression, EndsForEveryBeginning) {
  const std::string whole = vba_compress(std::string(500, 'x'));
  for (size_t n = 0; n < whole.size(); ++n) vba::decompress(whole.substr(0, n), [](std::string_view) {});
}

TEST(Package, HasAllItsNames) {
  const std::string bytes = package("evil.exe", "content");
  const auto read = read_package(bytes);
  ASSERT_TRUE(read);
  EXPECT_THAT(read->names, ElementsAre("evil.exe", "C:\\Users\\x\\evil.exe", "C:\\Temp\\evil.exe"));
  EXPECT_EQ(read->content, "content");
  for (size_t n = 0; n < bytes.size(); ++n) read_package(bytes.substr(0, n));
}

TEST(OldObject, IsReadWithItsClass) {
  const std::string bytes = old_object("Package", package("a.exe", "A"));
  const auto object = read_old_object(bytes);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->class_name, "Package");
  ASSERT_TRUE(read_package(object->data));
  EXPECT_EQ(read_package(object->data)->content, "A");
  EXPECT_FALSE(read_old_object("no object at all"));
}

TEST(Workbook, ListsItsSheets) {
  const std::string stream = workbook({{"Sheet1"}, {"Macro1", true, true}});
  const Workbook book = read_workbook(stream);
  ASSERT_EQ(book.sheets.size(), 2u);
  EXPECT_EQ(book.sheets[1].name, "Macro1");
  EXPECT_TRUE(book.sheets[1].is_macro);
  EXPECT_TRUE(book.sheets[1].is_hidden);
  EXPECT_TRUE(book.has_macro_sheet);
  const std::string harmless = workbook({{"Sheet1"}, {"Sheet2", false, true}});
  EXPECT_FALSE(read_workbook(harmless).has_macro_sheet);
}

TEST(Workbook, OpensWithTheDefaultPassword) {
  const std::string clear = workbook({{"Sheet1"}}, std::string(3000, 't') + "the end");
  for (const std::string& secret :
       {encrypted_workbook_rc4(clear, default_password), encrypted_workbook_crypto_api(clear, default_password, 128),
        encrypted_workbook_crypto_api(clear, default_password, 40)}) {
    const Workbook book = read_workbook(secret);
    ASSERT_TRUE(book.file_pass);
    EXPECT_EQ(secret.find("the end"), secret.npos);
    const auto plain = decrypt_workbook(secret, *book.file_pass);
    ASSERT_TRUE(plain);
    EXPECT_NE(plain->find("the end"), plain->npos);
    EXPECT_EQ(plain->size(), secret.size());
  }
}

TEST(Workbook, StaysClosedWithAnotherPassword) {
  const std::string clear = workbook({{"Sheet1"}});
  for (const std::string& secret :
       {encrypted_workbook_rc4(clear, "other"), encrypted_workbook_crypto_api(clear, "other", 128)}) {
    const Workbook book = read_workbook(secret);
    ASSERT_TRUE(book.file_pass);
    EXPECT_FALSE(decrypt_workbook(secret, *book.file_pass));
    for (size_t n = 0; n < book.file_pass->size(); ++n)
      EXPECT_FALSE(decrypt_workbook(secret, book.file_pass->substr(0, n)));
  }
}

TEST(Presentation, ShowsItsObjects) {
  for (const bool is_compressed : {false, true}) {
    const std::string stream = presentation("the object", is_compressed);
    std::string seen;
    EXPECT_FALSE(read_presentation(stream, [&](const StoredObject& o) {
      if (!o.is_compressed)
        seen = o.bytes;
      else
        EXPECT_TRUE(inflate(o.bytes, [&](std::string_view piece) { seen += piece; }));
    }));
    EXPECT_EQ(seen, "the object");
  }
}

TEST(Presentation, SaysThatItIsEncrypted) {
  EXPECT_TRUE(read_presentation(little(0x0F, 2) + little(0x2F14, 2) + little(100, 4) + std::string(100, 'x'),
                                [](const StoredObject&) { FAIL(); }));
  EXPECT_TRUE(is_encrypted_user(std::string(12, '\0') + little(0xF3D1C4DF, 4)));
  EXPECT_FALSE(is_encrypted_user(std::string(12, '\0') + little(0xE391C05F, 4)));
  EXPECT_FALSE(is_encrypted_user(""));
}

TEST(AgileKey, IsNotTriedForMoreRoundsThanAnybodyWrites) {
  const auto always = [] { return true; };
  EXPECT_FALSE(crypt::open_package(
      little(4, 2) + little(4, 2) + little(0x40, 4) + "<keyData x=\"\"/><encryptedKey spinCount=\"4294967295\"/>",
      always));
  EXPECT_FALSE(crypt::open_package("", always));
}

}  // namespace
}  // namespace ole
