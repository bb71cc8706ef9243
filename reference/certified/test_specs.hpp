// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: specs of every family and shape that the certified table treats differently.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reference/spec.hpp"
#include "reference/spec_of.hpp"

namespace rope::testing_certified {

struct Named {
  std::string name;
  Spec spec;
};

inline std::vector<Named> specs() {
  return {{"1e4_d64", spec_of(64, 1e4)},
          {"5e5_d128", spec_of(128, 5e5)},
          {"1e6_d80_yarn_factor", spec_of(80, 1e6, DefaultFamily{}, 1.4158883083359672)},
          {"1e4_d6", spec_of(6, 1e4, DefaultFamily{}, 0.7)},
          {"1e4_d2", spec_of(2, 1e4, DefaultFamily{}, 1.9)},
          {"llama3", spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192})},
          {"yarn", spec_of(64, 150000, YarnFamily{32, 32, 1, 4096, false}, 1.3465735902799727)},
          {"proportional", spec_of(64, 1e6, ProportionalFamily{0.25, 8})},
          {"dynamic", spec_of(64, 1e4, DynamicNtkFamily{4, 2048, 65536})},
          // Pairs that do not rotate, with an attention factor that is a tie in fp16; one that hardly does.
          {"given", spec_of(10, 0, GivenFamily{{1, 0, 0.5, 1e-25, 0}}, 1 + 0x1p-11)},
          // Both ends of what a spec may hold: fp16 overflows, everything underflows in fp16.
          {"largest", spec_of(8, 0, GivenFamily{{1e30, 30, 0, 1e-3}}, 1e30)},
          {"smallest", spec_of(8, 1e4, DefaultFamily{}, 1e-30)},
          {"factor_60000", spec_of(16, 1e4, DefaultFamily{}, 65519)}};
}

}  // namespace rope::testing_certified
