// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Packed sequences: each is rotated as if it stood alone, and cu_seqlens that make no sense are an error.
#include "impls/kernel/packed.hpp"

#include <gtest/gtest.h>

#include "impls/bundled_plugin_test.hpp"

namespace rope::impls {
namespace {

/// Twelve tokens, of which every call below makes sequences.
struct PackedCall {
  explicit PackedCall(rope_dtype dtype) : q(dtype, {1, 12, 3, 16}), k(dtype, {1, 12, 1, 16}), q_out(q), k_out(k) {
    q.randomize(1);
    k.randomize(2);
  }

  rope_call call(const std::vector<std::int32_t>& cu_seqlens, const std::vector<std::int64_t>& starts) {
    rope_positions positions{};
    positions.struct_size = sizeof(positions);
    positions.kind = ROPE_POSITIONS_OFFSET;
    positions.offset = 100;
    rope_call c = call_of(q.view(), q_out.view(), positions);
    c.k_in = k.view();
    c.k_out = k_out.view();
    for (rope_tensor* t : {&c.q_in, &c.q_out, &c.k_in, &c.k_out}) {
      t->layout = ROPE_THD;
    }
    c.cu_seqlens = cu_seqlens.data();
    c.cu_seqlens_count = static_cast<std::int64_t>(cu_seqlens.size());
    c.start_positions = starts.empty() ? nullptr : starts.data();
    c.has_start_positions = starts.empty() ? 0 : 1;
    return c;
  }

  Tensor q, k, q_out, k_out;
};

class Packed : public BundledPlugin {};

// A device's numbers are read by the kernel alone, so that any of them may stand there.
TEST(PlaceInSequence, IsOneOfTheSequencesWhateverTheNumbersAre) {
  const std::vector<std::int32_t> sound{0, 5, 12}, late{3, 5, 12}, short_of{0, 5, 7}, falling{9, 2, -4};
  const auto place = [](const std::vector<std::int32_t>& cu_seqlens, std::int64_t token) {
    rope_call call{};
    call.cu_seqlens = cu_seqlens.data();
    call.cu_seqlens_count = static_cast<std::int64_t>(cu_seqlens.size());
    const kernel::PlaceInSequence found = kernel::place_in_sequence(call, token);
    return std::pair(found.sequence, found.index);
  };
  using Place = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(place(sound, 4), (Place{0, 4}));
  EXPECT_EQ(place(sound, 5), (Place{1, 0}));
  EXPECT_EQ(place(late, 0), (Place{0, -3}));
  EXPECT_EQ(place(short_of, 11), (Place{1, 6}));
  for (const std::int64_t token : {0, 3, 11}) {
    const std::int64_t sequence = place(falling, token).first;
    EXPECT_TRUE(sequence == 0 || sequence == 1) << token;
  }
}

TEST_P(Packed, SequencesEqualThoseRotatedAlone) {
  const std::vector<std::int32_t> cu_seqlens{0, 0, 5, 5, 5, 6, 12, 12};  // some are empty
  const std::vector<std::int64_t> starts{9, 1000, -7, 8, 31, 0, 4};
  const std::vector<std::int64_t> none;
  const std::vector<std::int64_t> at_100{100, 101, 102, 103, 104, 100, 100, 101, 102, 103, 104, 105};
  const std::vector<std::int64_t> shifted{1100, 1101, 1102, 1103, 1104, 131, 100, 101, 102, 103, 104, 105};
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    for (const bool with_starts : {false, true}) {
      PackedCall packed(dtype);
      const rope_spec spec = usual_spec(pairing);
      const rope_call call = packed.call(cu_seqlens, with_starts ? starts : none);
      EXPECT_EQ(reason_against(plugin, spec, call), "");
      Prepared prepared(plugin, spec);
      ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
      const std::vector<std::int64_t>& expected = with_starts ? shifted : at_100;
      EXPECT_TRUE(packed.q_out.same_elements(rotated(plugin, spec, packed.q, expected)));
      EXPECT_TRUE(packed.k_out.same_elements(rotated(plugin, spec, packed.k, expected)));
    }
  }
}

TEST_P(Packed, WithoutSequencesEachTokenHasItsPosition) {
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  const std::vector<std::int64_t> positions{5, 4, 3, 2, 1, 0, 0, 1, 2, 3, 4, 5};
  PackedCall packed(dtype);
  rope_call call = packed.call({}, {});
  call.positions = token_positions(positions);
  call.cu_seqlens = nullptr;
  EXPECT_EQ(reason_against(plugin, spec, call), "");
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
  EXPECT_TRUE(packed.q_out.same_elements(rotated(plugin, spec, packed.q, positions)));
}

TEST_P(Packed, SequencesThatMakeNoSenseAreAnErrorAndNothingIsWritten) {
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  const std::vector<std::pair<std::vector<std::int32_t>, std::string>> cases{
      {{1, 12}, "begin with 0"},
      {{0, 7, 6, 12}, "must not fall"},
      {{0, 5}, "end with the number of tokens"},
      {{0, 5, 13}, "end with the number of tokens"},
      {{0, -1, 12}, "must not fall"},
      {{0}, "end with the number of tokens"}};
  for (const auto& [cu_seqlens, reason] : cases) {
    PackedCall packed(dtype);
    const Tensor before = packed.q_out;
    Prepared prepared(plugin, spec);
    EXPECT_EQ(prepared.apply(packed.call(cu_seqlens, {})), ROPE_INVALID_ARGUMENT) << reason;
    EXPECT_NE(prepared.error().find(reason), std::string::npos) << prepared.error();
    EXPECT_EQ(packed.q_out, before);
  }
  PackedCall packed(dtype);
  Prepared prepared(plugin, spec);
  rope_call call = packed.call({0, 12}, {});
  call.cu_seqlens = nullptr;
  EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
  EXPECT_NE(prepared.error().find("must have data"), std::string::npos) << prepared.error();
}

TEST_P(Packed, APositionPastTheLimitIsFoundInItsSequence) {
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  PackedCall packed(dtype);
  const std::vector<std::int32_t> cu_seqlens{0, 5, 12};
  Prepared prepared(plugin, spec);
  // 100 + 130966 + 6 = 131072, the seventh token of the second sequence.
  EXPECT_EQ(prepared.apply(packed.call(cu_seqlens, {0, 130966})), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "position 131072 of token 11 in row 0 is not in [-131072, 131072)");
  EXPECT_EQ(prepared.apply(packed.call(cu_seqlens, {0, 130965})), ROPE_OK) << prepared.error();
}

TEST_P(Packed, PositionsOfOtherKindsDoNotGoWithSequences) {
  PackedCall packed(dtype);
  const std::vector<std::int32_t> cu_seqlens{0, 12};
  rope_call call = packed.call(cu_seqlens, {});
  call.positions.kind = ROPE_POSITIONS_TOKEN;
  call.positions.dtype = ROPE_I64;
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  EXPECT_NE(reason_against(plugin, spec, call).find("of kind offset"), std::string::npos);
  EXPECT_EQ(Prepared(plugin, spec).apply(call), ROPE_INVALID_ARGUMENT);
}

TEST_P(Packed, NoTokensAreLegal) {
  Tensor q(dtype, {1, 0, 3, 16}), out = q;
  rope_call call = call_of(q.view(false), out.view(false), token_positions({}));
  call.positions.kind = ROPE_POSITIONS_OFFSET;
  call.q_in.layout = call.q_out.layout = ROPE_THD;
  call.cu_seqlens_count = 1;
  Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
  EXPECT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
}

INSTANTIATE_TEST_SUITE_P(Plugins, Packed, testing::ValuesIn(bundled_plugins()), readable);

}  // namespace
}  // namespace rope::impls
