// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One that is taken on one model and refused on another stands there twice.
#include "conformance/asked_combinations.hpp"

#include <algorithm>

namespace rope::conformance {
namespace {

void add_once(std::vector<std::string>& names, std::string name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

}  // namespace

void AskedCombinations::add(const AskedCombination& one, const std::string& model, DType dtype, Pairing pairing) {
  const auto [place, added] = places_.try_emplace({one.check, one.what, one.asked, one.reason}, all_.size());
  if (added) {
    all_.emplace_back();
    all_.back().check = one.check;
    all_.back().what = one.what;
    all_.back().asked = one.asked;
    all_.back().reason = one.reason;
  }
  reports::Combination& same = all_[place->second];
  add_once(same.models, model);
  add_once(same.dtypes, std::string(name(dtype)));
  add_once(same.pairings, std::string(name(pairing)));
}

}  // namespace rope::conformance
