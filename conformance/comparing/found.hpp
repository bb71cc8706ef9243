// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Differences of two layers as they are collected, with the field whose keys say why.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/layer_spec.hpp"
#include "reports/comparison.hpp"

namespace rope::conformance {

using Found = std::vector<std::pair<reports::Difference, fixtures::Field>>;

/// Adds "WHAT (first against other)" where they differ.
template <class T>
void find(Found& found, std::string_view what, const T& first, const T& other, fixtures::Field field) {
  if (first == other) return;
  std::string key(what);
  std::replace(key.begin(), key.end(), ' ', '_');
  found.emplace_back(reports::Difference{key, fmt::format("{} ({} against {})", what, first, other)}, field);
}

}  // namespace rope::conformance
