// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the suite supplied is said, each thing once.
#include "conformance/scope.hpp"

#include <gtest/gtest.h>

namespace rope::conformance {
namespace {

Arrangement with(AngleSource source, PositionsAs positions = PositionsAs::token_int64) {
  Arrangement out;
  out.source = source;
  out.positions = positions;
  if (source != AngleSource::parametric) out.form.dtype = DType::f32;
  return out;
}

TEST(Scope, SaysWhatTheSuiteSupplied) {
  EXPECT_EQ(scope_of({with(AngleSource::parametric), with(AngleSource::parametric)}),
            "table + rotation: the implementation is given the model's parameters and computes everything itself");
  EXPECT_EQ(scope_of({with(AngleSource::inv_freq)}), "angle + table + rotation: inv_freq is the suite's, in fp32");
  EXPECT_EQ(scope_of({with(AngleSource::angles, PositionsAs::sequence_each)}),
            "trigonometry + rotation: the angles are the suite's, in fp32; positions were given as "
            "starts of packed sequences, one for each run");
  Arrangement tables = with(AngleSource::tables, PositionsAs::row_each);
  tables.form.joined = true;
  EXPECT_EQ(scope_of({with(AngleSource::parametric), tables}),
            "table + rotation: the implementation is given the model's parameters and computes everything itself; "
            "rotation alone: the tables of cos and sin are the suite's (fp32, joined, half width, correctly rounded); "
            "positions were given as offsets, a row for each token");
  EXPECT_EQ(scope_of({}), "nothing: the golden checks had no answer");
}

}  // namespace
}  // namespace rope::conformance
