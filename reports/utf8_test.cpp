// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever bytes come in, valid UTF-8 without control characters goes out.
#include "reports/utf8.hpp"

#include <gtest/gtest.h>

namespace rope::reports {
namespace {

TEST(Utf8, KeepsTextAndLineBreaks) {
  EXPECT_EQ(clean("p = 131071\n\tθ ≤ 5e5 😀"), "p = 131071\n\tθ ≤ 5e5 😀");
  EXPECT_EQ(clean("one\r\ntwo"), "one\ntwo");
  EXPECT_EQ(clean_line("one\r\n\ttwo"), "one  two");
}

TEST(Utf8, ReplacesEachIllFormedByte) {
  EXPECT_EQ(clean("a\xff"
                  "b"),
            "a\uFFFDb");
  EXPECT_EQ(clean("\xc3("), "\uFFFD(");                              // second byte missing
  EXPECT_EQ(clean("\xe2\x82"), "\uFFFD\uFFFD");                      // cut off at the end
  EXPECT_EQ(clean("\xc0\xaf"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(clean("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(clean("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
}

TEST(Utf8, LetsNoControlCharacterThrough) {
  EXPECT_EQ(clean("\x1b[2J"), "\uFFFD[2J");
  EXPECT_EQ(clean(std::string_view("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(clean("\xc2\x9b"
                  "2J"),
            "\uFFFD2J");                       // CSI in one character
  EXPECT_EQ(clean("\xef\xbf\xbe"), "\uFFFD");  // U+FFFE, forbidden in XML
  EXPECT_EQ(clean("\xe2\x80\xae"
                  "abc"),
            "\uFFFD"
            "abc");  // right-to-left override
}

TEST(Utf8, EveryTwoByteSequenceComesOutValid) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
      const std::string out = clean(bytes);
      // Cleaning what is clean changes nothing.
      EXPECT_EQ(clean(out), out) << first << " " << second;
      for (const char c : out) EXPECT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20);
    }
  }
}

TEST(Utf8, CountsColumns) {
  EXPECT_EQ(columns_of("abc"), 3);
  EXPECT_EQ(columns_of("θ≤"), 2);
  EXPECT_EQ(columns_of("位置"), 4);
  EXPECT_EQ(columns_of("e\u0301"), 1);
  EXPECT_EQ(columns_of("😀"), 2);
}

TEST(Utf8, PrefixEndsBetweenCharacters) {
  EXPECT_EQ(prefix_that_fits("位置", 3), 3U);
  EXPECT_EQ(prefix_that_fits("位置", 4), 6U);
  EXPECT_EQ(prefix_that_fits("位置", 1), 3U);  // at least one, or nothing would ever be placed
  EXPECT_EQ(prefix_that_fits("", 5), 0U);
}

}  // namespace
}  // namespace rope::reports
