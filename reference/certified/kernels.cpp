// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From an instruction set to the loops compiled for it.
#include "reference/certified/kernels.hpp"

namespace rope {

const Kernels& kernels(Isa isa) {
#ifdef ROPE_CERTIFIED_X86_64
  switch (isa) {
    case Isa::portable:
      return kernels_portable;
    case Isa::v2:
      return kernels_v2;
    case Isa::v3:
      return kernels_v3;
    case Isa::v4:
      return kernels_v4;
  }
#endif
  static_cast<void>(isa);
  return kernels_portable;
}

}  // namespace rope
