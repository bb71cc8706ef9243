// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which rows of the q and k projections move where two models pair elements differently.
#pragma once

#include <string>

#include "reference/spec.hpp"

namespace rope::conformance {

/// In words, for weights that are made for `from` and are to run with the other pairing.
std::string moved_rows(const Spec& from, const std::string& from_letter, const std::string& to_letter);

}  // namespace rope::conformance
