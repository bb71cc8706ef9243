// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The instruction sets that the fused plug-in's loops are compiled for. Results are the same bits on each; only time
// differs.
#pragma once

#include <cstdint>
#include <vector>

namespace rope::fused {

/// baseline: the compiler's default (SSE2 on x86-64, NEON on aarch64). v3: AVX2 with F16C. v4: AVX-512 (F, BW, DQ, VL).
enum class Isa : std::uint8_t { baseline, v3, v4 };

/// What this machine can run and this build has, slowest first; never empty.
std::vector<Isa> available_isas();

}  // namespace rope::fused
