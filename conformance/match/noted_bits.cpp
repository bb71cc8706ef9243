// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One finding for each model, dtype and pipeline; two pairings are merged.
#include "conformance/match/noted_bits.hpp"

#include <utility>

#include "conformance/match/bits.hpp"

namespace rope::conformance {

void NotedBits::note(const fixtures::Fixture& fixture, const Response& response) {
  const Contract* const wanted = wanted_ == nullptr ? nullptr : wanted_->contract(response.dtype);
  if (wanted != nullptr) add(fixture, response, wanted_->name, *wanted);
  const auto declared = declared_.find(response.dtype);
  if (declared != declared_.end()) add(fixture, response, "declared", declared->second);
}

void NotedBits::add(const fixtures::Fixture& fixture, const Response& response, const std::string& pipeline,
                    const Contract& contract) {
  reports::Match* const same = find(fixture.model, response.dtype, pipeline);
  reports::Match found = bits_of(response, fixture, pipeline, contract, same);
  if (same == nullptr) {
    bits_.push_back(std::move(found));
  } else {
    *same = merged(*same, found);
  }
}

reports::Match* NotedBits::find(const std::string& model, DType dtype, const std::string& pipeline) const {
  for (reports::Match& one : bits_) {
    if (one.model == model && one.dtype == name(dtype) && one.pipeline == pipeline) return &one;
  }
  return nullptr;
}

reports::Case NotedBits::judged(const fixtures::Fixture& fixture, DType dtype, reports::Case record) const {
  const reports::Match* const found = wanted_ == nullptr ? nullptr : find(fixture.model, dtype, wanted_->name);
  if (found == nullptr) {
    if (record.message.empty()) record.message = "nothing was matched";
    return record;
  }
  record.cells = found->compared / 2;
  if (record.verdict == reports::Verdict::fail) return record;  // memory
  if (!found->open.empty()) {
    record.verdict = reports::Verdict::inconclusive;
    record.message = found->open;
    return record;
  }
  record.verdict = found->equal == found->compared ? reports::Verdict::pass : reports::Verdict::fail;
  record.message = match_message(*found);
  return record;
}

}  // namespace rope::conformance
