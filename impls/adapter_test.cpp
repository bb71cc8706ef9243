// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope_impl.hpp around a class that fails on demand: statuses, texts, struct_size and lifetimes.
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "impls/loaded_plugin.hpp"
#include "rope_impl.hpp"

namespace rope::impls {
namespace {

/// Fails as the number of heads says.
struct Fails {
  static rope_impl_info info() {
    auto info = rope_plugin::named("fails", "1", "fails on demand");
    info.dtypes = rope_plugin::bits(ROPE_F32);
    info.pairings = rope_plugin::bits(ROPE_HALF_SPLIT);
    info.directions = rope_plugin::bits(ROPE_FORWARD);
    info.sources = rope_plugin::bits(ROPE_SOURCE_PARAMETRIC);
    info.families = rope_plugin::bits(ROPE_FAMILY_DEFAULT, ROPE_FAMILY_LONGROPE);
    info.layouts = rope_plugin::bits(ROPE_BSHD, ROPE_BHSD, ROPE_SBHD);
    info.position_kinds = rope_plugin::bits(ROPE_POSITIONS_TOKEN);
    info.position_dtypes = rope_plugin::bits(ROPE_I64);
    info.flags = ROPE_FLAG_Q_ALONE;
    return info;
  }
  static const char* refuse(const rope_spec& spec, const rope_call& call) {
    if (spec.angles.parametric.family == ROPE_FAMILY_LONGROPE) {
      lists.assign(spec.angles.parametric.long_factor, spec.angles.parametric.long_factor + spec.rotary_dim / 2);
    }
    if (call.q_in.shape[2] == 8) throw std::runtime_error("eight heads");
    return call.q_in.shape[2] == 7 ? "seven heads" : nullptr;
  }
  explicit Fails(const rope_spec& spec) : base(spec.angles.parametric.base) {
    if (base == 1) throw std::runtime_error("base 1");
    ++alive;
  }
  ~Fails() { --alive; }
  Fails(const Fails&) = delete;
  Fails& operator=(const Fails&) = delete;

  void apply(const rope_call& call) const {
    switch (call.q_in.shape[2]) {
      case 1:
        throw std::out_of_range("no such row");
      case 2:
        throw std::runtime_error("the device is gone");
      case 3:
        throw std::bad_alloc();
      case 4:
        throw 4;
      default:
        return;
    }
  }

  double base;
  static inline int alive = 0;
  static inline std::vector<double> lists;
};

rope_status apply_with(const rope_impl_api& api, rope_handle* handle, std::int64_t heads) {
  Tensor q(ROPE_F32, {1, 2, heads, 16}), out(q);
  const std::vector<std::int64_t> positions{0, 1};
  const rope_call call = call_of(q.view(), out.view(), token_positions(positions));
  return api.apply(handle, &call);
}

TEST(Adapter, TurnsExceptionsIntoStatusesAndTexts) {
  const rope_impl_api& api = *rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION);
  EXPECT_EQ(rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION + 1), nullptr);
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  rope_handle* handle = nullptr;
  ASSERT_EQ(api.prepare(&spec, &handle), ROPE_OK);
  EXPECT_EQ(Fails::alive, 1);
  const auto expect = [&](std::int64_t heads, rope_status status, const char* text) {
    EXPECT_EQ(apply_with(api, handle, heads), status);
    EXPECT_STREQ(api.last_error(handle), text);
  };
  expect(1, ROPE_INVALID_ARGUMENT, "no such row");
  expect(2, ROPE_ERROR, "the device is gone");
  expect(3, ROPE_OUT_OF_MEMORY, "out of memory");
  expect(4, ROPE_ERROR, "an exception that is no std::exception");
  expect(5, ROPE_OK, "");
  expect(7, ROPE_UNSUPPORTED, "seven heads");
  api.close(handle);
  api.close(nullptr);
  EXPECT_EQ(Fails::alive, 0);
}

TEST(Adapter, LastErrorIsOfTheCallingThread) {
  const rope_impl_api& api = *rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION);
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  rope_handle* handle = nullptr;
  ASSERT_EQ(api.prepare(&spec, &handle), ROPE_OK);
  EXPECT_EQ(apply_with(api, handle, 2), ROPE_ERROR);
  std::thread([&] {
    EXPECT_EQ(apply_with(api, handle, 5), ROPE_OK);
    EXPECT_EQ(apply_with(api, handle, 1), ROPE_INVALID_ARGUMENT);
    EXPECT_STREQ(api.last_error(handle), "no such row");
  }).join();
  EXPECT_STREQ(api.last_error(handle), "the device is gone");
  api.close(handle);
}

TEST(Adapter, LetsNoExceptionOutOfQueryAndDescribe) {
  struct NoInfo : Fails {
    static rope_impl_info info() { throw std::runtime_error("no device to describe"); }
    using Fails::Fails;
  };
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  Tensor q(ROPE_F32, {1, 2, 8, 16}), out(q);
  const rope_call call = call_of(q.view(false), out.view(false), token_positions({}));
  rope_query_result result{};
  result.struct_size = sizeof(result);
  const rope_impl_api& api = *rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION);
  EXPECT_EQ(api.query(&spec, &call, &result), ROPE_ERROR);
  EXPECT_STREQ(api.last_error(nullptr), "eight heads");
  const rope_impl_api& none = *rope_plugin::entry<NoInfo>(ROPE_IMPL_ABI_VERSION);
  EXPECT_EQ(none.describe(), nullptr);
  EXPECT_STREQ(none.last_error(nullptr), "no device to describe");
  EXPECT_EQ(none.query(&spec, &call, &result), ROPE_ERROR);
}

TEST(Adapter, KeepsTheListsOfLongRope) {
  const rope_impl_api& api = *rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION);
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  std::vector<double> factors{1, 2, 3, 4, 5, 6, 7, 8};
  ASSERT_EQ(factors.size(), spec.rotary_dim / 2);
  spec.angles.parametric.family = ROPE_FAMILY_LONGROPE;
  spec.angles.parametric.short_factor = spec.angles.parametric.long_factor = factors.data();
  rope_handle* handle = nullptr;
  ASSERT_EQ(api.prepare(&spec, &handle), ROPE_OK);
  const std::vector<double> given = factors;
  std::fill(factors.begin(), factors.end(), -1);  // they are valid during prepare only
  EXPECT_EQ(apply_with(api, handle, 5), ROPE_OK);
  EXPECT_EQ(Fails::lists, given);
  api.close(handle);
}

TEST(Adapter, AFailedPrepareLeavesAHandleWithAText) {
  const rope_impl_api& api = *rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION);
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  spec.angles.parametric.base = 1;
  rope_handle* handle = nullptr;
  EXPECT_EQ(api.prepare(&spec, &handle), ROPE_ERROR);
  EXPECT_STREQ(api.last_error(handle), "base 1");
  EXPECT_EQ(apply_with(api, handle, 5), ROPE_INVALID_ARGUMENT);
  EXPECT_STREQ(api.last_error(handle), "prepare failed, so there is nothing to apply");
  api.close(handle);
  EXPECT_EQ(api.prepare(&spec, nullptr), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(api.prepare(nullptr, &handle), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(handle, nullptr);
  EXPECT_NE(api.last_error(nullptr), nullptr);
}

TEST(Adapter, LooksNoFurtherThanStructSize) {
  const rope_impl_api& api = *rope_plugin::entry<Fails>(ROPE_IMPL_ABI_VERSION);
  Tensor q(ROPE_F32, {1, 2, 5, 16}), out(q);
  const rope_call call = call_of(q.view(false), out.view(false), token_positions({}));
  rope_query_result result{};
  const auto reason = [&](const rope_spec& spec, const rope_call& asked) -> std::string {
    result.struct_size = sizeof(result);
    EXPECT_EQ(api.query(&spec, &asked, &result), ROPE_OK);
    EXPECT_EQ(result.supported == 0, result.reason != nullptr);
    return result.reason != nullptr ? result.reason : "";
  };
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  EXPECT_EQ(reason(spec, call), "");
  spec.angles.parametric.struct_size = offsetof(rope_parametric, family);
  EXPECT_EQ(reason(spec, call), "describe does not list this family");
  spec = usual_spec(ROPE_HALF_SPLIT);
  spec.struct_size = offsetof(rope_spec, pairing_in);
  EXPECT_EQ(reason(spec, call), "describe does not list this pairing");
  rope_call short_call = call;
  short_call.struct_size = offsetof(rope_call, positions);
  EXPECT_EQ(reason(usual_spec(ROPE_HALF_SPLIT), short_call), "describe does not list this kind of positions");
}

TEST(Adapter, KnowsADenseTensorOfEachLayout) {
  rope_tensor t{};
  const auto is_dense = [&](rope_layout layout, Tensor::Index shape, Tensor::Index strides) {
    t.layout = layout;
    std::copy(shape.begin(), shape.end(), t.shape);
    std::copy(strides.begin(), strides.end(), t.strides);
    return rope_plugin::dense(t);
  };
  EXPECT_TRUE(is_dense(ROPE_BSHD, {2, 3, 5, 8}, {120, 40, 8, 1}));
  EXPECT_TRUE(is_dense(ROPE_BHSD, {2, 3, 5, 8}, {120, 8, 24, 1}));
  EXPECT_TRUE(is_dense(ROPE_SBHD, {2, 3, 5, 8}, {40, 80, 8, 1}));
  EXPECT_FALSE(is_dense(ROPE_BSHD, {2, 3, 5, 8}, {120, 8, 24, 1}));
  EXPECT_FALSE(is_dense(ROPE_BSHD, {2, 3, 5, 8}, {120, 40, 9, 1}));
  EXPECT_TRUE(is_dense(ROPE_BSHD, {1, 3, 1, 8}, {7, 8, 99, 1}));  // an axis of length 1 is never stepped along
  EXPECT_TRUE(is_dense(ROPE_BSHD, {2, 0, 5, 8}, {7, 7, 7, 7}));
}

}  // namespace
}  // namespace rope::impls
