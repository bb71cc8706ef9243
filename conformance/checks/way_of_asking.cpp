// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each request has two rows of five tokens with the same random elements, or the first row alone where tokens are
// packed. The frequencies are the model's, whatever the way.
#include "conformance/checks/way_of_asking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "conformance/checks/axis_maps.hpp"
#include "conformance/checks/tokens.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

constexpr int rows = 2;
constexpr std::int64_t row_tokens = 5;
constexpr int elements_beside = 16;  // of a partial head where the model has none

void nothing(WayOfAsking&) {}

Change tables(bool joined, bool full_width, bool padded, std::optional<DType> dtype = std::nullopt) {
  return [=](WayOfAsking& way) {
    way.arrangement.source = AngleSource::tables;
    way.arrangement.form.joined = joined;
    way.arrangement.form.full_width = full_width;
    way.arrangement.form.padded_rows = padded;
    way.arrangement.form.dtype = dtype;
  };
}

bool is_packed(const WayOfAsking& way) {
  return way.arrangement.layout == Layout::thd;
}

bool are_tokens_own(PositionsAs positions) {
  return positions == PositionsAs::any || positions == PositionsAs::token_int64 ||
         positions == PositionsAs::token_int32 || positions == PositionsAs::token_strided ||
         positions == PositionsAs::token_shared;
}

Tokens tokens_of(const Probe& probe) {
  return random_tokens(probe, "combinations", std::vector<std::int64_t>(rows * row_tokens));
}

fixtures::Fixture with_other_head(const fixtures::Fixture& model) {
  fixtures::Fixture out;
  out.spec = model.spec;
  const bool whole = model.spec.rotary_dim == model.spec.head_dim;
  out.spec.head_dim = model.spec.rotary_dim + (whole ? elements_beside : 0);
  out.spec.dim_offset = 0;
  out.seed = model.seed;
  return out;
}

}  // namespace

std::vector<Factor> all_factors(DType dtype) {
  Factor layouts{nothing};
  for (Layout one : {Layout::bshd, Layout::bhsd, Layout::sbhd, Layout::thd}) {
    layouts.emplace_back([one](WayOfAsking& way) { way.arrangement.layout = one; });
  }
  Factor strides{nothing};
  for (Strides one : {Strides::padded, Strides::spread, Strides::reversed, Strides::broadcast, Strides::odd}) {
    strides.emplace_back([one](WayOfAsking& way) { way.arrangement.strides = one; });
  }
  Factor positions{nothing};
  for (PositionsAs one :
       {PositionsAs::token_int64, PositionsAs::token_int32, PositionsAs::token_strided, PositionsAs::token_shared,
        PositionsAs::offset, PositionsAs::batch_offset, PositionsAs::batch_offset_i32}) {
    positions.emplace_back([one](WayOfAsking& way) { way.arrangement.positions = one; });
  }
  Factor sources{nothing};
  for (bool padded : {false, true}) {
    sources.emplace_back([padded](WayOfAsking& way) {
      way.arrangement.source = AngleSource::angles;
      way.arrangement.form.padded_rows = padded;
    });
  }
  sources.emplace_back([](WayOfAsking& way) { way.arrangement.source = AngleSource::inv_freq; });
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
          {nothing, [](WayOfAsking& way) { way.arrangement.in_place = true; }},
          {nothing, [](WayOfAsking& way) { way.direction = Direction::backward; }},
          {nothing, [](WayOfAsking& way) { way.other_pairing_out = true; }},
          {nothing, [](WayOfAsking& way) { way.q_alone = true; }},
          {nothing, [](WayOfAsking& way) { way.arrangement.own_stream = true; }},
          {nothing, [](WayOfAsking& way) { way.query_scale = 0.5; }},
          {nothing, [](WayOfAsking& way) { way.several_axes = true; }},
          {nothing, [](WayOfAsking& way) { way.other_head = true; }}};
}

// Inputs and outputs share their strides in place, and an output is never written backwards or twice.
bool makes_sense(const WayOfAsking& way) {
  const Strides strides = way.arrangement.strides;
  const PositionsAs positions = way.arrangement.positions;
  const bool by_row = positions == PositionsAs::batch_offset || positions == PositionsAs::batch_offset_i32;
  // Packed tokens are one row.
  if (is_packed(way) && (by_row || strides == Strides::broadcast)) return false;
  // An offset is one number, whatever the axis.
  if (way.several_axes && !are_tokens_own(positions)) return false;
  return !way.arrangement.in_place || (strides != Strides::reversed && strides != Strides::broadcast);
}

AskedWays::AskedWays(const Probe& probe)
    : probe_(probe),
      other_head_(with_other_head(probe.fixture)),
      of_other_head_(about(probe, other_head_)),
      tokens_(tokens_of(probe_)),
      of_other_heads_(tokens_of(of_other_head_)) {
  // The model's own axes, or those that most models with axes have.
  const std::vector<AxisMap> maps = dealt_axis_maps(probe.fixture.spec);
  if (maps.empty()) return;
  axes_ = maps.front().name;
  pair_axis_ = maps.front().of_pair;
}

std::string AskedWays::words(const WayOfAsking& way) const {
  std::string out = conformance::words(way.arrangement);
  if (way.direction == Direction::backward) out += ", backward";
  if (way.other_pairing_out) out += ", the other pairing out";
  if (way.q_alone) out += ", q alone";
  if (way.query_scale != 1) out += ", q scaled";
  if (way.several_axes) out += ", " + axes_;
  if (way.other_head) out += fmt::format(", {} of {} rotated", other_head_.spec.rotary_dim, other_head_.spec.head_dim);
  return out;
}

/// [rows][row_tokens], of an only axis.
std::vector<std::int64_t> AskedWays::positions(const WayOfAsking& way) const {
  switch (way.arrangement.positions) {
    case PositionsAs::token_int64:
    case PositionsAs::token_int32:
    case PositionsAs::token_strided:
      return any_positions(probe_, rows, row_tokens);
    case PositionsAs::token_shared: {
      std::vector<std::int64_t> out = any_positions(probe_, 1, row_tokens);
      const std::vector<std::int64_t> first = out;
      out.insert(out.end(), first.begin(), first.end());
      return out;
    }
    case PositionsAs::offset:
      return run_positions(probe_, rows, row_tokens, true);
    default:
      return run_positions(probe_, rows, row_tokens);
  }
}

/// [axes][rows][row_tokens]: another draw for each, whatever kinds of positions an only axis may have.
std::vector<std::int64_t> AskedWays::on_each_axis(const WayOfAsking& way, int rows_of_call) const {
  const auto limit = static_cast<std::uint64_t>(probe_.fixture.spec.max_position);
  const bool shared = way.arrangement.positions == PositionsAs::token_shared;
  const std::uint32_t axes = *std::max_element(pair_axis_.begin(), pair_axis_.end()) + 1;
  std::vector<std::int64_t> out;
  for (std::uint32_t axis = 0; axis < axes; ++axis) {
    for (int row = 0; row < rows_of_call; ++row) {
      for (std::int64_t token = 0; token < row_tokens; ++token) {
        const std::uint64_t index = (axis * rows + static_cast<std::uint64_t>(shared ? 0 : row)) * row_tokens +
                                    static_cast<std::uint64_t>(token);
        const std::uint64_t random =
            fixtures::random_bits(probe_.fixture.seed, fixtures::stream("combined axes"), index);
        out.push_back(static_cast<std::int64_t>(random % limit));
      }
    }
  }
  return out;
}

RotateRequest AskedWays::request(const WayOfAsking& way) const {
  const Probe& probe = way.other_head ? of_other_head_ : probe_;
  const std::vector<std::int64_t> at = positions(way);
  Tokens in = at_positions(way.other_head ? of_other_heads_ : tokens_, at);
  if (way.q_alone) {
    in.k_heads = 0;
    in.k.clear();
  }
  // Packed, there is one row; a run must then be one run.
  const bool packed = is_packed(way);
  if (packed) in = slice(in, 0, row_tokens);
  if (way.arrangement.strides == Strides::broadcast && !packed) {
    Tokens first = slice(in, 0, row_tokens);
    append(first, first);
    in = at_positions(std::move(first), at);
  }
  RotateRequest request = request_for(probe, in, packed ? 1 : rows);
  request.arrangement = way.arrangement;
  request.direction = way.direction;
  request.query_scale = way.query_scale;
  if (way.other_pairing_out) {
    request.pairing_out = probe.pairing == Pairing::half_split ? Pairing::interleaved : Pairing::half_split;
  }
  if (way.several_axes) {
    request.pair_axis = pair_axis_;
    request.positions = on_each_axis(way, request.batch);
  }
  return request;
}

}  // namespace rope::conformance
