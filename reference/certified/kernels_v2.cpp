// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The certified table's loops for x86-64-v2 (SSE4.2).
#include "reference/certified/kernels.inc"

namespace rope {

const Kernels kernels_v2 = kernels_of_this_file;

}  // namespace rope
