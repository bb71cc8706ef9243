// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Made-up runs that the renderers are tested with, one for each kind of outcome. Their numbers are not measurements.
#pragma once

#include <string>
#include <vector>

#include "reports/record.hpp"

namespace rope::reports {

struct Sample {
  std::string name;  ///< stem of its golden files in testdata/
  Record record;
};

std::vector<Sample> sample_records();

Record conforming_record();  ///< three models, three dtypes, five checks, all pass

}  // namespace rope::reports
