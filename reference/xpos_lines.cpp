// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For xpos_peer_test.py only: prints scales at every 97th position of a sequence, a line each: "pair|position|scale".
#include <cstdio>

#include "reference/xpos.hpp"

int main() {
  constexpr int d = 64;
  constexpr std::int64_t length = 4096;
  for (int pair = 0; pair < d / 2; ++pair) {
    for (std::int64_t position = 0; position < length; position += 97) {
      const double scale = rope::xpos_scale({512}, d, pair, position - length / 2);
      std::printf("%d|%d|%.17g\n", pair, static_cast<int>(position), scale);
    }
  }
  return 0;
}
