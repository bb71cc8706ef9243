// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// query says what works and why not otherwise; prepare and apply then behave exactly so.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <limits>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {
namespace {

/// A complete request that every plug-in accepts, to be changed in one place.
struct Request {
  Request() : q(ROPE_F32, {2, 3, 2, 16}), q_out(q), k(ROPE_F32, {2, 3, 1, 16}), k_out(k), spec(usual_spec(1)) {
    call = call_of(q.view(), q_out.view(), token_positions(positions));
    call.k_in = k.view();
    call.k_out = k_out.view();
  }
  std::vector<std::int64_t> positions{0, 1, 2};
  Tensor q, q_out, k, k_out;
  rope_spec spec;
  rope_call call;
};

struct Question {
  const char* what;
  std::function<void(Request&)> change;
  const char* reason;  ///< a part of it; "" where the answer is yes
};

/// Positions are converted to floating point by all but one, which keeps integers.
const char* const past_double = "max_position past 2^53";

const std::vector<Question> questions{
    {"nothing changed", [](Request&) {}, ""},
    {"k absent", [](Request& r) { r.call.k_in = r.call.k_out = rope_tensor{}; }, ""},
    {"llama3", [](Request& r) { scale_as_llama3(r.spec); }, ""},
    {"dynamic NTK", [](Request& r) { scale_as_dynamic_ntk(r.spec); }, ""},
    {"dynamic NTK shrinking", [](Request& r) { scale_as_dynamic_ntk(r.spec), r.spec.angles.parametric.factor = 0.5; },
     "dynamic NTK: factor"},
    {"dynamic NTK without a length",
     [](Request& r) { scale_as_dynamic_ntk(r.spec), r.spec.angles.parametric.sequence_length = 0; }, "sequence_length"},
    {"dynamic NTK of one pair", [](Request& r) { scale_as_dynamic_ntk(r.spec), r.spec.rotary_dim = 2; }, "at least 4"},
    {"backward", [](Request& r) { r.call.direction = ROPE_BACKWARD; }, ""},
    {"bhsd", [](Request& r) { r.call.q_in.layout = r.call.q_out.layout = ROPE_BHSD; }, ""},
    {"partial rotary", [](Request& r) { r.spec.rotary_dim = 6; }, ""},
    {"partial rotary at the end", [](Request& r) { r.spec.rotary_dim = 6, r.spec.dim_offset = 10; }, ""},
    {"a later edition's larger struct", [](Request& r) { r.call.struct_size += 64; }, ""},
    {"odd rotary_dim", [](Request& r) { r.spec.rotary_dim = 7; }, "rotary_dim must be even"},
    {"rotary_dim 0", [](Request& r) { r.spec.rotary_dim = 0; }, "rotary_dim must be even and at least 2"},
    {"too wide", [](Request& r) { r.spec.dim_offset = 2; }, "must not exceed head_dim"},
    {"offset past the head", [](Request& r) { r.spec.dim_offset = 0xfffffff0U; }, "must not exceed head_dim"},
    {"unknown pairing", [](Request& r) { r.spec.pairing_in = r.spec.pairing_out = 3; }, "pairings"},
    {"unknown pairing out", [](Request& r) { r.spec.pairing_out = 0; }, "pairings"},
    {"permuting", [](Request& r) { r.spec.pairing_out = ROPE_INTERLEAVED; }, ""},
    {"attention factor 0", [](Request& r) { r.spec.attention_factor = 0; }, "attention_factor"},
    {"attention factor NaN", [](Request& r) { r.spec.attention_factor = std::numeric_limits<double>::quiet_NaN(); },
     "attention_factor"},
    {"query scale", [](Request& r) { r.spec.query_scale = 0.125; }, ""},
    {"query scale 0", [](Request& r) { r.spec.query_scale = 0; }, "query_scale"},
    {"query scale infinite", [](Request& r) { r.spec.query_scale = std::numeric_limits<double>::infinity(); },
     "query_scale"},
    {"max_position 0", [](Request& r) { r.spec.max_position = 0; }, "max_position must be positive"},
    {past_double, [](Request& r) { r.spec.max_position = (std::int64_t{1} << 53) + 1; }, "must not exceed 2^"},
    {"no source", [](Request& r) { r.spec.angles.source = 0; }, "angles must be parametric"},
    {"inv_freq not given", [](Request& r) { r.spec.angles.source = ROPE_SOURCE_INV_FREQ; }, "is absent"},
    {"family 0", [](Request& r) { r.spec.angles.parametric.family = 0; }, "the frequency families of rope_impl.h"},
    {"family 8", [](Request& r) { r.spec.angles.parametric.family = 8; }, "the frequency families of rope_impl.h"},
    {"linear without a factor", [](Request& r) { r.spec.angles.parametric.family = ROPE_FAMILY_LINEAR; },
     "linear: factor"},
    {"yarn without numbers", [](Request& r) { r.spec.angles.parametric.family = ROPE_FAMILY_YARN; }, "YaRN: factor"},
    {"yarn with betas exchanged",
     [](Request& r) {
       rope_parametric& p = r.spec.angles.parametric;
       p.family = ROPE_FAMILY_YARN;
       p.factor = 4;
       p.beta_fast = 1;
       p.beta_slow = 32;
       p.original_max_position = 4096;
     },
     "0 < beta_slow <= beta_fast"},
    {"longrope without lists", [](Request& r) { r.spec.angles.parametric.family = ROPE_FAMILY_LONGROPE; },
     "must not be NULL"},
    {"longrope with a zero",
     [](Request& r) {
       static constexpr double zeros[8] = {};
       rope_parametric& p = r.spec.angles.parametric;
       p.family = ROPE_FAMILY_LONGROPE;
       p.short_factor = p.long_factor = zeros;
     },
     "positive finite numbers"},
    {"proportional without a proportion",
     [](Request& r) {
       r.spec.angles.parametric.family = ROPE_FAMILY_PROPORTIONAL;
       r.spec.angles.parametric.factor = 1;
     },
     "proportion <= 1"},
    {"base -1", [](Request& r) { r.spec.angles.parametric.base = -1; }, "base must be"},
    {"base cut off by struct_size", [](Request& r) { r.spec.angles.parametric.struct_size = 8; }, "base must be"},
    {"factor 0", [](Request& r) { scale_as_llama3(r.spec), r.spec.angles.parametric.factor = 0; }, "factor must be"},
    {"band the wrong way round",
     [](Request& r) { scale_as_llama3(r.spec), r.spec.angles.parametric.high_freq_factor = 0.5; }, "high_freq_factor"},
    {"L0 missing", [](Request& r) { scale_as_llama3(r.spec), r.spec.angles.parametric.original_max_position = 0; },
     "original_max"},
    {"direction 0", [](Request& r) { r.call.direction = 0; }, "directions"},
    {"fp64", [](Request& r) { r.call.q_in.dtype = r.call.q_out.dtype = ROPE_F64; }, "fp32, fp16 and bf16"},
    {"q_out of another dtype", [](Request& r) { r.call.q_out.dtype = ROPE_BF16; }, "input's dtype"},
    {"k of another dtype", [](Request& r) { r.call.k_in.dtype = r.call.k_out.dtype = ROPE_F16; }, "one dtype"},
    {"device memory", [](Request& r) { r.call.q_in.memory = ROPE_DEVICE; }, "host memory"},
    {"no layout", [](Request& r) { r.call.q_out.layout = 0; }, "only the layouts"},
    {"thd in k_in only", [](Request& r) { r.call.k_in.layout = ROPE_THD; }, "where its input is"},
    {"thd in k only", [](Request& r) { r.call.k_in.layout = r.call.k_out.layout = ROPE_THD; }, "both be packed"},
    {"thd of two rows",
     [](Request& r) {
       for (rope_tensor* t : {&r.call.q_in, &r.call.q_out, &r.call.k_in, &r.call.k_out}) t->layout = ROPE_THD;
     },
     "batch of 1"},
    {"sequences that are not packed", [](Request& r) { r.call.cu_seqlens_count = 2; }, "must come with packed"},
    {"a negative count", [](Request& r) { r.call.cu_seqlens_count = -1; }, "cu_seqlens_count"},
    {"starts without sequences", [](Request& r) { r.call.has_start_positions = 1; }, "must come with cu_seqlens"},
    {"another head_dim", [](Request& r) { r.call.q_in.shape[3] = r.call.q_out.shape[3] = 8; }, "head_dim elements"},
    {"a smaller output", [](Request& r) { r.call.q_out.shape[2] = 1; }, "input's shape"},
    {"a negative shape", [](Request& r) { r.call.q_in.shape[0] = r.call.q_out.shape[0] = -1; }, "negative"},
    {"overlapping output", [](Request& r) { r.call.q_out.strides[2] = 0; }, "strides of outputs"},
    {"k without k_out", [](Request& r) { r.call.k_out = rope_tensor{}; }, "both be present"},
    {"k with another length", [](Request& r) { r.call.k_in.shape[1] = r.call.k_out.shape[1] = 2; }, "sequence length"},
    {"positions of no kind", [](Request& r) { r.call.positions.kind = 9; }, "positions must be"},
    {"axes, but none", [](Request& r) { r.call.positions.kind = ROPE_POSITIONS_AXES; }, "at least one"},
    {"fp32 positions", [](Request& r) { r.call.positions.dtype = ROPE_F32; }, "int32 or int64"},
    {"positions on a device", [](Request& r) { r.call.positions.memory = ROPE_DEVICE; }, "positions must lie"},
};

class Query : public testing::TestWithParam<const char*> {};

TEST_P(Query, SaysExactlyWhatPrepareAndApplyDo) {
  const LoadedPlugin plugin(GetParam());
  for (const Question& question : questions) {
    SCOPED_TRACE(question.what);
    Request r;
    question.change(r);
    rope_call without_data = r.call;
    for (rope_tensor* t : {&without_data.q_in, &without_data.q_out, &without_data.k_in, &without_data.k_out}) {
      t->data = nullptr;
    }
    without_data.positions.data = nullptr;

    rope_query_result result{};
    result.struct_size = sizeof(result);
    ASSERT_EQ(plugin.api().query(&r.spec, &without_data, &result), ROPE_OK);
    const bool keeps_integers = std::string(GetParam()) == "device-arithmetic" && question.what == past_double;
    const bool expected = question.reason[0] == '\0' || keeps_integers;
    EXPECT_EQ(result.supported, expected ? 1U : 0U);
    if (result.supported != 0) {
      EXPECT_EQ(result.reason, nullptr);
    } else {
      ASSERT_NE(result.reason, nullptr);
      EXPECT_NE(std::string(result.reason).find(question.reason), std::string::npos) << result.reason;
    }

    const Tensor before = r.q_out;
    Prepared prepared(plugin, r.spec);
    const rope_status status = prepared.status == ROPE_OK ? prepared.apply(r.call) : prepared.status;
    EXPECT_EQ(status == ROPE_OK, expected);
    if (status != ROPE_OK) {
      EXPECT_NE(prepared.error().find(question.reason), std::string::npos) << prepared.error();
      EXPECT_EQ(r.q_out, before) << "a refused call must write nothing";
    }
  }
}

TEST_P(Query, WantsItsArguments) {
  const LoadedPlugin plugin(GetParam());
  const rope_impl_api& api = plugin.api();
  Request r;
  rope_query_result result{};
  EXPECT_EQ(api.query(&r.spec, &r.call, &result), ROPE_INVALID_ARGUMENT) << "no room for the answer";
  result.struct_size = sizeof(result);
  EXPECT_EQ(api.query(nullptr, &r.call, &result), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(api.query(&r.spec, nullptr, &result), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(api.prepare(&r.spec, nullptr), ROPE_INVALID_ARGUMENT);
  rope_handle* handle = nullptr;
  EXPECT_EQ(api.prepare(nullptr, &handle), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(handle, nullptr);
  EXPECT_STRNE(api.last_error(nullptr), "");
  EXPECT_EQ(api.apply(nullptr, &r.call), ROPE_INVALID_ARGUMENT);
  api.close(nullptr);
}

TEST_P(Query, PositionsOutOfRangeAreAnErrorAndNothingIsWritten) {
  const LoadedPlugin plugin(GetParam());
  for (const std::int64_t position : {std::int64_t{131072}, std::int64_t{-131073}, std::int64_t{1} << 40}) {
    Request r;
    r.positions[2] = position;
    const Tensor before = r.q_out;
    Prepared prepared(plugin, r.spec);
    EXPECT_EQ(prepared.apply(r.call), ROPE_INVALID_ARGUMENT);
    EXPECT_NE(prepared.error().find("position " + std::to_string(position)), std::string::npos) << prepared.error();
    EXPECT_EQ(r.q_out, before);
    r.positions[2] = 131071;
    EXPECT_EQ(prepared.apply(r.call), ROPE_OK) << "an error must not spoil the handle";
    EXPECT_EQ(prepared.error(), "");
  }
}

TEST_P(Query, MissingDataIsAnError) {
  const LoadedPlugin plugin(GetParam());
  for (const auto& remove : std::vector<std::function<void(rope_call&)>>{
           [](rope_call& c) { c.q_in.data = nullptr; }, [](rope_call& c) { c.q_out.data = nullptr; },
           [](rope_call& c) { c.k_in.data = nullptr; }, [](rope_call& c) { c.k_out.data = nullptr; },
           [](rope_call& c) { c.positions.data = nullptr; }}) {
    Request r;
    remove(r.call);
    Prepared prepared(plugin, r.spec);
    EXPECT_EQ(prepared.apply(r.call), ROPE_INVALID_ARGUMENT);
    EXPECT_NE(prepared.error().find("must have data"), std::string::npos) << prepared.error();
  }
}

TEST_P(Query, AnEarlierEditionsSmallerStructsWillDo) {
  const LoadedPlugin plugin(GetParam());
  Request r;
  r.q.randomize(1);
  Prepared prepared(plugin, r.spec);
  ASSERT_EQ(prepared.apply(r.call), ROPE_OK);
  const Tensor expected = r.q_out;
  r.q_out = Tensor(ROPE_F32, r.q.shape());
  r.call.q_out = r.q_out.view();
  r.call.struct_size = offsetof(rope_call, cu_seqlens);
  r.call.cu_seqlens = &r;  // beyond struct_size: must not be looked at
  ASSERT_EQ(prepared.apply(r.call), ROPE_OK) << prepared.error();
  EXPECT_EQ(r.q_out, expected);
}

TEST_P(Query, TakesWhatItPromisesToTake) {
  const LoadedPlugin plugin(GetParam());
  const rope_impl_api& api = plugin.api();
  EXPECT_EQ(api.extension(ROPE_EXT_MUST_SUPPORT, 2), nullptr);
  EXPECT_EQ(api.extension(ROPE_EXT_STREAMS, 1), nullptr);
  EXPECT_EQ(api.extension(nullptr, 1), nullptr);
  const auto* const promised = static_cast<const rope_must_support*>(api.extension(ROPE_EXT_MUST_SUPPORT, 1));
  ASSERT_NE(promised, nullptr);
  ASSERT_GE(promised->count, 6U);
  for (std::uint32_t i = 0; i < promised->count; ++i) {
    const rope_must_support_case& asked = promised->cases[i];
    EXPECT_EQ(asked.struct_size, sizeof(asked));
    rope_spec spec = usual_spec(asked.pairing);
    spec.head_dim = spec.rotary_dim = asked.head_dim;
    spec.max_position = 4096;
    Tensor q(asked.dtype, {1, 3, 4, asked.head_dim}), out = q;
    rope_query_result result{};
    result.struct_size = sizeof(result);
    const std::vector<std::int64_t> positions{0, 1, 2};
    const rope_call call = call_of(q.view(), out.view(), token_positions(positions), asked.direction);
    ASSERT_EQ(api.query(&spec, &call, &result), ROPE_OK);
    EXPECT_EQ(result.supported, 1U) << i;
  }
}

/// They are the caller's, and valid during prepare only.
TEST_P(Query, ListsOfLongRopeAreReadByPrepareAlone) {
  const LoadedPlugin plugin(GetParam());
  std::vector<double> short_factor(8, 1.25), long_factor(8, 4);
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  rope_parametric& p = spec.angles.parametric;
  p.family = ROPE_FAMILY_LONGROPE;
  p.short_factor = short_factor.data();
  p.long_factor = long_factor.data();
  p.original_max_position = 4096;
  p.sequence_length = 8192;
  Tensor q(ROPE_F32, {1, 3, 2, 16});
  q.randomize(5);
  const Tensor expected = rotated(plugin, spec, q, {5, 60, 700});
  Prepared prepared(plugin, spec);
  std::fill(short_factor.begin(), short_factor.end(), std::numeric_limits<double>::quiet_NaN());
  std::fill(long_factor.begin(), long_factor.end(), std::numeric_limits<double>::quiet_NaN());
  Tensor out = q;
  const std::vector<std::int64_t> positions{5, 60, 700};
  ASSERT_EQ(prepared.apply(call_of(q.view(), out.view(), token_positions(positions))), ROPE_OK) << prepared.error();
  EXPECT_TRUE(out.same_elements(expected));
  EXPECT_FALSE(out.same_elements(rotated(plugin, usual_spec(ROPE_HALF_SPLIT), q, positions)));
}

INSTANTIATE_TEST_SUITE_P(Plugins, Query,
                         testing::Values("usual", "one-rounding", "careful", "device-arithmetic", "fused"));

TEST(Query, FloatPositionsEndAtTwoToThe24AndDoubleOnesDoNot) {
  Request r;
  r.spec.max_position = (std::int64_t{1} << 24) + 1;
  const std::vector<std::pair<const char*, unsigned>> cases{{"usual", 0},   {"one-rounding", 0},      {"template", 0},
                                                            {"careful", 1}, {"device-arithmetic", 1}, {"fused", 1}};
  for (const auto& [name, supported] : cases) {
    rope_query_result result{};
    result.struct_size = sizeof(result);
    ASSERT_EQ(LoadedPlugin(name).api().query(&r.spec, &r.call, &result), ROPE_OK);
    EXPECT_EQ(result.supported, supported) << name;
  }
}

}  // namespace
}  // namespace rope::impls
