// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The OpenCL plug-in on whatever platform is installed: results within a derived bound of the rotation in binary64,
// addresses and streams that are refused, positions that are clamped. Without a platform the tests are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "impls/device/testing/on_device.hpp"

// Read by the leak checker where there is one: what the runtime and its compiler keep until the process ends is theirs.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpocl\nleak:libLLVM\nleak:libclang\nleak:libOpenCL\n";
}

namespace rope::device {
namespace {

using impls::call_of;
using impls::LoadedPlugin;
using impls::Prepared;
using impls::Tensor;
using impls::usual_spec;

class OpenClDevice : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // PoCL writes what it compiles to a folder, by default in the user's home.
    setenv("POCL_CACHE_DIR", ROPE_POCL_CACHE, 0);
    // The runtime has threads, which a fork without exec leaves behind.
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }

  void SetUp() override {
    const Prepared prepared(plugin, spec);
    const std::string error = prepared.error();
    if (error.find("pocl-opencl-icd") != std::string::npos) GTEST_SKIP() << error;
    ASSERT_EQ(prepared.status, ROPE_OK) << error;
  }

  /// Of the largest error to its bound, over all rotated elements.
  ///
  /// cos and sin are rounded to fp32 (u = 2^-24), each product is, and their sum: 3u(1 + 2u) (|x0 c| + |x1 s|). Before
  /// that, the angle is one product in binary64, below 2^17 and so within 2^-36, and OpenCL's cos and sin are good to 4
  /// ulp: 2^-35 (|x0| + |x1|) holds both. Then one rounding to the output: half an ulp, or half the least subnormal.
  double worst_ratio(const rope_spec& s, const Tensor& in, const Tensor& out, const std::vector<double>& inv_freq,
                     const std::vector<std::int64_t>& at, rope_direction direction) const {
    const double unit = in.dtype() == ROPE_F32 ? 0x1p-24 : in.dtype() == ROPE_F16 ? 0x1p-11 : 0x1p-8;
    const double least = in.dtype() == ROPE_F16 ? 0x1p-25 : 0;
    double worst = 0;
    in.for_each([&](Tensor::Index index) {
      const std::int64_t pairs = s.rotary_dim / 2;
      const std::int64_t pair = index[3];
      if (pair >= pairs) return;
      const bool adjacent = s.pairing_in == ROPE_INTERLEAVED;
      Tensor::Index i0 = index, i1 = index;
      i0[3] = s.dim_offset + (adjacent ? 2 * pair : pair);
      i1[3] = s.dim_offset + (adjacent ? 2 * pair + 1 : pair + pairs);
      const double angle =
          static_cast<double>(at[static_cast<std::size_t>(index[1])]) * inv_freq[static_cast<std::size_t>(pair)];
      const double c = std::cos(angle) * s.attention_factor;
      const double d = std::sin(angle) * s.attention_factor * (direction == ROPE_BACKWARD ? -1 : 1);
      const double x0 = in.value(i0), x1 = in.value(i1);
      const auto ratio = [&](double a, double b, double exact, float got) {
        const double before = 3 * 0x1p-24 * (1 + 0x1p-23) * (std::fabs(a) + std::fabs(b)) +
                              0x1p-35 * s.attention_factor * (std::fabs(x0) + std::fabs(x1));
        const double rounding = in.dtype() == ROPE_F32 ? 0 : unit * (std::fabs(exact) + before) + least;
        return std::fabs(got - exact) / (before + rounding);
      };
      worst = std::max({worst, ratio(x0 * c, x1 * d, x0 * c - x1 * d, out.value(i0)),
                        ratio(x1 * c, x0 * d, x1 * c + x0 * d, out.value(i1))});
    });
    return worst;
  }

  std::vector<double> inv_freq_of(Prepared& prepared, const rope_spec& s) const {
    std::vector<double> inv_freq(s.rotary_dim / 2);
    EXPECT_EQ(plugin.api().export_inv_freq(prepared.handle(), inv_freq.data(), inv_freq.size()), ROPE_OK);
    return inv_freq;
  }

  LoadedPlugin plugin{"device/opencl"};
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
};

TEST_F(OpenClDevice, LooksNoFurtherThanStructSize) {
  spec.angles.parametric.struct_size = offsetof(rope_parametric, family);
  const Prepared prepared(plugin, spec);
  EXPECT_NE(prepared.status, ROPE_OK);
  EXPECT_EQ(prepared.error(), "base must be a positive finite number") << "its base is not to be looked at";
}

TEST_F(OpenClDevice, IsWithinItsBoundAndNotFarBelow) {
  for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
    for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
      for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
        rope_spec partial = usual_spec(pairing);
        impls::scale_as_llama3(partial);
        partial.rotary_dim = 8;
        partial.dim_offset = 4;
        partial.attention_factor = 1.25;
        const Tensor given = random_tensor(dtype, 7 + dtype);
        const DevicePositions at(plugin, std::vector<std::int32_t>(positions.begin(), positions.end()));
        Prepared prepared(plugin, partial);
        // Tokens of the input in reverse order in memory, and gaps between the output's heads.
        const Tensor::Index reversed{336, -48, 16, 1}, gaps{7 * 60, 60, 20, 1};
        DeviceTensor in(plugin, given.with_strides(reversed)), out(plugin, Tensor(dtype, shape, gaps)),
            same(plugin, given);
        ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view(), direction)), ROPE_OK) << prepared.error();
        ASSERT_EQ(prepared.apply(call_of(same.view(), same.view(), at.view(), direction)), ROPE_OK);
        ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK) << prepared.error();

        const Tensor& got = out.contents();
        const double ratio = worst_ratio(partial, given, got, inv_freq_of(prepared, partial), positions, direction);
        EXPECT_LE(ratio, 1);
        EXPECT_GT(ratio, 0.2) << "a bound this far away would see nothing";
        EXPECT_TRUE(got.surroundings_untouched());
        EXPECT_TRUE(same.contents().same_elements(got));
        EXPECT_TRUE(in.contents().same_elements(given));
        EXPECT_TRUE(in.guards_untouched() && out.guards_untouched() && same.guards_untouched());
        given.for_each([&](Tensor::Index i) {
          const bool passes_through = i[3] < 4 || i[3] >= 12;
          EXPECT_TRUE(!passes_through || got.get(i) == given.get(i));
        });
      }
    }
  }
}

TEST_F(OpenClDevice, AllKindsOfPositionsMeanTheSame) {
  const Tensor given = random_tensor(ROPE_F32);
  const std::vector<std::int64_t> running{100, 101, 102, 103, 104, 105, 106};
  const DevicePositions tokens(plugin, running);
  const DevicePositions starts(plugin, std::vector<std::int64_t>{100, 100});
  DeviceTensor in(plugin, given), by_token(plugin, Tensor(ROPE_F32, shape)), by_row(plugin, Tensor(ROPE_F32, shape)),
      by_offset(plugin, Tensor(ROPE_F32, shape));
  rope_positions row = starts.view(), offset{};
  row.kind = ROPE_POSITIONS_BATCH_OFFSET;
  row.batch_stride = 1;
  offset.struct_size = sizeof(offset);
  offset.kind = ROPE_POSITIONS_OFFSET;
  offset.offset = 100;
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), by_token.view(), tokens.view())), ROPE_OK) << prepared.error();
  ASSERT_EQ(prepared.apply(call_of(in.view(), by_row.view(), row)), ROPE_OK) << prepared.error();
  ASSERT_EQ(prepared.apply(call_of(in.view(), by_offset.view(), offset)), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(by_row.contents().same_elements(by_token.contents()));
  EXPECT_TRUE(by_offset.contents().same_elements(by_token.contents()));
}

TEST_F(OpenClDevice, PositionsOutOfRangeAreClamped) {
  ASSERT_EQ(plugin.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_CLAMP);
  const std::int64_t limit = spec.max_position;
  const DevicePositions beyond(plugin, std::vector<std::int64_t>{0, limit - 1, limit, INT64_MAX, -limit, INT64_MIN, 5});
  const DevicePositions nearest(plugin,
                                std::vector<std::int64_t>{0, limit - 1, limit - 1, limit - 1, -limit, -limit, 5});
  DeviceTensor in(plugin, random_tensor(ROPE_F32)), got(plugin, Tensor(ROPE_F32, shape)),
      expected(plugin, Tensor(ROPE_F32, shape));
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), got.view(), beyond.view())), ROPE_OK);
  ASSERT_EQ(prepared.apply(call_of(in.view(), expected.view(), nearest.view())), ROPE_OK);
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(got.contents().same_elements(expected.contents()));
}

TEST_F(OpenClDevice, RefusesWhatIsNotOnTheDevice) {
  Tensor on_host = random_tensor(ROPE_F32);
  DeviceTensor in(plugin, on_host), out(plugin, Tensor(ROPE_F32, shape));
  const DevicePositions at(plugin, positions);
  Prepared prepared(plugin, spec);
  const auto refusal = [&](auto change) {
    rope_call call = call_of(in.view(), out.view(), at.view());
    change(call);
    EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
    return prepared.error();
  };
  const std::string not_here = " does not lie in device memory that was allocated here";
  EXPECT_EQ(refusal([&](rope_call& call) { call.q_in.data = on_host.view().data; }), "q_in" + not_here);
  EXPECT_EQ(refusal([&](rope_call& call) { call.q_out.data = nullptr; }), "q_out" + not_here);
  EXPECT_EQ(refusal([&](rope_call& call) { call.q_out.strides[0] = 1 << 20; }), "q_out" + not_here);
  EXPECT_EQ(refusal([&](rope_call& call) { call.positions.data = positions.data(); }), "positions" + not_here);
  EXPECT_EQ(refusal([&](rope_call& call) { call.q_in.memory = ROPE_HOST; }), "tensors must lie in device memory");
  EXPECT_EQ(refusal([&](rope_call& call) { call.q_in.data = static_cast<char*>(call.q_in.data) + 1; }),
            "q_in is not aligned to its elements");
  EXPECT_EQ(refusal([&](rope_call& call) { call.stream = &call; }), "the stream was not created here, or is destroyed");
  EXPECT_EQ(plugin.api().copy_in(on_host.view().data, positions.data(), 4), ROPE_INVALID_ARGUMENT);
  EXPECT_NE(std::string(plugin.api().last_error(nullptr)).find("copy_in"), std::string::npos);
}

TEST_F(OpenClDevice, StreamsAreQueuesOfTheirOwn) {
  const auto& streams = *static_cast<const rope_streams*>(plugin.api().extension(ROPE_EXT_STREAMS, 1));
  const DevicePositions at(plugin, positions);
  DeviceTensor in(plugin, random_tensor(ROPE_BF16)), expected(plugin, Tensor(ROPE_BF16, shape));
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), expected.view(), at.view())), ROPE_OK);
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  for (int i = 0; i < 20; ++i) {
    void* stream = nullptr;
    ASSERT_EQ(streams.create(&stream), ROPE_OK);
    DeviceTensor out(plugin, Tensor(ROPE_BF16, shape));
    rope_call call = call_of(in.view(), out.view(), at.view());
    call.stream = stream;
    ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
    ASSERT_EQ(plugin.api().synchronize(prepared.handle(), stream), ROPE_OK) << prepared.error();
    EXPECT_TRUE(out.contents().same_elements(expected.contents()));
    streams.destroy(stream);
    EXPECT_EQ(plugin.api().synchronize(prepared.handle(), stream), ROPE_INVALID_ARGUMENT);
  }
}

TEST_F(OpenClDevice, MayBeClosedAndReleasedWithWorkInFlight) {
  const DevicePositions at(plugin, positions);
  for (int i = 0; i < 50; ++i) {
    DeviceTensor in(plugin, random_tensor(ROPE_F16)), out(plugin, Tensor(ROPE_F16, shape));
    Prepared prepared(plugin, spec);
    ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_OK) << prepared.error();
  }
}

TEST_F(OpenClDevice, ANarrowedNanStaysANan) {
  Tensor given(ROPE_BF16, {1, 1, 1, 16});
  given.for_each([&](Tensor::Index i) { given.set(i, 0x7fff); });
  const DevicePositions at(plugin, std::vector<std::int64_t>{3});
  DeviceTensor both(plugin, given);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(both.view(), both.view(), at.view())), ROPE_OK);
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  const Tensor& got = both.contents();
  got.for_each([&](Tensor::Index i) { EXPECT_TRUE(std::isnan(got.value(i))); });
}

TEST_F(OpenClDevice, ItsAddressesCannotBeReadOnTheHost) {
  const DeviceBytes memory(plugin, 64);
  EXPECT_EXIT(
      {
        std::signal(SIGSEGV, SIG_DFL);
        std::_Exit(*static_cast<volatile char*>(memory.address()));
      },
      testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(plugin.api().release(static_cast<char*>(memory.address()) + 8), testing::KilledBySignal(SIGABRT),
              "not allocated here");
}

TEST_F(OpenClDevice, AnEmptyCallNeedsNoMemory) {
  Prepared prepared(plugin, spec);
  rope_tensor none = Tensor(ROPE_F32, {1, 0, 3, 16}).view(false);
  none.memory = ROPE_DEVICE;
  rope_positions at = impls::token_positions({});
  at.memory = ROPE_DEVICE;
  at.data = nullptr;
  EXPECT_EQ(prepared.apply(call_of(none, none, at)), ROPE_OK) << prepared.error();
  EXPECT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
}

}  // namespace
}  // namespace rope::device
