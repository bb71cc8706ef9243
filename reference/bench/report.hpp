// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A run of the bench as data, and its two renderings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reference/bench/full.hpp"
#include "reference/bench/machine.hpp"
#include "reference/bench/measure.hpp"

namespace rope::bench {

struct Report {
  Machine machine;
  std::string void_because;  ///< figures_are_void()
  Request request;
  int threads = 0;
  Methods methods;
  std::vector<Result> results;  ///< of methods.all
  std::optional<FullResult> full;
};

/// For a terminal of 80 columns.
std::string table_text(const Report& report);

/// Keys are stable within a schema version; docs/performance.md lists them.
std::string json_text(const Report& report);

}  // namespace rope::bench
