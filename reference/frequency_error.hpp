// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// S1: how far the inv_freq that a contract's formula yields may be from the exact one (docs/numerics.md, "S1").
#pragma once

#include <vector>

#include "reference/contract.hpp"
#include "reference/spec.hpp"

namespace rope {

/// |f_i - inv_freq_i| in radians per position for each pair of the spec's family.
std::vector<double> frequency_error(const Spec& spec, const Contract& contract);

}  // namespace rope
