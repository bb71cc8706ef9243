// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A property check's cases in the two pairings, as the one case that a report has of them.
#pragma once

#include <vector>

#include "reference/spec.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

struct InPairing {
  Pairing pairing = Pairing::half_split;
  reports::Case record;
};

/// The worst verdict, and of equal ones the larger ratio, with the cells of all. A pairing that was refused or in which
/// nothing could be seen is named in the message of the other. `cases` is not empty.
reports::Case of_both_pairings(std::vector<InPairing> cases);

}  // namespace rope::conformance
