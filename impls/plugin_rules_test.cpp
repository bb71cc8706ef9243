// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The rules of rope_impl.h that every plug-in of ours keeps, right or wrong in its mathematics: description, memory,
// strides, positions.
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <utility>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {
namespace {

const std::vector<std::int64_t> some_positions{0, 1, 2, 257, 1023, 8192, 131071};
const Tensor::Index some_shape{2, 7, 3, 16};

struct Parameter {
  std::string plugin;
  rope_dtype dtype;
  rope_pairing pairing;

  friend void PrintTo(const Parameter& p, std::ostream* out) { *out << p.plugin; }
};

std::vector<Parameter> parameters() {
  std::vector<Parameter> all;
  for (const std::string plugin : {"usual",
                                   "one-rounding",
                                   "careful",
                                   "device-arithmetic",
                                   "fused",
                                   "template",
                                   "faulty/pair-swapped",
                                   "faulty/sign-flip",
                                   "faulty/pos-off-by-one",
                                   "faulty/pos-bf16",
                                   "faulty/freq-bf16",
                                   "faulty/scale-ignored",
                                   "faulty/norm-scaled",
                                   "faulty/backward-sign",
                                   "faulty/offset-ignored",
                                   "faulty/tail-lost",
                                   "faulty/through-bf16",
                                   "faulty/inplace-alias",
                                   "faulty/nan-spreads",
                                   "faulty/call-dependent"}) {
    for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
      for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
        if (plugin != "template" || dtype == ROPE_F32) {
          all.push_back({plugin, dtype, pairing});
        }
      }
    }
  }
  return all;
}

std::string readable(const testing::TestParamInfo<Parameter>& info) {
  std::string text = info.param.plugin.substr(info.param.plugin.find('/') + 1);
  for (char& c : text) {
    c = c == '-' ? '_' : c;
  }
  text += info.param.dtype == ROPE_F32 ? "_fp32" : info.param.dtype == ROPE_F16 ? "_fp16" : "_bf16";
  return text + (info.param.pairing == ROPE_HALF_SPLIT ? "_half_split" : "_interleaved");
}

class PluginRules : public testing::TestWithParam<Parameter> {
 protected:
  PluginRules() : plugin(GetParam().plugin), spec(usual_spec(GetParam().pairing)) {}

  Tensor random_tensor(Tensor::Index shape, std::uint32_t seed = 1) const {
    Tensor t(GetParam().dtype, shape);
    t.randomize(seed);
    return t;
  }

  bool is_template() const { return GetParam().plugin == "template"; }

  /// Whether the rule is the one that this plug-in breaks on purpose; what it does instead is in
  /// faulty/faulty_test.cpp.
  bool breaks_it(const char* name) const { return GetParam().plugin == std::string("faulty/") + name; }

  LoadedPlugin plugin;
  rope_spec spec;
};

TEST_P(PluginRules, DescribesItself) {
  const rope_impl_api& api = plugin.api();
  ASSERT_GE(api.struct_size, sizeof(rope_impl_api));
  EXPECT_EQ(api.abi_version, ROPE_IMPL_ABI_VERSION);
  EXPECT_EQ(plugin.entry()(ROPE_IMPL_ABI_VERSION + 1), nullptr);
  EXPECT_EQ(plugin.entry()(ROPE_IMPL_ABI_VERSION), &api);
  ASSERT_TRUE(api.describe && api.query && api.prepare && api.apply && api.close && api.last_error);

  const rope_impl_info& info = *api.describe();
  EXPECT_EQ(api.describe(), &info);
  EXPECT_GE(info.struct_size, sizeof(rope_impl_info));
  EXPECT_EQ(info.name, GetParam().plugin.substr(GetParam().plugin.find('/') + 1));
  EXPECT_STRNE(info.version, "");
  EXPECT_STRNE(info.summary, "");
  EXPECT_TRUE(info.dtypes & ROPE_DTYPE_BIT(GetParam().dtype));
  EXPECT_TRUE(info.pairings & ROPE_PAIRING_BIT(GetParam().pairing));
  const bool faulty = GetParam().plugin.find("faulty/") == 0;
  EXPECT_EQ(info.contract_count, faulty ? 0U : is_template() ? 1U : 3U);
  for (std::uint32_t i = 0; i < info.contract_count; ++i) {
    EXPECT_EQ(info.contracts[i].struct_size, sizeof(rope_contract));
    EXPECT_TRUE(info.dtypes & ROPE_DTYPE_BIT(info.contracts[i].dtype));
    EXPECT_EQ(std::string(info.contracts[i].text).find("pos=int freq="), 0U);
  }
}

TEST_P(PluginRules, InPlaceEqualsOutOfPlace) {
  const Tensor q = random_tensor(some_shape);
  const Tensor expected = rotated(plugin, spec, q, some_positions);
  Tensor in_place = q;
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in_place.view(), in_place.view(), token_positions(some_positions))), ROPE_OK);
  EXPECT_EQ(in_place.same_elements(expected), !breaks_it("inplace-alias"));
  EXPECT_FALSE(in_place.same_elements(q));
  EXPECT_TRUE(in_place.surroundings_untouched());
}

TEST_P(PluginRules, InputsAndSurroundingsAreLeftAlone) {
  Tensor q = random_tensor(some_shape);
  const Tensor before = q;
  Tensor out(q.dtype(), some_shape);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(q.view(), out.view(), token_positions(some_positions))), ROPE_OK);
  EXPECT_EQ(q, before);
  EXPECT_TRUE(out.surroundings_untouched());
}

TEST_P(PluginRules, StridedEqualsDense) {
  const Tensor q = random_tensor(some_shape);
  const Tensor expected = rotated(plugin, spec, q, some_positions);
  const Tensor::Index bhsd{3 * 7 * 16, 16, 7 * 16, 1}, gaps{7 * 4 * 40, 4 * 40, 40, 2}, backwards{7 * 48, -48, -16, 1};
  const std::vector<std::pair<Tensor::Index, Tensor::Index>> cases{
      {bhsd, bhsd}, {gaps, gaps}, {backwards, bhsd}, {bhsd, gaps}};
  for (const auto& [in_strides, out_strides] : cases) {
    Tensor in = q.with_strides(in_strides);
    Tensor out(q.dtype(), some_shape, out_strides);
    Prepared prepared(plugin, spec);
    ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), token_positions(some_positions))), ROPE_OK);
    EXPECT_TRUE(out.same_elements(expected)) << in_strides[1] << " " << out_strides[1];
    EXPECT_TRUE(out.surroundings_untouched());
  }
}

TEST_P(PluginRules, AZeroStrideRepeatsTheInput) {
  const Tensor row = random_tensor({1, 7, 1, 16});
  const Tensor expected = rotated(plugin, spec, row, some_positions);
  Tensor in(row.dtype(), some_shape, {0, 16, 0, 1});
  row.for_each([&](Tensor::Index at) { in.set(at, row.get(at)); });
  Tensor out(row.dtype(), some_shape);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), token_positions(some_positions))), ROPE_OK);
  out.for_each([&](Tensor::Index at) { EXPECT_EQ(out.get(at), expected.get({0, at[1], 0, at[3]})); });
}

TEST_P(PluginRules, WhatDoesNotRotateIsCopiedBitForBit) {
  spec.rotary_dim = 8;
  Tensor q = random_tensor(some_shape);
  const std::uint32_t signalling_nan = q.dtype() == ROPE_F32 ? 0x7f800123U : q.dtype() == ROPE_F16 ? 0x7c23U : 0x7f83U;
  for (const std::uint32_t dim_offset : {0U, 4U}) {
    if (is_template() && dim_offset != 0) {
      continue;  // the template declines it
    }
    spec.dim_offset = dim_offset;
    Tensor in = q;
    const std::int64_t first = dim_offset, end = first + 8;
    in.for_each([&](Tensor::Index at) {
      if (at[3] < first || at[3] >= end) {
        in.set(at, signalling_nan + static_cast<std::uint32_t>(at[3]));
      }
    });
    const Tensor out = rotated(plugin, spec, in, some_positions);
    out.for_each([&](Tensor::Index at) {
      if (at[3] < first || at[3] >= end) {
        EXPECT_EQ(out.get(at), breaks_it("tail-lost") ? 0 : in.get(at));
      } else {
        EXPECT_LT(std::abs(out.value(at)), 4);  // |x0| + |x1| < 4, and not the NaN of a neighbour
      }
    });
  }
}

TEST_P(PluginRules, PartialRotationIsTheRotationOfASmallerHead) {
  rope_spec small = spec;
  small.head_dim = small.rotary_dim = 8;
  const Tensor q = random_tensor({1, 7, 2, 8});
  const Tensor expected = rotated(plugin, small, q, some_positions);
  Tensor wide = random_tensor({1, 7, 2, 16}, 2);
  q.for_each([&](Tensor::Index at) { wide.set(at, q.get(at)); });
  spec.rotary_dim = 8;
  const Tensor out = rotated(plugin, spec, wide, some_positions);
  q.for_each([&](Tensor::Index at) { EXPECT_EQ(out.get(at), expected.get(at)); });
}

TEST_P(PluginRules, EmptyCallsDoNothing) {
  for (const Tensor::Index shape : {Tensor::Index{0, 7, 3, 16}, {2, 0, 3, 16}, {2, 7, 0, 16}}) {
    Tensor q(GetParam().dtype, shape), out(GetParam().dtype, shape);
    Prepared prepared(plugin, spec);
    rope_call call = call_of(q.view(false), out.view(false), token_positions(some_positions));
    call.k_in = call.q_in;
    call.k_out = call.q_out;
    EXPECT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
  }
}

TEST_P(PluginRules, Int32AndStridedPositionsEqualInt64) {
  const Tensor q = random_tensor({2, 3, 1, 16});
  const std::vector<std::int64_t> wide{5, 6, 131071, 0, 300, 17};  // [row][token]
  const std::vector<std::int32_t> narrow(wide.begin(), wide.end());
  // The same numbers as [token][row], with something else between them.
  const std::vector<std::int32_t> scattered{5, -1, 0, -1, 6, -1, 300, -1, 131071, -1, 17, -1};

  const auto run = [&](const void* data, rope_dtype dtype, std::int64_t batch_stride, std::int64_t token_stride) {
    Tensor in = q, out(q.dtype(), q.shape());
    rope_positions positions = token_positions({});
    positions.data = data;
    positions.dtype = dtype;
    positions.batch_stride = batch_stride;
    positions.token_stride = token_stride;
    Prepared prepared(plugin, spec);
    EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), positions)), ROPE_OK) << prepared.error();
    return out;
  };
  const Tensor expected = run(wide.data(), ROPE_I64, 3, 1);
  EXPECT_TRUE(run(narrow.data(), ROPE_I32, 3, 1).same_elements(expected));
  EXPECT_TRUE(run(scattered.data(), ROPE_I32, 2, 4).same_elements(expected));
  EXPECT_FALSE(run(wide.data(), ROPE_I64, 0, 1).same_elements(expected));
}

TEST_P(PluginRules, OffsetsEqualPositionsPerToken) {
  const Tensor q = random_tensor({2, 3, 1, 16});
  Prepared prepared(plugin, spec);
  if (is_template()) {  // it takes positions for each token only, and says so
    Tensor in = q, out = q;
    rope_positions offset = token_positions({});
    offset.kind = ROPE_POSITIONS_OFFSET;
    EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), offset)), ROPE_UNSUPPORTED);
    EXPECT_EQ(prepared.error(), "positions must be given for each token");
    return;
  }
  Tensor in = q, per_token(q.dtype(), q.shape()), per_row(q.dtype(), q.shape()), one(q.dtype(), q.shape());

  const std::vector<std::int64_t> rows{1000, 1001, 1002, 50, 51, 52}, starts{1000, 50};
  rope_positions positions = token_positions(rows);
  positions.batch_stride = 3;
  ASSERT_EQ(prepared.apply(call_of(in.view(), per_token.view(), positions)), ROPE_OK);
  positions.kind = ROPE_POSITIONS_BATCH_OFFSET;
  positions.data = starts.data();
  ASSERT_EQ(prepared.apply(call_of(in.view(), per_row.view(), positions)), ROPE_OK);
  const bool right = !breaks_it("offset-ignored") && !breaks_it("call-dependent");
  EXPECT_EQ(per_row.same_elements(per_token), right);

  rope_positions offset{};
  offset.struct_size = sizeof(offset);
  offset.kind = ROPE_POSITIONS_OFFSET;
  offset.offset = 1000;
  ASSERT_EQ(prepared.apply(call_of(in.view(), one.view(), offset)), ROPE_OK);
  ASSERT_EQ(prepared.apply(call_of(in.view(), per_token.view(), token_positions(rows))), ROPE_OK);
  EXPECT_EQ(one.same_elements(per_token), right);
}

TEST_P(PluginRules, KeysWithFewerHeadsAreRotatedLikeQueries) {
  Tensor q = random_tensor({2, 7, 4, 16}, 1), k = random_tensor({2, 7, 2, 16}, 2);
  const Tensor q_alone = rotated(plugin, spec, q, some_positions), k_alone = rotated(plugin, spec, k, some_positions);
  Tensor q_out(q.dtype(), q.shape()), k_out(k.dtype(), k.shape());
  rope_call call = call_of(q.view(), q_out.view(), token_positions(some_positions));
  call.k_in = k.view();
  call.k_out = k_out.view();
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
  EXPECT_TRUE(q_out.same_elements(q_alone));
  EXPECT_TRUE(k_out.same_elements(k_alone));
  EXPECT_TRUE(k_out.surroundings_untouched());
}

TEST_P(PluginRules, OneTokenAtATimeEqualsAllAtOnce) {
  const Tensor q = random_tensor(some_shape);
  const Tensor expected = rotated(plugin, spec, q, some_positions);
  for (std::int64_t s = 0; s < some_shape[1]; ++s) {
    Tensor token(q.dtype(), {2, 1, 3, 16});
    token.for_each([&](Tensor::Index at) { token.set(at, q.get({at[0], s, at[2], at[3]})); });
    const Tensor out = rotated(plugin, spec, token, {some_positions[static_cast<std::size_t>(s)]});
    out.for_each([&](Tensor::Index at) { EXPECT_EQ(out.get(at), expected.get({at[0], s, at[2], at[3]})); });
  }
}

TEST_P(PluginRules, AnAttentionFactorOfTwoDoublesEveryBit) {
  // Doubling is exact at every stage: cos, sin, table, products, sums and the last rounding only change their exponent.
  const Tensor q = random_tensor(some_shape);
  const Tensor once = rotated(plugin, spec, q, some_positions);
  spec.attention_factor = 2;
  const Tensor twice = rotated(plugin, spec, q, some_positions);
  const double normal = q.dtype() == ROPE_F16 ? 0x1p-14 : 0x1p-126;
  once.for_each([&](Tensor::Index at) {
    if (std::abs(once.value(at)) >= normal) {
      EXPECT_EQ(twice.value(at), 2 * once.value(at));
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Plugins, PluginRules, testing::ValuesIn(parameters()), readable);

}  // namespace
}  // namespace rope::impls
