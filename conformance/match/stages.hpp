// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The error of an implementation split by the stages in which it arises.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "conformance/checks/response.hpp"
#include "fixtures/fixture.hpp"
#include "reference/contract.hpp"
#include "reference/pipeline/pipeline.hpp"

namespace rope::conformance {

/// What one stage adds to exact values of what enters it. Measured: the largest over all cells, where it is, and what
/// the contract allows there. Not measured: the largest that the contract allows anywhere.
struct StageError {
  std::string_view stage;  ///< "frequency", "position", "angle", "trigonometry", "table", "rotation", "output"
  bool radians = false;    ///< else a share of the input pair's length
  std::optional<double> measured;
  double bound = 0;
  double ratio = 0;  ///< largest measured / bound of any cell
  std::int64_t position = 0;
  int pair = 0;
};

struct StageSplit {
  std::vector<StageError> stages;
  double total = 0;  ///< largest |got - exact| / |input pair| of the response, and what the contract allows there
  double total_bound = 0;
  std::int64_t position = 0;
  int pair = 0;
};

/// Over the response's positions up to the model's limit and all heads. `pipeline`: the emulated contract, where its
/// bits are the implementation's; without it nothing is attributed to a stage. "table" has the attention factor where
/// that is multiplied into the table; with angle=...:iter "angle" has all that comes before it.
///
/// What is exact here is so to 2^-52 of the stage's own error and 2^-60 of its value, and cosines and sines of an angle
/// that is off by e to 2^-53 e.
StageSplit split_by_stage(const Response& response, const fixtures::Fixture& fixture, const Contract& contract,
                          const Pipeline* pipeline);

}  // namespace rope::conformance
