// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// combinations: what an implementation takes one by one it must also take together. Every two ways of asking, of
// layout, strides, positions, angle source and the rest, stand together in one call at least, held against the
// certified truth.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/pairwise.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/truth.hpp"

namespace rope::conformance {
namespace {

constexpr int rows = 2;
constexpr std::int64_t row_tokens = 5;
constexpr std::int64_t most_positions = 4096;

constexpr const char* wrong_together = "a combination of what works by itself gives wrong values";

/// All that is varied.
struct Way {
  Arrangement arrangement;
  Direction direction = Direction::forward;
  bool other_pairing_out = false;
  bool q_alone = false;
  double query_scale = 1;
};

using Change = std::function<void(Way&)>;

/// One thing that can be asked in several ways; the first is the plainest, and goes with every other.
using Factor = std::vector<Change>;

void nothing(Way&) {}

Change tables(bool joined, bool full_width, bool padded, std::optional<DType> dtype = std::nullopt) {
  return [=](Way& way) {
    way.arrangement.source = AngleSource::tables;
    way.arrangement.form.joined = joined;
    way.arrangement.form.full_width = full_width;
    way.arrangement.form.padded_rows = padded;
    way.arrangement.form.dtype = dtype;
  };
}

std::vector<Factor> all_factors(DType dtype) {
  Factor layouts{nothing};
  for (Layout one : {Layout::bshd, Layout::bhsd, Layout::sbhd, Layout::thd}) {
    layouts.emplace_back([one](Way& way) { way.arrangement.layout = one; });
  }
  Factor strides{nothing};
  for (Strides one : {Strides::padded, Strides::spread, Strides::reversed, Strides::broadcast, Strides::odd}) {
    strides.emplace_back([one](Way& way) { way.arrangement.strides = one; });
  }
  Factor positions{nothing};
  for (PositionsAs one :
       {PositionsAs::token_int64, PositionsAs::token_int32, PositionsAs::token_strided, PositionsAs::token_shared,
        PositionsAs::offset, PositionsAs::batch_offset, PositionsAs::batch_offset_i32}) {
    positions.emplace_back([one](Way& way) { way.arrangement.positions = one; });
  }
  Factor sources{nothing};
  for (bool padded : {false, true}) {
    sources.emplace_back([padded](Way& way) {
      way.arrangement.source = AngleSource::angles;
      way.arrangement.form.padded_rows = padded;
    });
  }
  sources.emplace_back([](Way& way) { way.arrangement.source = AngleSource::inv_freq; });
  // Joined or split, half or full width; gaps between rows once.
  for (bool joined : {false, true}) {
    for (bool full_width : {false, true}) sources.push_back(tables(joined, full_width, false));
  }
  sources.push_back(tables(false, false, true));
  // What the tensors are made of, as frameworks hold their tables.
  if (dtype != DType::f32) sources.push_back(tables(false, false, false, dtype));
  return {layouts,
          strides,
          positions,
          sources,
          {nothing, [](Way& way) { way.arrangement.in_place = true; }},
          {nothing, [](Way& way) { way.direction = Direction::backward; }},
          {nothing, [](Way& way) { way.other_pairing_out = true; }},
          {nothing, [](Way& way) { way.q_alone = true; }},
          {nothing, [](Way& way) { way.arrangement.own_stream = true; }},
          {nothing, [](Way& way) { way.query_scale = 0.5; }}};
}

std::string words_of(const Way& way) {
  std::string out = words(way.arrangement);
  if (way.direction == Direction::backward) out += ", backward";
  if (way.other_pairing_out) out += ", the other pairing out";
  if (way.q_alone) out += ", q alone";
  if (way.query_scale != 1) out += ", q scaled";
  return out;
}

/// What no call can be, whoever takes it. Inputs and outputs share their strides in place, and an output is never
/// written backwards or twice.
bool makes_sense(const Way& way) {
  const Strides strides = way.arrangement.strides;
  const PositionsAs positions = way.arrangement.positions;
  const bool by_row = positions == PositionsAs::batch_offset || positions == PositionsAs::batch_offset_i32;
  // Packed tokens are one row.
  if (way.arrangement.layout == Layout::thd && (by_row || strides == Strides::broadcast)) return false;
  return !way.arrangement.in_place || (strides != Strides::reversed && strides != Strides::broadcast);
}

RotateRequest request_for(const Probe& probe, const Way& way) {
  std::vector<std::int64_t> positions;
  switch (way.arrangement.positions) {
    case PositionsAs::token_int64:
    case PositionsAs::token_int32:
    case PositionsAs::token_strided:
      positions = any_positions(probe, rows, row_tokens);
      break;
    case PositionsAs::token_shared: {
      positions = any_positions(probe, 1, row_tokens);
      const std::vector<std::int64_t> first = positions;
      positions.insert(positions.end(), first.begin(), first.end());
      break;
    }
    case PositionsAs::offset:
      positions = run_positions(probe, rows, row_tokens, true);
      break;
    default:
      positions = run_positions(probe, rows, row_tokens);
  }
  Tokens in = random_tokens(probe, "combinations", positions, property_q_heads, way.q_alone ? 0 : property_k_heads);
  // Packed, there is one row; a run must then be one run.
  const bool packed = way.arrangement.layout == Layout::thd;
  if (packed) in = slice(in, 0, row_tokens);
  if (way.arrangement.strides == Strides::broadcast && !packed) {
    Tokens first = slice(in, 0, row_tokens);
    append(first, first);
    in = at_positions(std::move(first), positions);
  }
  RotateRequest request = request_for(probe, in, packed ? 1 : rows);
  request.arrangement = way.arrangement;
  request.direction = way.direction;
  request.query_scale = way.query_scale;
  if (way.other_pairing_out) {
    request.pairing_out = probe.pairing == Pairing::half_split ? Pairing::interleaved : Pairing::half_split;
  }
  return request;
}

}  // namespace

reports::Case combinations(const Probe& probe) {
  Inquiry inquiry(probe, "combinations");
  // Supplied tables have a row for each position below the limit, and there are many: a shorter one for all ways. Long
  // contexts are for other checks.
  fixtures::Fixture shorter;
  shorter.spec = probe.fixture.spec;
  shorter.spec.max_position = std::min(shorter.spec.max_position, most_positions);
  shorter.seed = probe.fixture.seed;
  const Probe of_shorter = about(probe, shorter);
  // Few models have an attention factor, and whoever takes one must apply it, whatever the source: 5/4 is exact in
  // every dtype. The model's own where that is refused.
  if (shorter.spec.attention_factor == 1) {
    shorter.spec.attention_factor = 1.25;
    const RotateRequest plain = request_for(of_shorter, Way{});
    if (probe.rotate(plain).status == RotateAnswer::Status::unsupported) {
      shorter.spec.attention_factor = 1;
      inquiry.refused("attention factor 1.25", "it is refused; the combinations are asked with the model's, 1");
    }
  }
  const Truth truth(shorter.spec, probe.dtype, probe.judge.contract());
  const auto ask = [&](const Way& way) {
    const RotateRequest request = request_for(of_shorter, way);
    const std::string what = words_of(way);
    const auto answer = inquiry.answer(request, what);
    if (!answer) return false;
    if (const auto reason = too_coarse(*answer)) {
      inquiry.refused(what, *reason);
      return false;
    }
    add_true(inquiry.deviations(), truth, request, *answer, what);
    return true;
  };
  if (!ask({})) return inquiry.result("");
  const Arrangement plainest = inquiry.used();
  // What is refused by itself would only take its neighbours in a row with it.
  std::vector<Factor> factors = all_factors(probe.dtype);
  std::vector<std::size_t> sizes;
  for (Factor& factor : factors) {
    Factor taken{factor.front()};
    for (std::size_t value = 1; value < factor.size() && !inquiry.over(); ++value) {
      Way way;
      factor[value](way);
      // The default by its own name is no other way.
      const bool is_plainest =
          (way.arrangement.layout != Layout::any && way.arrangement.layout == plainest.layout) ||
          (way.arrangement.positions != PositionsAs::any && way.arrangement.positions == plainest.positions);
      if (!is_plainest && ask(way)) taken.push_back(factor[value]);
    }
    factor = std::move(taken);
    sizes.push_back(factor.size());
  }
  const auto way_of = [&](const FactorPair& pair) {
    Way way;
    factors[pair.first.factor][pair.first.value](way);
    factors[pair.second.factor][pair.second.value](way);
    return way;
  };
  Pairwise pairs(sizes, [&](FactorValue a, FactorValue b) { return makes_sense(way_of({a, b})); });
  // A row that is refused settles one pair at least, so that this ends: two that are refused together are looked for
  // among its pairs, and stand in no other row; what else it has goes into rows to come.
  while (const auto row = pairs.next()) {
    Way way;
    for (std::size_t factor = 0; factor < row->size(); ++factor) factors[factor][(*row)[factor]](way);
    const bool taken = ask(way);
    for (const FactorPair& pair : pairs.left_in(*row)) {
      // What goes with the plainest has been taken by itself.
      const bool by_itself = pair.first.value == 0 || pair.second.value == 0;
      const bool fits = taken || by_itself || ask(way_of(pair));
      if (inquiry.over()) return inquiry.result(wrong_together);
      if (!fits) {
        pairs.forbid(pair);
        break;
      }
      pairs.cover(pair);
    }
  }
  return inquiry.result(wrong_together);
}

}  // namespace rope::conformance
