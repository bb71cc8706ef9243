// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One sentence for each source of angles, one for positions that went as offsets.
#include "conformance/scope.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rope::conformance {
namespace {

std::string supplied_by_the_suite(const Arrangement& used) {
  const std::string dtype = used.form.dtype ? std::string(name(*used.form.dtype)) : "";
  switch (used.source) {
    case AngleSource::any:
    case AngleSource::parametric:
      return "table + rotation: the implementation is given the model's parameters and computes everything itself";
    case AngleSource::inv_freq:
      return fmt::format("angle + table + rotation: inv_freq is the suite's, in {}", dtype);
    case AngleSource::angles:
      return fmt::format("trigonometry + rotation: the angles are the suite's, in {}", dtype);
    case AngleSource::tables:
      return fmt::format(
          "rotation alone: the tables of cos and sin are the suite's ({}, {}, {} width, correctly rounded)", dtype,
          used.form.joined.value_or(false) ? "joined" : "split",
          used.form.full_width.value_or(false) ? "full" : "half");
  }
  return {};
}

std::string positions_as_offsets(const Arrangement& used) {
  switch (used.positions) {
    case PositionsAs::row_each:
      return "positions were given as offsets, a row for each token";
    case PositionsAs::sequence_each:
      return "positions were given as starts of packed sequences, one for each run";
    case PositionsAs::call_each:
      return "positions were given as offsets, a call for each run";
    default:
      return {};
  }
}

}  // namespace

std::string scope_of(const std::vector<Arrangement>& used) {
  std::vector<std::string> sentences;
  const auto add = [&](std::string sentence) {
    if (sentence.empty() || std::find(sentences.begin(), sentences.end(), sentence) != sentences.end()) return;
    sentences.push_back(std::move(sentence));
  };
  for (const Arrangement& one : used) add(supplied_by_the_suite(one));
  for (const Arrangement& one : used) add(positions_as_offsets(one));
  if (sentences.empty()) return "nothing: the golden checks had no answer";
  return fmt::format("{}", fmt::join(sentences, "; "));
}

}  // namespace rope::conformance
