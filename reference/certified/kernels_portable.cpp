// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The certified table's loops for the compiler's default instruction set.
#include "reference/certified/kernels.inc"

namespace rope {

const Kernels kernels_portable = kernels_of_this_file;

}  // namespace rope
