// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 by the table of well-formed byte sequences (Unicode 15, table 3-7).
#include "conformance/protocol/foreign_text.hpp"

namespace rope::conformance {
namespace {

// Length of the well-formed sequence at the start of `text`; 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned low = 0x80;  // the second byte's range; later bytes are always 80..BF
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

// C0 but newline and tab, DEL, C1, and U+FFFE, U+FFFF, which XML does not have.
bool unwanted(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  switch (sequence.size()) {
    case 1:
      return (byte(0) < 0x20 && byte(0) != '\n' && byte(0) != '\t') || byte(0) == 0x7F;
    case 2:
      return byte(0) == 0xC2 && byte(1) < 0xA0;
    case 3:
      return byte(0) == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE;
    default:
      return false;
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view cut = " [...]";
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  std::size_t room_for_cut = 0;  // the longest prefix of out that leaves room for the mark
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    std::string piece;
    if (length == 0 || unwanted(text.substr(0, length))) {
      for (const char c : text.substr(0, length == 0 ? 1 : length)) {
        const auto value = static_cast<unsigned char>(c);
        piece += "\\x";
        piece += digits[value >> 4];
        piece += digits[value & 15];
      }
    } else {
      piece = text.substr(0, length);
    }
    if (out.size() + piece.size() > max_bytes) {
      out.resize(room_for_cut);
      if (cut.size() <= max_bytes) out += cut;
      return out;
    }
    out += piece;
    if (out.size() + cut.size() <= max_bytes) room_for_cut = out.size();
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace rope::conformance
