// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Two answers that should be the same: bit for bit, or at least within what two runs of the same arithmetic may differ.
#pragma once

#include <string>
#include <vector>

#include "conformance/checks/deviation.hpp"

namespace rope::conformance {

/// Adds the two values of pair n, in pair order, of `got` against `expected`, outputs of the same numbers.
void add_same_pair(Deviations& deviations, const Probe& probe, const Rows& rows, std::size_t n,
                   const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& got, Bits bits,
                   const std::string& what);

/// Adds each value of `got` against `expected`, outputs of the same rows. The bound is two roundings and twice the
/// angle's own error without inv_freq: 2 E with S1 = 0.
void add_same_rows(Deviations& deviations, const Probe& probe, const Rows& rows,
                   const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& got,
                   const std::string& what);

}  // namespace rope::conformance
