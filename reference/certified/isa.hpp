// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The instruction sets that the certified table is compiled for. Results are the same bits on each; only time differs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rope {

/// portable: what the compiler's own default is. The others are the x86-64 micro-architecture levels of the psABI:
/// SSE4.2; AVX2 with FMA and F16C; AVX-512 (F, BW, CD, DQ, VL).
enum class Isa : std::uint8_t { portable, v2, v3, v4 };

/// "portable", "v2", "v3", "v4".
std::string_view name(Isa isa);
std::optional<Isa> isa_from_name(std::string_view name);

/// What this machine can run and this build has, slowest first; never empty.
std::vector<Isa> available_isas();
Isa best_isa();

}  // namespace rope
