// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The faulty plug-ins that misread positions in some kind, layout or shape of a call: each is bit for bit the right one
// everywhere else, and there it is what its name says.
#include "impls/faulty/faulty_interface_test.hpp"

namespace rope::impls {
namespace {

class FaultyPositions : public FaultyInterface {};

/// Two sequences of three and four tokens, rotated by a plug-in.
Tensor packed(const LoadedPlugin& plugin, const rope_spec& spec, const Tensor& given, const Positions& starts) {
  const std::vector<std::int32_t> cu_seqlens{0, 3, 7};
  Tensor q = given, out = given;
  rope_call call = call_of(q.view(), out.view(), by_offset(50));
  call.q_in.layout = call.q_out.layout = ROPE_THD;
  call.cu_seqlens = cu_seqlens.data();
  call.cu_seqlens_count = 3;
  call.start_positions = starts.empty() ? nullptr : starts.data();
  EXPECT_EQ(Prepared(plugin, spec).apply(call), ROPE_OK);
  return out;
}

TEST_P(FaultyPositions, AxisSwapTakesTheHeadForTheTokenInBhsd) {
  const LoadedPlugin plugin = faulty("axis-swap");
  Tensor q = random_tensor({2, 3, 4, 16}), out = q;
  const Positions positions{5, 60, 700};
  const Tensor expected = rotated(right, spec, q, positions);
  EXPECT_TRUE(rotated(plugin, spec, q, positions).same_elements(expected));
  rope_call call = call_of(q.view(), out.view(), token_positions(positions));
  call.q_in.layout = call.q_out.layout = ROPE_BHSD;
  ASSERT_EQ(Prepared(plugin, spec).apply(call), ROPE_OK);
  for (std::size_t p = 0; p < 3; ++p) {
    const Tensor all_there = rotated(right, spec, q, Positions(3, positions[p]));
    out.for_each([&](Tensor::Index at) {
      if (static_cast<std::size_t>(at[2] % 3) == p) {
        EXPECT_EQ(out.get(at), all_there.get(at));
      }
    });
  }
  EXPECT_FALSE(out.same_elements(expected));
}

TEST_P(FaultyPositions, BatchTailForgetsTheRowsOfADecodeStepButTheFirst) {
  const LoadedPlugin plugin = faulty("batch-tail");
  const Tensor step = random_tensor({3, 1, 2, 16}), prefill = random_tensor({3, 2, 2, 16});
  EXPECT_TRUE(rotated(plugin, spec, prefill, {7, 8}).same_elements(rotated(right, spec, prefill, {7, 8})));
  const Positions first{7, 0, 0};
  EXPECT_TRUE(rotated(plugin, spec, step, {7}).same_elements(rotated_by(right, spec, step, in_rows(first, 1))));
  EXPECT_TRUE(rotated_by(plugin, spec, step, by_row({7, 8, 9}))
                  .same_elements(rotated_by(right, spec, step, in_rows(first, 1))));
}

TEST_P(FaultyPositions, PackedPositionsRunOn) {
  const LoadedPlugin plugin = faulty("packed-positions");
  const Tensor q = random_tensor({1, 7, 2, 16});
  EXPECT_TRUE(packed(plugin, spec, q, {}).same_elements(rotated_by(right, spec, q, by_offset(50))));
  EXPECT_TRUE(packed(plugin, spec, q, {100, 900}).same_elements(rotated_by(right, spec, q, by_offset(150))));
  EXPECT_FALSE(packed(plugin, spec, q, {}).same_elements(packed(right, spec, q, {})));
}

TEST_P(FaultyPositions, DecodeZeroForgetsTheOffsetOfOneToken) {
  const LoadedPlugin plugin = faulty("decode-zero");
  const Tensor prefill = random_tensor({2, 3, 2, 16}), step = random_tensor({2, 1, 2, 16});
  const Positions starts{40, 900};
  for (const rope_positions& given : {by_offset(77), by_row(starts)}) {
    EXPECT_TRUE(rotated_by(plugin, spec, prefill, given).same_elements(rotated_by(right, spec, prefill, given)));
    EXPECT_TRUE(rotated_by(plugin, spec, step, given).same_elements(rotated(right, spec, step, {0})));
    EXPECT_FALSE(rotated_by(plugin, spec, step, given).same_elements(rotated_by(right, spec, step, given)));
  }
  EXPECT_TRUE(rotated(plugin, spec, step, {77}).same_elements(rotated(right, spec, step, {77})));
  const Tensor sequences = random_tensor({1, 7, 2, 16});
  EXPECT_TRUE(packed(plugin, spec, sequences, {9, 8}).same_elements(packed(right, spec, sequences, {9, 8})));
}

TEST_P(FaultyPositions, PosLeftpadCountsTokensInPaddedRows) {
  const LoadedPlugin plugin = faulty("pos-leftpad");
  const Tensor q = random_tensor({2, 4, 2, 16});
  const Positions padded{7, 8, 9, 10, 1, 1, 2, 3}, counted{7, 8, 9, 10, 0, 1, 2, 3}, whole{7, 8, 9, 10, 1, 2, 3, 4};
  EXPECT_TRUE(
      rotated_by(plugin, spec, q, in_rows(padded, 4)).same_elements(rotated_by(right, spec, q, in_rows(counted, 4))));
  EXPECT_TRUE(
      rotated_by(plugin, spec, q, in_rows(whole, 4)).same_elements(rotated_by(right, spec, q, in_rows(whole, 4))));
  const Tensor row = random_tensor({1, 4, 2, 16});
  EXPECT_TRUE(rotated(plugin, spec, row, {1, 1, 2, 3}).same_elements(rotated(right, spec, row, {1, 1, 2, 3})));
}

TEST_P(FaultyPositions, PrefillChunkedIsOneAheadFromTheSeventeenthTokenOn) {
  const LoadedPlugin plugin = faulty("prefill-chunked");
  const Tensor short_call = random_tensor({1, 16, 2, 16}), long_call = random_tensor({1, 19, 2, 16});
  const Tensor sixteen = rotated_by(right, spec, short_call, by_offset(70));
  EXPECT_TRUE(rotated_by(plugin, spec, short_call, by_offset(70)).same_elements(sixteen));
  Positions positions;
  for (std::int64_t s = 0; s < 19; ++s) {
    positions.push_back(70 + s + (s >= 16 ? 1 : 0));
  }
  EXPECT_TRUE(
      rotated_by(plugin, spec, long_call, by_offset(70)).same_elements(rotated(right, spec, long_call, positions)));
}

TEST_P(FaultyPositions, LargeCallsAreWrongFromTheirNumberOnAndNotBefore) {
  struct Fault {
    const char* name;
    Tensor::Index shape;
    std::size_t axis;
    std::int64_t first;
  };
  for (const Fault& fault : {Fault{"heads-past-8", {2, 2, 11, 16}, 2, 8}, Fault{"rows-past-33", {35, 2, 2, 16}, 0, 33},
                             Fault{"tokens-past-1024", {1, 1027, 1, 16}, 1, 1024}}) {
    const LoadedPlugin plugin = faulty(fault.name);
    const Tensor q = random_tensor(fault.shape);
    Positions positions;
    for (std::int64_t s = 0; s < fault.shape[1]; ++s) positions.push_back(70 + s);
    const Tensor out = rotated(plugin, spec, q, positions);
    const Tensor expected = rotated(right, spec, q, positions);
    const Tensor at_zero = rotated(right, spec, q, Positions(positions.size(), 0));
    out.for_each([&](Tensor::Index at) {
      EXPECT_EQ(out.get(at), (at[fault.axis] >= fault.first ? at_zero : expected).get(at)) << fault.name;
    });
  }
}

TEST_P(FaultyPositions, PositionIdsSortedKeepsTheGreatest) {
  const LoadedPlugin plugin = faulty("position-ids-sorted");
  const Tensor q = random_tensor({2, 4, 2, 16});
  const Positions given{5, 2, 9, 8, 0, 1, 1, 0}, greatest{5, 5, 9, 9, 0, 1, 1, 1};
  EXPECT_TRUE(
      rotated_by(plugin, spec, q, in_rows(given, 4)).same_elements(rotated_by(right, spec, q, in_rows(greatest, 4))));
}

TEST_P(FaultyPositions, RangeWrapsClaimsToClamp) {
  const LoadedPlugin plugin = faulty("range-wraps");
  EXPECT_EQ(plugin.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_CLAMP);
  const Tensor q = random_tensor({1, 4, 2, 16});
  const Tensor wrapped = rotated(right, spec, q, {-131072, 131071, 5, 131071});
  EXPECT_TRUE(rotated(plugin, spec, q, {-131072, 131071, 131077, -131073}).same_elements(wrapped));
}

TEST_P(FaultyPositions, RangeSilentClaimsAnError) {
  const LoadedPlugin plugin = faulty("range-silent");
  EXPECT_EQ(plugin.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_ERROR);
  const Tensor q = random_tensor({1, 4, 2, 16});
  rope_spec shorter = spec;
  shorter.max_position = 100;
  const Positions positions{99, 100, -101, 4096};
  EXPECT_TRUE(rotated(plugin, shorter, q, positions).same_elements(rotated(right, spec, q, positions)));
  // Past a table's rows there is nothing to read: the last one stands for those that are missing.
  const Tables tables = full_tables(0);
  EXPECT_TRUE(rotated(plugin, tables.in(spec), q, {19, 20, -1, 5})
                  .same_elements(rotated(right, tables.in(spec), q, {19, 19, 0, 5})));
}

TEST_P(FaultyPositions, RangeWritesIsAnErrorTooLate) {
  const LoadedPlugin plugin = faulty("range-writes");
  rope_spec shorter = spec;
  shorter.max_position = 100;
  Tensor q = random_tensor({1, 2, 2, 16}), out = q;
  const Positions outside{99, 100};
  const auto apply = [&](const LoadedPlugin& by) {
    Tensor written = out;
    EXPECT_EQ(Prepared(by, shorter).apply(call_of(q.view(), written.view(), token_positions(outside))),
              ROPE_INVALID_ARGUMENT);
    return written;
  };
  EXPECT_TRUE(apply(right).same_elements(out));
  EXPECT_FALSE(apply(plugin).same_elements(out));
}

TEST_P(FaultyPositions, AxesIgnoredTakesTheFirst) {
  const LoadedPlugin plugin = faulty("axes-ignored");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions data{1, 20, 300, 7, 80, 900};  // [axis][token]
  std::vector<std::uint32_t> pair_axis{0, 1, 0, 1, 1, 1, 0, 0};
  rope_positions positions = token_positions(data);
  positions.kind = ROPE_POSITIONS_AXES;
  positions.axes = 2;
  positions.axis_stride = 3;
  positions.pair_axis = pair_axis.data();
  EXPECT_TRUE(rotated_by(plugin, spec, q, positions).same_elements(rotated(right, spec, q, {1, 20, 300})));
  EXPECT_FALSE(rotated_by(plugin, spec, q, positions).same_elements(rotated_by(right, spec, q, positions)));
  std::fill(pair_axis.begin(), pair_axis.end(), 0U);
  EXPECT_TRUE(rotated_by(plugin, spec, q, positions).same_elements(rotated_by(right, spec, q, positions)));
}

TEST_P(FaultyPositions, AnAxisTakesAnotherOnesPosition) {
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions data{1, 20, 300, 7, 80, 900, 5, 60, 4000};  // [axis][token]
  const auto with = [&](const LoadedPlugin& by, std::uint32_t axes, std::vector<std::uint32_t> of_pair) {
    rope_positions positions = token_positions(data);
    positions.kind = ROPE_POSITIONS_AXES;
    positions.axes = axes;
    positions.axis_stride = 3;
    positions.pair_axis = of_pair.data();
    return rotated_by(by, spec, q, positions);
  };
  const std::vector<std::uint32_t> two{0, 1, 0, 1, 1, 1, 0, 0}, second(8, 1);
  const std::vector<std::uint32_t> three{0, 1, 2, 0, 1, 2, 2, 0}, third_as_second{0, 1, 1, 0, 1, 1, 1, 0};
  const LoadedPlugin as_one = faulty("two-axes-as-one"), as_height = faulty("width-as-height");
  EXPECT_TRUE(with(as_one, 2, two).same_elements(with(right, 2, second)));
  EXPECT_FALSE(with(as_one, 2, two).same_elements(with(right, 2, two)));
  EXPECT_TRUE(with(as_one, 3, three).same_elements(with(right, 3, three)));
  EXPECT_TRUE(with(as_height, 3, three).same_elements(with(right, 3, third_as_second)));
  EXPECT_FALSE(with(as_height, 3, three).same_elements(with(right, 3, three)));
  EXPECT_TRUE(with(as_height, 2, two).same_elements(with(right, 2, two)));
}

TEST_P(FaultyPositions, PackedAxesIgnoredTakesTheFirstOfPackedTokensAlone) {
  const LoadedPlugin plugin = faulty("packed-axes-ignored");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions data{1, 20, 300, 7, 80, 900};  // [axis][token]
  const std::vector<std::uint32_t> pair_axis{0, 1, 0, 1, 1, 1, 0, 0};
  const auto run = [&](const LoadedPlugin& by, rope_layout layout) {
    Tensor in = q, out = q;
    rope_positions positions = token_positions(data);
    positions.kind = ROPE_POSITIONS_AXES;
    positions.axes = 2;
    positions.axis_stride = 3;
    positions.pair_axis = pair_axis.data();
    rope_call call = call_of(in.view(), out.view(), positions);
    call.q_in.layout = call.q_out.layout = layout;
    Prepared prepared(by, spec);
    EXPECT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
    return out;
  };
  EXPECT_TRUE(run(plugin, ROPE_BSHD).same_elements(run(right, ROPE_BSHD)));
  EXPECT_FALSE(run(plugin, ROPE_THD).same_elements(run(right, ROPE_THD)));
  EXPECT_TRUE(run(plugin, ROPE_THD).same_elements(rotated(right, spec, q, {1, 20, 300})));
}

INSTANTIATE_TEST_SUITE_P(Dtypes, FaultyPositions, testing::Values(ROPE_F32, ROPE_F16, ROPE_BF16));

}  // namespace
}  // namespace rope::impls
