// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Text from foreign code, made fit for messages, reports and terminals.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rope::conformance {

/// Well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

/// `text` as valid UTF-8 of at most `max_bytes` bytes: whatever is not well-formed, and every control character but
/// newline and tab, is written as \xNN; what does not fit is replaced by " [...]".
std::string printable(std::string_view text, std::size_t max_bytes);

}  // namespace rope::conformance
