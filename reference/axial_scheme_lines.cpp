// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For axial_peer_test.py only: prints every scheme, a pair a line: "scheme|axis|element|other element|inv_freq".
#include <cstdio>

#include "reference/axial_scheme.hpp"
#include "reference/exact.hpp"

int main() {
  using namespace rope;
  for (const AxialScheme& scheme : {qwen_vision_scheme(80, 1e4), pixtral_scheme(64, 1e4), gemma4_vision_scheme(72, 100),
                                    llama4_vision_scheme(88, 1e4), dinov3_scheme(64, 100, 37, 20)}) {
    for (const AxialPair& pair : scheme.pairs) {
      const auto axis = static_cast<std::size_t>(pair.axis);
      const Exact exact(scheme.bands[axis].one_axis);
      std::printf("%s|%s|%d|%d|%.17g\n", scheme.name.data(), scheme.axes[axis].data(), pair.elements[0],
                  pair.elements[1], exact.inv_freq(pair.pair).hi);
    }
  }
  return 0;
}
