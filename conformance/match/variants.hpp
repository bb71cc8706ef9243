// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A contract with one stage changed to something else that implementations do.
#pragma once

#include <string>
#include <vector>

#include "reference/contract.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

struct Variant {
  std::string stage;    ///< "freq"; of several stages that change together "table, rotate, out"
  std::string written;  ///< as the grammar has it: "freq=f32:pow(glibc)"
  Contract contract;
};

/// Those that are pinned on this spec and differ from the contract, by stage in the order of the computation, single
/// stages first.
std::vector<Variant> one_stage_variants(const Contract& contract, const Spec& spec, DType dtype);

}  // namespace rope::conformance
