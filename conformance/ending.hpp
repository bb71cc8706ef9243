// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong while handles are closed and the process ends.
#pragma once

#include "conformance/record_of_run.hpp"

namespace rope::conformance {

/// `answer`: Driver::end's. It belongs to no call, so it is told of the last case that was judged, whose command line
/// then repeats it. Requires a case.
void note_ending(const RotateAnswer& answer, RunFindings& findings);

}  // namespace rope::conformance
