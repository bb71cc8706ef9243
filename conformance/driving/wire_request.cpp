// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Families by their numbers; positions by the kind that is asked for.
#include "conformance/driving/wire_request.hpp"

#include <fmt/format.h>

#include <limits>

#include "conformance/driving/description.hpp"

namespace rope::conformance {
namespace {

void set_family(protocol::WireSpec& wire, const LinearFamily& family) {
  wire.factor = family.factor;
}
void set_family(protocol::WireSpec& wire, const DynamicNtkFamily& family) {
  wire.factor = family.factor;
  wire.original_max_position = family.original_max_position;
  wire.sequence_length = family.sequence_length;
}
void set_family(protocol::WireSpec& wire, const YarnFamily& family) {
  wire.factor = family.factor;
  wire.beta_fast = family.beta_fast;
  wire.beta_slow = family.beta_slow;
  wire.original_max_position = family.original_max_position;
  wire.correction_not_truncated = !family.truncate;
}
void set_family(protocol::WireSpec& wire, const LongRopeFamily& family) {
  wire.short_factor = family.short_factor;
  wire.long_factor = family.long_factor;
  wire.original_max_position = family.original_max_position;
  wire.sequence_length = family.sequence_length;
}
void set_family(protocol::WireSpec& wire, const Llama3Family& family) {
  wire.factor = family.factor;
  wire.low_freq_factor = family.low_freq_factor;
  wire.high_freq_factor = family.high_freq_factor;
  wire.original_max_position = family.original_max_position;
}
void set_family(protocol::WireSpec& wire, const ProportionalFamily& family) {
  wire.proportion = family.proportion;
  wire.factor = family.factor;
}
// default has its base alone; those without a number in rope_impl.h are never asked for by their parameters.
void set_family(protocol::WireSpec&, const DefaultFamily&) {}
void set_family(protocol::WireSpec&, const NtkFamily&) {}
void set_family(protocol::WireSpec&, const NtkFixedFamily&) {}
void set_family(protocol::WireSpec&, const NtkMixedFamily&) {}
void set_family(protocol::WireSpec&, const LengthScaledFamily&) {}
void set_family(protocol::WireSpec&, const GivenFamily&) {}

}  // namespace

protocol::WireSpec wire_spec(const RotateRequest& request) {
  protocol::WireSpec wire;
  wire.head_dim = static_cast<std::uint32_t>(request.spec.head_dim);
  wire.rotary_dim = static_cast<std::uint32_t>(request.spec.rotary_dim);
  wire.dim_offset = static_cast<std::uint32_t>(request.spec.dim_offset);
  wire.pairing_in = abi_pairing(request.pairing);
  wire.pairing_out = abi_pairing(request.pairing_out.value_or(request.pairing));
  wire.attention_factor = request.spec.attention_factor;
  wire.query_scale = request.query_scale;
  wire.max_position = request.max_position;
  wire.family = abi_family(request.spec.family);
  wire.base = request.spec.theta;
  std::visit([&](const auto& family) { set_family(wire, family); }, request.spec.family);
  return wire;
}

bool rows_are_consecutive(const RotateRequest& request) {
  const std::size_t tokens = request.tokens();
  for (std::size_t i = 1; i < request.positions.size(); ++i) {
    if (i % tokens != 0 && request.positions[i] != request.positions[i - 1] + 1) return false;
  }
  return true;
}

bool rows_agree(const RotateRequest& request) {
  const std::size_t of_an_axis = request.positions.size() / request.axes();
  for (std::size_t i = request.tokens(); i < request.positions.size(); ++i) {
    const bool first_row = i % of_an_axis < request.tokens();
    if (!first_row && request.positions[i] != request.positions[i - request.tokens()]) return false;
  }
  return true;
}

std::variant<PositionChoice, std::string> choose_positions(const Description& description, const RotateRequest& request,
                                                           PositionsAs as) {
  const auto claims = [&](rope_position_kind kind) {
    return (description.position_kinds & ROPE_POSITION_KIND_BIT(kind)) != 0;
  };
  const auto holds = [&](rope_dtype dtype) { return (description.position_dtypes & ROPE_DTYPE_BIT(dtype)) != 0; };
  const auto says = [&](const char* what) { return fmt::format("{} does not claim {}", description.name, what); };
  const bool by_row =
      as == PositionsAs::batch_offset || as == PositionsAs::batch_offset_i32 || as == PositionsAs::row_each;
  const bool each = as != PositionsAs::offset && !by_row;
  const bool axes = !request.pair_axis.empty();
  const auto tokens = static_cast<std::int64_t>(request.tokens());
  PositionChoice choice;
  choice.wire.kind = axes     ? ROPE_POSITIONS_AXES
                     : each   ? ROPE_POSITIONS_TOKEN
                     : by_row ? ROPE_POSITIONS_BATCH_OFFSET
                              : ROPE_POSITIONS_OFFSET;
  if (!claims(choice.wire.kind)) {
    return says(axes     ? "several position axes"
                : each   ? "positions for each token"
                : by_row ? "position offsets by row"
                         : "a position offset");
  }
  if (!each && !rows_are_consecutive(request)) return std::string("positions that are not consecutive have no offset");
  if ((as == PositionsAs::offset || as == PositionsAs::token_shared) && !rows_agree(request)) {
    return std::string("rows with other positions do not share them");
  }
  if (as == PositionsAs::offset) {
    choice.wire.offset = request.positions.empty() ? 0 : request.positions.front();
    return choice;
  }
  const bool narrow_asked = as == PositionsAs::token_int32 || as == PositionsAs::batch_offset_i32;
  const bool wide_asked = as == PositionsAs::token_int64;
  const bool wide = wide_asked || (!narrow_asked && holds(ROPE_I64));
  if (!holds(wide ? ROPE_I64 : ROPE_I32)) {
    return says(wide_asked ? "int64 positions" : narrow_asked ? "int32 positions" : "int32 or int64 positions");
  }
  choice.wire.dtype = wide ? ROPE_I64 : ROPE_I32;
  const auto append = [&](std::int64_t number) {
    const auto narrow = static_cast<std::int32_t>(number);
    const auto* const bytes =
        wide ? reinterpret_cast<const std::byte*>(&number) : reinterpret_cast<const std::byte*>(&narrow);
    choice.data.insert(choice.data.end(), bytes, bytes + (wide ? sizeof number : sizeof narrow));
  };
  // Between the numbers of strided positions stand others, each a wrong position but not an absurd one.
  const std::int64_t step = as == PositionsAs::token_strided ? 3 : 1;
  const bool first_row_only = as == PositionsAs::token_shared;
  choice.wire.token_stride = each ? step : 0;
  choice.wire.batch_stride = !each ? 1 : first_row_only ? 0 : tokens * step;
  if (request.batch == 1) choice.wire.batch_stride = 0;  // one row
  choice.wire.axis_stride = axes ? (first_row_only ? 1 : request.batch) * tokens * step : 0;
  choice.wire.pair_axis = request.pair_axis;
  for (std::size_t i = 0; i < request.positions.size(); ++i) {
    const std::int64_t number = request.positions[i];
    if (!each && tokens > 0 && static_cast<std::int64_t>(i) % tokens != 0) continue;
    if (first_row_only && static_cast<std::int64_t>(i) / tokens % request.batch != 0) continue;
    if (!wide &&
        (number < std::numeric_limits<std::int32_t>::min() || number > std::numeric_limits<std::int32_t>::max())) {
      return fmt::format("{} takes int32 positions only, and {} is not one", description.name, number);
    }
    append(number);
    for (std::int64_t between = 1; each && between < step; ++between) append(number > 0 ? number - 1 : number + 1);
  }
  if (!each && request.positions.empty()) {
    for (int row = 0; row < request.batch; ++row) append(0);
  }
  return choice;
}

}  // namespace rope::conformance
