// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The hard cases of a spec: the cos and sin that lie nearest to the middle of two neighbours of a dtype, where the
// least error makes an implementation round the other way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "reference/certified/table.hpp"

namespace rope {

/// Version of the search. Changes whenever the same request gives another list.
inline constexpr int hard_search_version = 1;

struct HardCase {
  std::int64_t position = 0;
  int pair = 0;
  bool sine = false;
  double distance = 0;     ///< from the nearest midpoint, in ulp of the value's binade, 0 to 1/2
  std::uint32_t bits = 0;  ///< correctly rounded
  friend bool operator==(const HardCase&, const HardCase&) = default;
};

/// The `count` nearest of all values of the table, or all where it has fewer, by distance, then position, pair, cos
/// before sin: nothing that is left out is nearer than the last. Each distance comes from Exact and is right to 2^-52
/// of itself and 2^-80 ulp. Left out are values that are known exactly (position 0, inv_freq 0) and those too large to
/// lie between two neighbours. The same list with any number of threads. Throws std::invalid_argument where dtype is
/// none of tensor_dtypes or a number is below 1, Unresolved where Exact does.
std::vector<HardCase> hardest(const CertifiedTable& table, DType dtype, std::size_t count, int threads);

/// Called from the calling thread with (positions searched, positions in all).
using HardCaseProgress = std::function<void(std::int64_t, std::int64_t)>;

/// The same over positions 0 to extent - 1, in tables of at most 2^24.
std::vector<HardCase> hardest(const Spec& spec, std::int64_t extent, DType dtype, std::size_t count, int threads,
                              const HardCaseProgress& progress = {});

}  // namespace rope
