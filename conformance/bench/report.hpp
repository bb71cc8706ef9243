// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A run of bench cpu as data, and its renderings.
#pragma once

#include <string>
#include <vector>

#include "conformance/bench/measure.hpp"
#include "reference/bench/machine.hpp"

namespace rope::bench::cpu {

struct Report {
  Machine machine;
  std::string void_because;  ///< figures_are_void()
  int rounds = 0;
  std::vector<std::string> plugins;  ///< names
  std::vector<Method> methods;
  std::vector<Group> groups;  ///< those of one shape and number of threads follow each other
};

enum class Form : std::uint8_t { text, markdown };

/// Text for a terminal of 80 columns, or tables to paste into a page.
std::string tables_of(const Report& report, Form form);

/// Keys are stable within a schema version; docs/performance.md lists them.
std::string json_text(const Report& report);

}  // namespace rope::bench::cpu
