// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Well-formed UTF-8, and what is made of everything else.
#include "conformance/protocol/foreign_text.hpp"

#include <gtest/gtest.h>

namespace rope::conformance {
namespace {

TEST(ForeignText, WellFormedUtf8) {
  for (const char* text :
       {"", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  // A lone continuation, overlong forms, a surrogate, beyond U+10FFFF, cut off.
  for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << printable(text, 100);
  }
}

TEST(ForeignText, ControlCharactersAreSpelledOut) {
  EXPECT_EQ(printable("a\tb\nc", 100), "a\tb\nc");
  EXPECT_EQ(printable("\x1b[31m\r\x7f", 100), "\\x1b[31m\\x0d\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1), 100), "\\x00");
  EXPECT_EQ(printable("\xC2\x9B", 100), "\\xc2\\x9b");
  EXPECT_EQ(printable("\xEF\xBF\xBF", 100), "\\xef\\xbf\\xbf");
  EXPECT_EQ(printable("\xC3\xA9\xC3", 100), "\xC3\xA9\\xc3");
}

TEST(ForeignText, IsCutBetweenCharacters) {
  EXPECT_EQ(printable("0123456789", 10), "0123456789");
  EXPECT_EQ(printable("0123456789a", 10), "0123 [...]");
  EXPECT_EQ(printable("012\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 10), "012 [...]");
  for (std::size_t limit = 0; limit < 40; ++limit) {
    const std::string text = printable(
        "a\xE2\x82\xAC\xFF\x01z\xF0\x9F\x98\x80"
        "a\xE2\x82\xAC\xFF\x01z",
        limit);
    EXPECT_LE(text.size(), limit);
    EXPECT_TRUE(is_utf8(text));
  }
}

}  // namespace
}  // namespace rope::conformance
