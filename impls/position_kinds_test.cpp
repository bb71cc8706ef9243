// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Positions of several axes, and positions in unusual strides: a pair is rotated as in a call in which every pair has
// its position.
#include <gtest/gtest.h>

#include <utility>

#include "impls/bundled_plugin_test.hpp"

namespace rope::impls {
namespace {

/// Three axes, two rows, four tokens.
constexpr std::int64_t axes = 3, batch = 2, tokens = 4;

std::int64_t position(std::int64_t axis, std::int64_t b, std::int64_t s) {
  return 1000 * axis + 100 * b * (axis + 1) + (axis == 1 ? 7 : s);
}

rope_positions of_axes(const std::vector<std::uint32_t>& pair_axis) {
  rope_positions p{};
  p.struct_size = sizeof(p);
  p.kind = ROPE_POSITIONS_AXES;
  p.dtype = ROPE_I64;
  p.axes = axes;
  p.pair_axis = pair_axis.data();
  return p;
}

class PositionKinds : public BundledPlugin {
 protected:
  const std::vector<std::uint32_t> pair_axis{0, 1, 2, 0, 1, 2, 2, 1};
  const Tensor q = random_tensor({batch, tokens, 2, 16});
};

TEST_P(PositionKinds, EachPairTakesThePositionOfItsAxis) {
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    const rope_spec spec = usual_spec(pairing);
    std::vector<Tensor> by_axis;
    for (std::int64_t axis = 0; axis < axes; ++axis) {
      std::vector<std::int64_t> of_tokens;
      for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t s = 0; s < tokens; ++s) of_tokens.push_back(position(axis, b, s));
      rope_positions positions = token_positions(of_tokens);
      positions.batch_stride = tokens;
      by_axis.push_back(rotated_by(plugin, spec, q, positions));
    }
    // The same numbers [axis][row][token] and, in int32, [token][row][axis] counted from the last token.
    std::vector<std::int64_t> wide(axes * batch * tokens);
    std::vector<std::int32_t> narrow(wide.size());
    for (std::int64_t axis = 0; axis < axes; ++axis)
      for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t s = 0; s < tokens; ++s) {
          wide[static_cast<std::size_t>((axis * batch + b) * tokens + s)] = position(axis, b, s);
          narrow[static_cast<std::size_t>(((tokens - 1 - s) * batch + b) * axes + axis)] =
              static_cast<std::int32_t>(position(axis, b, s));
        }
    rope_positions usual = of_axes(pair_axis), unusual = of_axes(pair_axis);
    usual.data = wide.data();
    usual.axis_stride = batch * tokens;
    usual.batch_stride = tokens;
    usual.token_stride = 1;
    unusual.dtype = ROPE_I32;
    unusual.data = &narrow[static_cast<std::size_t>((tokens - 1) * batch * axes)];
    unusual.axis_stride = 1;
    unusual.batch_stride = axes;
    unusual.token_stride = -batch * axes;
    for (const rope_positions& positions : {usual, unusual}) {
      const Tensor out = rotated_by(plugin, spec, q, positions);
      out.for_each([&](Tensor::Index at) {
        const auto pair = static_cast<std::size_t>(pairing == ROPE_HALF_SPLIT ? at[3] % 8 : at[3] / 2);
        EXPECT_EQ(out.get(at), by_axis[pair_axis[pair]].get(at));
      });
    }
  }
}

TEST_P(PositionKinds, AStrideOfZeroSharesAPosition) {
  const std::vector<std::int64_t> data{3, 50};
  rope_positions positions = of_axes(pair_axis);
  positions.data = data.data();
  positions.batch_stride = 1;
  EXPECT_TRUE(rotated_by(plugin, usual_spec(1), q, positions).same_elements([&] {
    const std::vector<std::int64_t> of_tokens{3, 3, 3, 3, 50, 50, 50, 50};
    rope_positions each = token_positions(of_tokens);
    each.batch_stride = 4;
    return rotated_by(plugin, usual_spec(1), q, each);
  }()));
}

TEST_P(PositionKinds, PositionsMayBeReadBackwards) {
  const std::vector<std::int64_t> forwards{9, 8, 7, 6, 5, 4, 3, 2}, backwards{2, 3, 4, 5, 6, 7, 8, 9};
  rope_positions a = token_positions(forwards), b = token_positions(backwards);
  a.batch_stride = 4;
  b.data = &backwards[7];
  b.batch_stride = -4;
  b.token_stride = -1;
  EXPECT_TRUE(rotated_by(plugin, usual_spec(1), q, a).same_elements(rotated_by(plugin, usual_spec(1), q, b)));
}

TEST_P(PositionKinds, AxesThatDoNotExistAreRefused) {
  const std::vector<std::int64_t> data(axes * batch * tokens);
  const std::vector<std::uint32_t> no_such{0, 1, 2, 3, 0, 0, 0, 0};
  Tensor in = q, out = q;
  rope_positions positions = of_axes(no_such);
  positions.data = data.data();
  const rope_call call = call_of(in.view(), out.view(), positions);
  EXPECT_NE(reason_against(plugin, usual_spec(1), call).find("pair_axis"), std::string::npos);
  Prepared prepared(plugin, usual_spec(1));
  EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);

  positions.pair_axis = nullptr;
  EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), positions)), ROPE_INVALID_ARGUMENT);
  EXPECT_NE(prepared.error().find("pair_axis must have data"), std::string::npos) << prepared.error();
}

TEST_P(PositionKinds, OneAxisOutOfRangeIsAnError) {
  std::vector<std::int64_t> data{0, 0, 131072};
  rope_positions positions = of_axes(pair_axis);
  positions.data = data.data();
  positions.axis_stride = 1;
  Tensor in = q, out = q;
  Prepared prepared(plugin, usual_spec(1));
  EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), positions)), ROPE_INVALID_ARGUMENT);
  EXPECT_NE(prepared.error().find("position 131072 of token 0 in row 0"), std::string::npos) << prepared.error();
  const std::vector<std::uint32_t> unused{0, 1, 1, 0, 1, 1, 1, 1};
  positions.pair_axis = unused.data();
  EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), positions)), ROPE_OK) << "no pair is at it";
}

INSTANTIATE_TEST_SUITE_P(Plugins, PositionKinds, testing::ValuesIn(bundled_plugins()), readable);

}  // namespace
}  // namespace rope::impls
