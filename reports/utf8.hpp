// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Text from outside (messages, names, what a library printed) made safe to show: whatever bytes come in, valid UTF-8
// without control characters goes out.
#pragma once

#include <string>
#include <string_view>

namespace rope::reports {

/// Bytes that are not UTF-8, control characters but tab and newline, and the noncharacters that XML 1.0 forbids become
/// U+FFFD, one each. An escape sequence can therefore not reach a terminal, and "\r\n" becomes "\n".
std::string clean(std::string_view text);

/// clean() on one line: each tab and newline becomes a space.
std::string clean_line(std::string_view text);

/// How many terminal columns valid UTF-8 takes: combining marks none, East Asian wide characters and emoji two.
int columns_of(std::string_view text);

/// The byte length of the longest start of valid UTF-8 that fits in `columns`; at least one character.
std::size_t prefix_that_fits(std::string_view text, int columns);

}  // namespace rope::reports
