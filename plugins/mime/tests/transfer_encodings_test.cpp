// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <postern/support/transfer_encodings.h>

namespace postern::support {
namespace {

template <class Decoder>
std::string in_pieces(std::string_view text, std::size_t size, Decoder&& decoder = std::decay_t<Decoder>()) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += size) decoder.decode(text.substr(at, size), out);
  decoder.finish(out);
  return out;
}

// Whatever the pieces are, the result is that of the whole.
template <class Decoder>
std::string decoded(std::string_view text) {
  const std::string whole = in_pieces<Decoder>(text, text.size() + 1);
  for (const std::size_t size : {1u, 2u, 3u, 7u})
    EXPECT_EQ(in_pieces<Decoder>(text, size), whole) << "pieces of " << size << ": " << text;
  return whole;
}

struct Base64Case {
  const char *text, *skip, *stop;
  std::uint64_t junk;
  bool differs, incomplete;
};

TEST(Base64, HasTwoReadingsOfDamage) {
  const Base64Case table[] = {{"", "", "", 0, false, false},
                              {"TWFu", "Man", "Man", 0, false, false},
                              {"TWE=", "Ma", "Ma", 0, false, false},
                              {"TQ==", "M", "M", 0, false, false},
                              {"TWF1TWE=\r\n", "MauMa", "MauMa", 0, false, false},
                              {"T\r\nW\r\nF\r\nu\r\n", "Man", "Man", 0, false, false},
                              {"\r\n\r\n TWFu", "Man", "Man", 0, false, false},
                              {"TW!Fu", "Man", "M", 1, true, false},
                              {"TWFu_TWFu", "ManMan", "Man", 1, true, false},
                              {"TWFu\x80", "Man", "Man", 1, false, false},
                              {"TQ==TWFu", "MMan", "M", 0, true, false},
                              {"====TWFu", "Man", "", 4, true, false},
                              {"TWE", "Ma", "Ma", 0, false, true},
                              {"TWFuT", "Man", "Man", 0, false, true},
                              {"TWFu====", "Man", "Man", 4, false, false},
                              {"TQ======", "M", "M", 0, false, false}};
  for (const Base64Case& c : table) {
    Base64Decoder skip, stop(Base64Decoder::Damage::stop);
    std::string a, b;
    skip.decode(c.text, a);
    skip.finish(a);
    stop.decode(c.text, b);
    stop.finish(b);
    EXPECT_EQ(a, c.skip) << c.text;
    EXPECT_EQ(b, c.stop) << c.text;
    EXPECT_EQ(skip.defects().junk, c.junk) << c.text;
    EXPECT_EQ(skip.defects().data_after_junk || skip.defects().data_after_padding, c.differs) << c.text;
    EXPECT_EQ(skip.defects().incomplete, c.incomplete) << c.text;
    EXPECT_EQ(decoded<Base64Decoder>(c.text), c.skip);
  }
}

TEST(Base64, CountsNulAsJunk) {
  Base64Decoder decoder;
  std::string out;
  decoder.decode(std::string_view("TW\0Fu", 5), out);
  EXPECT_EQ(out, "Man");
  EXPECT_EQ(decoder.defects().junk, 1u);
}

TEST(Base64, TellsBlanksInsideALine) {
  const auto has_blanks = [](const char* text) {
    const auto told = [&](std::size_t size) {
      Base64Decoder decoder;
      in_pieces<Base64Decoder&>(text, size, decoder);
      return decoder.defects().blanks_inside;
    };
    EXPECT_EQ(told(1), told(1000)) << text;
    return told(1000);
  };
  for (const char* text :
       {"TWFu TWFu", "TW Fu", "TWFu\r\nTWFu\tTWFu\r\n", "Hello\r\nto you\r\n", "TQ== TWFu", "! TWFu"})
    EXPECT_TRUE(has_blanks(text)) << text;
  for (const char* text : {"", "TWFu", " TWFu \r\n \tTWFu\t\r\n", "TW\r\nFu", "TQ== \r\n", "TWFu\r \nTWFu"})
    EXPECT_FALSE(has_blanks(text)) << text;
}

TEST(QuotedPrintable, IsDecodedLeniently) {
  const std::pair<const char*, const char*> table[] = {{"", ""},
                                                       {"plain\r\ntext\r\n", "plain\r\ntext\r\n"},
                                                       {"a=3Db", "a=b"},
                                                       {"a=3db", "a=b"},
                                                       {"soft=\r\nbreak", "softbreak"},
                                                       {"soft=\nbreak", "softbreak"},
                                                       {"soft= \t\r\nbreak", "softbreak"},
                                                       {"blanks  \r\nat end \t\nx", "blanks\r\nat end\nx"},
                                                       {"a =\r\nb", "a b"},
                                                       {"=G1", "=G1"},
                                                       {"=AG", "=AG"},
                                                       {"=A", "=A"},
                                                       {"=", ""},
                                                       {"==41", "=A"},
                                                       {"= x", "= x"},
                                                       {"=4=41", "=4A"},
                                                       {"a\rb", "a\rb"},
                                                       {"=0D=0A.", "\r\n."},
                                                       {"a   b", "a   b"}};
  for (const auto& [in, out] : table) EXPECT_EQ(decoded<QuotedPrintableDecoder>(in), out) << in;
}

TEST(QuotedPrintable, KeepsOrDropsTheEqualsSignOfABadEscape) {
  const std::pair<const char*, const char*> table[] = {{"a=3Db", "a=b"},      {"soft= \r\nbreak", "softbreak"},
                                                       {"=G1", "G1"},         {"=AG", "AG"},
                                                       {"=A\r\nb", "A\r\nb"}, {"=A", "A"},
                                                       {"==41", "A"},         {"=== x", " x"},
                                                       {"=4=41", "4A"},       {"=", ""},
                                                       {"=\rx", "\rx"},       {"scr=ipt", "script"}};
  using How = QuotedPrintableDecoder::BadEscape;
  for (const auto& [in, out] : table)
    for (const std::size_t size : {1u, 2u, 3u, 100u})
      EXPECT_EQ(in_pieces(in, size, QuotedPrintableDecoder(How::drop)), out) << in << " in pieces of " << size;
}

TEST(QuotedPrintable, TellsBadEscapesAndEightBitBytes) {
  QuotedPrintableDecoder decoder;
  std::string out;
  decoder.decode("=G1 \xE9 =41", out);
  EXPECT_EQ(decoder.defects().bad_escapes, 1u);
  EXPECT_TRUE(decoder.defects().eight_bit);
}

TEST(QuotedPrintable, TenMegabytesOfBlanksInOneLineTakeLinearTime) {
  std::string text(10'000'000, ' ');
  EXPECT_EQ(in_pieces<QuotedPrintableDecoder>(text + "x", 4096).size(), text.size() + 1);
  EXPECT_EQ(in_pieces<QuotedPrintableDecoder>(text, 4096), "");
}

TEST(Uuencode, DecodesFromBeginToEnd) {
  const char text[] = "before\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n";
  EXPECT_EQ(decoded<UuDecoder>(text), "Cat");
  UuDecoder decoder;
  std::string out;
  decoder.decode(text, out);
  decoder.finish(out);
  EXPECT_EQ(decoder.name(), "a.txt");
  EXPECT_FALSE(decoder.defects().no_begin || decoder.defects().no_end || decoder.defects().bad_lines > 0);
}

TEST(Uuencode, TellsWhatIsMissing) {
  UuDecoder none, open, bad;
  std::string out;
  none.decode("begin the day\r\n", out);
  none.finish(out);
  EXPECT_TRUE(none.defects().no_begin);
  EXPECT_EQ(out, "");
  open.decode("begin  644 x\n#0V%T", out);
  open.finish(out);
  EXPECT_TRUE(open.defects().no_end);
  EXPECT_EQ(out, "Cat");
  bad.decode("begin 644 x\nM0V%T\n\x7F\x7F\nend\n", out);
  bad.finish(out);
  EXPECT_EQ(bad.defects().bad_lines, 2u);
}

TEST(Uuencode, TellsWhatIsBesidesTheFile) {
  struct Case {
    const char* text;
    bool outside, more, numbers;
  };
  const Case table[] = {{"begin 644 x\n#0V%T\n`\nend\n", false, false, false},
                        {"\n  \nbegin 644 x\n#0V%T\n`\nend\n \n", false, false, false},
                        {"begin 644 x\n#0V%TA\n`\nend\n", false, false, false},  // a checksum
                        {"Hello\nbegin 644 x\n#0V%T\n`\nend\n", true, false, false},
                        {"begin 644 x\n#0V%T\n`\nend\nBye", true, false, false},
                        {"begin 644 x\n#0V%T\n`\nend\nbegin 644 y\n#0V%T\n`\nend\n", true, true, false},
                        {"begin 644 x\n#0V%T\nbegin 644 y\n#0V%T\n`\nend\n", false, true, false},
                        {"begin 644 x\n!0V%T0V%T\n`\nend\n", false, false, true},
                        {"begin 644 x\nM0V%T\n`\nend\n", false, false, true},
                        {"begin 644 x\n`0V%T\nend\n", false, false, true}};
  for (const Case& c : table) {
    UuDecoder decoder;
    in_pieces<UuDecoder&>(c.text, 1000, decoder);
    EXPECT_EQ(decoder.defects().text_outside, c.outside) << c.text;
    EXPECT_EQ(decoder.defects().more_begins, c.more) << c.text;
    EXPECT_EQ(decoder.defects().numbers_differ, c.numbers) << c.text;
  }
}

TEST(Uuencode, BelievesTheNumberOrTheLine) {
  const char text[] = "begin 644 x\n!0V%T0V%T\n`0V%T\nend\n";
  EXPECT_EQ(in_pieces<UuDecoder>(text, 1000), "C");
  EXPECT_EQ(in_pieces(text, 1000, UuDecoder(UuDecoder::Believe::line)), "CatCatCat");
}

}  // namespace
}  // namespace postern::support
