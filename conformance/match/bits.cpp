// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One pipeline serves the match and the split.
#include "conformance/match/bits.hpp"

#include <fmt/format.h>

#include "conformance/checks/number_text.hpp"
#include "conformance/match/match.hpp"
#include "conformance/match/stages.hpp"
#include "conformance/match/suspect.hpp"

namespace rope::conformance {
namespace {

void put_split(const StageSplit& split, reports::Match& out) {
  for (const StageError& stage : split.stages) {
    out.stages.push_back({std::string(stage.stage), stage.radians ? "rad" : "r", stage.measured, stage.bound,
                          stage.position, stage.pair});
  }
  out.error = split.total;
  out.error_bound = split.total_bound;
}

}  // namespace

reports::Match unmatched(const std::string& pipeline, const fixtures::Fixture& fixture, const Contract& contract,
                         DType dtype) {
  reports::Match out;
  out.model = fixture.model;
  out.dtype = name(dtype);
  out.pipeline = pipeline;
  out.contract = text(contract);
  return out;
}

reports::Match bits_of(const Response& response, const fixtures::Fixture& fixture, const std::string& pipeline,
                       const Contract& contract, const reports::Match* other) {
  reports::Match out = unmatched(pipeline, fixture, contract, response.dtype);
  if (const auto reason = cannot_emulate(contract, fixture)) {
    out.open = *reason;
    put_split(split_by_stage(response, fixture, contract, nullptr), out);
    return out;
  }
  const Contract forward = forward_contract(contract);
  const Pipeline emulated(fixture.spec, forward, response.dtype);
  const Matched matched = match(response, fixture, emulated);
  out.equal = matched.all().equal;
  out.compared = matched.all().compared;
  if (matched.first) {
    const BitDifference& at = *matched.first;
    out.first = reports::BitDifference{at.position,
                                       static_cast<int>(at.pair),
                                       static_cast<int>(at.element),
                                       std::string(name(response.pairing)),
                                       std::string(name(at.head)),
                                       number(response.dtype, at.expected),
                                       number(response.dtype, at.got)};
    const Suspect found = suspect(response, fixture, forward, matched);
    out.stage = found.stage;
    out.instead = found.instead;
    out.instead_share = found.share;
    out.finding = found.sentence();
  }
  const bool seen = other != nullptr && other->compared == out.compared && other->equal == other->compared;
  if (seen && matched.complete()) {
    out.attributed = true;
    return out;
  }
  out.attributed = matched.all().value() >= reproduced;
  put_split(split_by_stage(response, fixture, forward, out.attributed ? &emulated : nullptr), out);
  return out;
}

std::string match_message(const reports::Match& match) {
  if (!match.first) return {};
  const reports::BitDifference& at = *match.first;
  return fmt::format(
      "{} of {} elements have other bits than {}; first at position {}, pair {}, element {}, {}, {}: expected {} ({}), "
      "got {} ({}); {}",
      match.compared - match.equal, match.compared,
      match.pipeline == "declared" ? std::string("the declared contract") : match.pipeline, at.position, at.pair,
      at.element, at.input_kind, at.pairing, at.expected.dec, at.expected.hex, at.got.dec, at.got.hex, match.finding);
}

reports::Match merged(const reports::Match& one, const reports::Match& other) {
  const bool worse = other.compared - other.equal > one.compared - one.equal;
  reports::Match out = worse ? other : one;
  out.equal = one.equal + other.equal;
  out.compared = one.compared + other.compared;
  return out;
}

}  // namespace rope::conformance
