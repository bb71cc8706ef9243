// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Made-up runs that the renderers are tested with, one for each kind of outcome. Their numbers are not measurements.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "reports/record.hpp"

namespace rope::reports {

struct Sample {
  std::string name;  ///< stem of its golden files in testdata/
  Record record;
  /// GoogleTest names parameters by this; without it test names would hold addresses.
  friend void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }
};

std::vector<Sample> sample_records();

Record conforming_record();  ///< three models, three dtypes, five checks, all pass

}  // namespace rope::reports
