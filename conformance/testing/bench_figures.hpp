// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What holds of the figures of every bench, whatever the machine was doing.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace rope::conformance {

/// Quartiles within a spread, and its median or ratio of medians, named `middle`, between its ends.
inline void expect_ordered(const nlohmann::json& spread, const char* middle) {
  EXPECT_GT(spread.at("smallest"), 0.0) << spread;
  EXPECT_LE(spread.at("smallest"), spread.at("lower_quartile")) << spread;
  EXPECT_LE(spread.at("lower_quartile"), spread.at("upper_quartile")) << spread;
  EXPECT_LE(spread.at("upper_quartile"), spread.at("largest")) << spread;
  EXPECT_GE(spread.at(middle), spread.at("smallest")) << spread;
  EXPECT_LE(spread.at(middle), spread.at("largest")) << spread;
}

/// No line is wider than a terminal, but the one that names the processor, whose name is what it is.
inline void expect_lines_fit(const std::string& text, const nlohmann::json& figures) {
  const auto cpu = figures.at("machine").at("cpu").get<std::string>();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.find(cpu) == 0 || line.size() <= 80) << line;
  }
}

}  // namespace rope::conformance
