// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The ways of asking that a run's checks tried, each one once: where it was tried, and why not where it was not.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "conformance/checks/probe.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

class AskedCombinations {
 public:
  void add(const AskedCombination& one, const std::string& model, DType dtype, Pairing pairing);

  /// In the order in which they were first tried.
  const std::vector<reports::Combination>& all() const { return all_; }

 private:
  std::vector<reports::Combination> all_;
  std::map<std::tuple<std::string, std::string, bool, std::string>, std::size_t> places_;
};

}  // namespace rope::conformance
