// SPDX-License-Identifier: MIT
// The small parsers: macros, packages, workbooks, presentations, encryption.
#include <gmock/gmock.h>

#include "crypt.h"
#include "package.h"
#include "presentation.h"
#include "support/office/crypt_samples.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"
#include "support/office/xor_samples.h"
#include "vba.h"
#include "workbook.h"
#include "xor_obfuscation.h"

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
        encrypted_workbook_crypto_api(clear, default_password, 40), xor_workbook(clear, default_password),
        xor_workbook(clear, default_password, ExcelAge::of_95)}) {
    const Workbook book = read_workbook(secret);
    ASSERT_TRUE(book.file_pass);
    EXPECT_EQ(secret.find("the end"), secret.npos);
    const auto plain = decrypt_workbook(secret, *book.file_pass);
    ASSERT_TRUE(plain);
    EXPECT_TRUE(plain->is_sure);
    EXPECT_NE(plain->plain.find("the end"), std::string::npos);
    EXPECT_EQ(plain->plain.size(), secret.size());
  }
}

TEST(Workbook, StaysClosedWithAnotherPassword) {
  const std::string clear = workbook({{"Sheet1"}});
  for (const std::string& secret :
       {encrypted_workbook_rc4(clear, "other"), encrypted_workbook_crypto_api(clear, "other", 128),
        xor_workbook(clear, "other"), xor_workbook(clear, "other", ExcelAge::of_95)}) {
    const Workbook book = read_workbook(secret);
    ASSERT_TRUE(book.file_pass);
    EXPECT_FALSE(decrypt_workbook(secret, *book.file_pass));
    for (size_t n = 0; n < book.file_pass->size(); ++n)
      EXPECT_FALSE(decrypt_workbook(secret, book.file_pass->substr(0, n)));
  }
}

// Everything that hides nothing stands as it was written; the record with the password's numbers is all that is new.
TEST(Workbook, ObfuscatedByXorBecomesWhatItWas) {
  const std::string clear = workbook({{"Sheet1"}, {"m", true}}, "a text of odd size");
  const std::string secret = xor_workbook(clear, default_password);
  const auto reading = decrypt_workbook(secret, *read_workbook(secret).file_pass);
  ASSERT_TRUE(reading);
  constexpr size_t first = 20, file_pass = 10;  // BOF, FILEPASS
  std::string wanted = clear.substr(0, first) + secret.substr(first, file_pass) + clear.substr(first);
  size_t at = wanted.find("Sheet1") - 8;  // the sheets lie further behind now
  for (int sheet = 0; sheet < 2; ++sheet, at += 18)
    wanted[at] = static_cast<char>(static_cast<unsigned char>(wanted[at]) + file_pass);
  EXPECT_EQ(reading->plain, wanted);
}

TEST(Workbook, IsNotSureOfAPasswordThatFitsByHalf) {
  const std::string secret = xor_workbook(workbook({{"a"}}, "text"), default_password, ExcelAge::of_97, {0x1234});
  const auto reading = decrypt_workbook(secret, *read_workbook(secret).file_pass);
  ASSERT_TRUE(reading);
  EXPECT_FALSE(reading->is_sure);
  EXPECT_NE(reading->plain.find("text"), std::string::npos);
}

// The place in the array comes from the size that a record claims, not from what is there.
TEST(Workbook, ObfuscatedByXorIsReadToWhereItWasCutOff) {
  const std::string secret = xor_workbook(workbook({{"a"}}, "the text of a cell"), default_password);
  const std::string file_pass(*read_workbook(secret).file_pass);
  const std::string whole = decrypt_workbook(secret, file_pass)->plain;
  for (size_t n = 0; n < secret.size(); ++n) {
    const auto reading = decrypt_workbook(std::string_view(secret).substr(0, n), file_pass);
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->plain, whole.substr(0, n));
  }
}

// What the documents print: OpenOffice's of the Excel file format for ten letters; the initial codes of
// [MS-OFFCRYPTO] 2.3.7.2 for passwords without a bit.
TEST(XorObfuscation, MakesThePublishedNumbers) {
  EXPECT_EQ(xor_obfuscation::verifier("abcdefghij"), 0xFEF1);
  EXPECT_EQ(xor_obfuscation::verifier(default_password), 0x9A0A);
  EXPECT_EQ(xor_obfuscation::key(std::string(1, '\0')), 0xE1F0);
  EXPECT_EQ(xor_obfuscation::key(std::string(15, '\0')), 0x4EC3);
  EXPECT_THAT(xor_obfuscation::array(default_password), ElementsAre(0x87, 0x6B, 0x9A, 0xE2, 0x1E, 0xE3, 0x05, 0x62,
                                                                    0x1E, 0x69, 0x96, 0x60, 0x98, 0x6E, 0x94, 0x04));
}

TEST(XorObfuscation, ComputesWhatTheTablesSay) {
  std::string password;
  for (unsigned n = 0; n < 15; ++n) {
    password += static_cast<char>(1 + n * 37 % 127);
    EXPECT_EQ(xor_obfuscation::key(password), xor_key(password)) << n;
    EXPECT_EQ(xor_obfuscation::verifier(password), xor_verifier(password)) << n;
  }
}

TEST(XorObfuscation, RevealsFromAnyPlaceOfTheArray) {
  const xor_obfuscation::Array array = xor_obfuscation::array("abc");
  const std::string hidden = "forty bytes that are longer than an array";
  const std::string whole = xor_obfuscation::reveal(array, hidden, 5);
  for (size_t n = 0; n < hidden.size(); ++n)
    EXPECT_EQ(xor_obfuscation::reveal(array, hidden.substr(n), 5 + n), whole.substr(n));
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
