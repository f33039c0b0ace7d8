// SPDX-License-Identifier: MIT
// What becomes of hostile text: UTF-8, JSON, log lines, and messages between processes.
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/wire.h"

namespace postern::base {
namespace {

TEST(Utf8, ReadsEachLength) {
  for (const auto& [text, code] :
       {std::pair("a", 0x61u), {"\xC3\xA4", 0xE4u}, {"\xE2\x82\xAC", 0x20ACu}, {"\xF0\x9F\x98\x80", 0x1F600u}}) {
    const Utf8 c = next_utf8(text);
    EXPECT_TRUE(c.valid);
    EXPECT_EQ(c.code, code);
    EXPECT_EQ(c.length, std::string_view(text).size());
  }
}

TEST(Utf8, TakesOneByteOfWhatIsNotValid) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE2\x82", "\xE2\x28\xA1", "\xFF"}) {
    const Utf8 c = next_utf8(bad);
    EXPECT_FALSE(c.valid) << static_cast<int>(static_cast<unsigned char>(bad[0]));
    EXPECT_EQ(c.length, 1u);
  }
}

TEST(Json, WritesNestedValuesWithTheirCommas) {
  JsonWriter json;
  json.begin_object().field("a", 1).field("b", true).key("c").begin_array().value("x").value(
      uint64_t{18446744073709551615u});
  json.begin_object().end_object().end_array().field("d", int64_t{-5}).end_object();
  EXPECT_EQ(json.text(), R"({"a":1,"b":true,"c":["x",18446744073709551615,{}],"d":-5})");
}

TEST(Json, EscapesWhatIsNotSafeToPrint) {
  JsonWriter json;
  json.value(std::string_view("\"\\\n\0\x7F\xC2\x85\xE2\x80\xAE\xFF\xC3\xA4", 13));
  EXPECT_EQ(json.text(), "\"\\\"\\\\\\u000a\\u0000\\u007f\\u0085\\u202e\xEF\xBF\xBD\xC3\xA4\"");
}

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(log::printable("na\xC3\xAFve text, 100%"), "na\xC3\xAFve text, 100%");
}

TEST(Printable, EscapesControlsDeceptionsAndBrokenBytes) {
  EXPECT_EQ(log::printable("a\r\nb\x1B[31m"), "a\\x0d\\x0ab\\x1b[31m");
  EXPECT_EQ(log::printable("\xE2\x80\xAEgpj.exe"), "\\u{202e}gpj.exe");
  EXPECT_EQ(log::printable("\xC2\x9B\xFF"), "\\xc2\\x9b\\xff");
}

TEST(Printable, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(log::printable("abcdef", 3), "abc\xE2\x80\xA6");
  EXPECT_EQ(log::printable("abc", 3), "abc");
  EXPECT_EQ(log::printable("\xC3\xA4\xC3\xA4", 1), "\xC3\xA4\xE2\x80\xA6");
}

TEST(Wire, ReadsBackWhatWasWritten) {
  WireWriter out;
  out.u64(UINT64_MAX).i64(-2).u32(7).i32(-7).flag(true).text(std::string_view("a\0b", 3));
  out.list(std::vector<std::string>{"x", "", "zz"}, [](WireWriter& w, const std::string& s) { w.text(s); });
  WireReader in(out.bytes());
  EXPECT_EQ(in.u64(), UINT64_MAX);
  EXPECT_EQ(in.i64(), -2);
  EXPECT_EQ(in.u32(), 7u);
  EXPECT_EQ(in.i32(), -7);
  EXPECT_TRUE(in.flag());
  EXPECT_EQ(in.text(), std::string("a\0b", 3));
  EXPECT_EQ(in.list<std::string>([](WireReader& r) { return r.text(); }), (std::vector<std::string>{"x", "", "zz"}));
  EXPECT_TRUE(in.at_end());
}

TEST(Wire, RefusesWhatIsCutOffAnywhere) {
  WireWriter out;
  out.u64(1).text("text").list(std::vector<uint32_t>{1, 2}, [](WireWriter& w, uint32_t n) { w.u32(n); });
  const std::string whole = out.take();
  for (size_t n = 0; n < whole.size(); ++n) {
    WireReader in(std::string_view(whole).substr(0, n));
    EXPECT_THROW(
        {
          in.u64();
          in.text();
          in.list<uint32_t>([](WireReader& r) { return r.u32(); });
        },
        WireError)
        << n;
  }
}

TEST(Wire, RefusesAListThatClaimsMoreThanItHolds) {
  const std::string lie = WireWriter().u32(UINT32_MAX).text("x").take();
  WireReader in(lie);
  EXPECT_THROW(in.list<std::string>([](WireReader& r) { return r.text(); }), WireError);
}

}  // namespace
}  // namespace postern::base
