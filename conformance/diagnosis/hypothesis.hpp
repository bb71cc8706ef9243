// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A hypothesis is one thing done wrong: other pairs, another direction, another position or another inv_freq.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fixtures/fixture.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

struct Hypothesis {
  std::string id;        ///< row of docs/diagnosis.md
  std::string sentence;  ///< what was done, as told to the implementation's author
  bool other_pairing = false;
  double direction = 1;                          ///< -1: rotates by the negative angle
  std::function<double(std::int64_t)> position;  ///< the position that was used
  std::vector<double> inv_freq;                  ///< the frequencies that were used
  double attention_factor = 1;                   ///< the one that was used
};

/// No fault: what the model asks for.
Hypothesis right_function(const fixtures::Fixture& fixture);

/// Every single fault that this version can name, for the fixture's spec.
std::vector<Hypothesis> hypotheses(const fixtures::Fixture& fixture);

}  // namespace rope::conformance
