// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inside the contract code: the stages of an Arithmetic by number and by name, and moving one from one to another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "reference/contract.hpp"

namespace rope {

enum class StageOf : std::uint8_t { pos, freq, angle, trig, af, table, in, rotate, out, sub };

inline constexpr std::array<std::string_view, 10> stage_names{"pos",   "freq", "angle",  "trig", "af",
                                                              "table", "in",   "rotate", "out",  "sub"};
inline constexpr std::array<std::string_view, 3> side_names{"q", "k", "backward"};

constexpr std::uint32_t bit(StageOf stage) {
  return std::uint32_t{1} << static_cast<unsigned>(stage);
}

/// The values of one stage; the rest of `to` stays.
void copy_stage(StageOf stage, const Arithmetic& from, Arithmetic& to);

/// "f32", "bf16", ...
std::string_view format_text(DType dtype);

}  // namespace rope
