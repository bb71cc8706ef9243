// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the CUDA plug-in does besides rotating: limits, streams, refusals, exports. As arrangements_test.cpp, on the
// host and on a GPU.
#include <cmath>
#include <functional>

#include "impls/cuda/testing/on_both.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::cuda {
namespace {

using device::DeviceBytes;
using impls::Matrix;

TEST_F(CudaPlugin, PositionsOutOfRangeAreClamped) {
  ASSERT_EQ(plugin.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_CLAMP);
  const std::int64_t limit = Asked{}.spec.max_position;
  const std::vector<std::int64_t> beyond{0, limit - 1, limit, INT64_MAX, -limit, INT64_MIN, 5};
  const std::vector<std::int64_t> nearest{0, limit - 1, limit - 1, limit - 1, -limit, -limit, 5};
  Asked asked;
  asked.positions = token_positions(beyond);
  Made got(asked);
  const MirroredCall call(plugin, got.call);
  Prepared prepared(plugin, asked.spec);
  ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(call.fetch());
  EXPECT_TRUE(got.q_out.same_elements(rotated(host, asked.spec, got.q, nearest)));
}

/// Elements lie where 32 bits cannot count them; between them there is nothing that needs to be there on the host.
TEST_F(CudaPlugin, TensorsOfMoreThanTwoToThe31Elements) {
  constexpr std::int64_t apart = (std::int64_t{1} << 31) + 8;
  void* address = nullptr;
  if (plugin.api().allocate((apart + 16) * 2, &address) == ROPE_OUT_OF_MEMORY) GTEST_SKIP() << "no 4 GiB are free";
  ASSERT_NE(address, nullptr) << plugin.api().last_error(nullptr);
  auto* const first = static_cast<std::uint16_t*>(address);
  Tensor q(ROPE_BF16, {1, 2, 1, 16});
  q.randomize(1);
  const auto head = [&](std::int64_t s) {
    std::vector<std::uint16_t> bits;
    for (std::int64_t e = 0; e < 16; ++e) bits.push_back(static_cast<std::uint16_t>(q.get({0, s, 0, e})));
    return bits;
  };
  const std::vector<std::int64_t> at{77, 3001};
  for (std::int64_t s = 0; s < 2; ++s) {
    ASSERT_EQ(plugin.api().copy_in(first + s * apart, head(s).data(), 32), ROPE_OK);
  }
  const DeviceBytes positions(plugin, 16);
  positions.write(at.data(), 16);
  rope_tensor tensor = q.view();
  tensor.data = address;
  tensor.memory = ROPE_DEVICE;
  tensor.strides[0] = 2 * apart;
  tensor.strides[1] = apart;
  rope_positions p = token_positions(at);
  p.data = positions.address();
  p.memory = ROPE_DEVICE;
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(tensor, tensor, p)), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK) << prepared.error();
  const Tensor expected = rotated(host, spec, q, at);
  for (std::int64_t s = 0; s < 2; ++s) {
    std::vector<std::uint16_t> got(16);
    ASSERT_EQ(plugin.api().copy_out(got.data(), first + s * apart, 32), ROPE_OK);
    for (std::int64_t e = 0; e < 16; ++e) {
      EXPECT_EQ(got[static_cast<std::size_t>(e)], expected.get({0, s, 0, e})) << s << " " << e;
    }
  }
  plugin.api().release(address);
}

TEST_F(CudaPlugin, StreamsOfItsOwn) {
  const auto& streams = *static_cast<const rope_streams*>(plugin.api().extension(ROPE_EXT_STREAMS, 1));
  const Asked asked;
  Made expected(asked);
  Prepared on_host(host, asked.spec), prepared(plugin, asked.spec);
  ASSERT_EQ(on_host.apply(expected.call), ROPE_OK);
  for (int i = 0; i < 20; ++i) {
    void* stream = nullptr;
    ASSERT_EQ(streams.create(&stream), ROPE_OK);
    ASSERT_NE(stream, nullptr);
    Made got(asked);
    MirroredCall call(plugin, got.call);
    call.call.stream = stream;
    ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
    ASSERT_EQ(plugin.api().synchronize(prepared.handle(), stream), ROPE_OK) << prepared.error();
    EXPECT_TRUE(call.fetch());
    EXPECT_TRUE(got.q_out == expected.q_out);
    streams.destroy(stream);
  }
}

TEST_F(CudaPlugin, NaNsStayNaNsAndSpoilNobodyElse) {
  for (const rope_dtype dtype : dtypes) {
    Asked asked;
    asked.dtype = dtype;
    Made got(asked);
    got.q.set({0, 3, 1, 2}, Tensor::to_bits(dtype, NAN));
    got.q.set({1, 5, 0, 4}, Tensor::to_bits(dtype, INFINITY));
    const MirroredCall call(plugin, got.call);
    Prepared prepared(plugin, asked.spec);
    ASSERT_EQ(prepared.apply(call.call), ROPE_OK);
    ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
    EXPECT_TRUE(call.fetch());
    const Tensor expected = rotated(host, asked.spec, got.q, Asked::some_positions);
    got.q_out.for_each([&](Tensor::Index i) {
      const bool nan = std::isnan(expected.value(i));
      EXPECT_TRUE(nan ? std::isnan(got.q_out.value(i)) : got.q_out.get(i) == expected.get(i));
    });
    EXPECT_TRUE(std::isnan(got.q_out.value({0, 3, 1, 10})));
    EXPECT_FALSE(std::isfinite(got.q_out.value({1, 5, 0, 12})));
  }
}

TEST_F(CudaPlugin, ExportsTheFrequenciesThatItUses) {
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  double exported[8], expected[8];
  Prepared on_device(plugin, spec), on_host(host, spec);
  ASSERT_EQ(plugin.api().export_inv_freq(on_device.handle(), exported, 8), ROPE_OK);
  ASSERT_EQ(host.api().export_inv_freq(on_host.handle(), expected, 8), ROPE_OK);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(exported[i], expected[i]) << i;
  EXPECT_EQ(plugin.api().export_inv_freq(on_device.handle(), exported, 7), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(on_device.error(), "export_inv_freq: count must be rotary_dim/2");
}

TEST_F(CudaPlugin, RefusesWhatItCannotDo) {
  Made made(Asked{});
  const MirroredCall mirrored(plugin, made.call);
  const auto answer = [&](const std::function<void(rope_spec&, rope_call&)>& change) {
    rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
    rope_call call = mirrored.call;
    change(spec, call);
    rope_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(plugin.api().query(&spec, &call, &result), ROPE_OK);
    return std::string(result.supported == 1 ? "" : result.reason);
  };
  EXPECT_EQ(answer([](rope_spec&, rope_call&) {}), "");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.q_in.memory = ROPE_HOST; }), "tensors must lie in device memory");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.positions.memory = ROPE_HOST; }),
            "positions must lie in device memory");
  EXPECT_EQ(answer([](rope_spec& s, rope_call& c) {
              s.head_dim = s.rotary_dim = 1026;
              for (rope_tensor* t : {&c.q_in, &c.q_out, &c.k_in, &c.k_out}) t->shape[3] = 1026;
            }),
            "rotary_dim must not exceed 1024");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.positions.kind = ROPE_POSITIONS_AXES, c.positions.axes = 257; }),
            "positions must not have more than 256 axes");
  EXPECT_EQ(answer([](rope_spec& s, rope_call&) { s.rotary_dim = 7; }), "rotary_dim must be even and at least 2");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.q_in.dtype = ROPE_F64; }),
            "only fp32, fp16 and bf16 tensors are implemented");

  Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
  rope_call call = mirrored.call;
  call.k_out.data = nullptr;
  EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "k_in and k_out must have data where k is present");
  call = mirrored.call;
  call.positions.data = nullptr;
  EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "positions must have data");

  Matrix infinite(ROPE_F32, 1, 8, 0);
  for (std::int64_t i = 0; i < 8; ++i) infinite.set(0, i, i == 5 ? INFINITY : 1);
  const rope_spec supplied = with_matrix(usual_spec(ROPE_HALF_SPLIT), ROPE_SOURCE_INV_FREQ, infinite);
  const MirroredSpec on_device(plugin, supplied);
  Prepared not_finite(plugin, on_device.spec);
  EXPECT_EQ(not_finite.status, ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(not_finite.error(), "supplied inv_freq must be finite");
  EXPECT_EQ(not_finite.apply(mirrored.call), ROPE_INVALID_ARGUMENT);
}

TEST_F(CudaPlugin, AnEmptyCallDoesNothing) {
  Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
  for (const Tensor::Index shape :
       {Tensor::Index{1, 0, 3, 16}, Tensor::Index{0, 4, 3, 16}, Tensor::Index{2, 4, 0, 16}}) {
    rope_tensor none = Tensor(ROPE_F32, shape).view(false);
    none.memory = ROPE_DEVICE;
    rope_positions at{};
    at.struct_size = sizeof(at);
    at.kind = ROPE_POSITIONS_OFFSET;
    EXPECT_EQ(prepared.apply(call_of(none, none, at)), ROPE_OK) << prepared.error();
  }
  EXPECT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
}

/// q without heads beside a k that has some.
TEST_F(CudaPlugin, KAloneIsRotatedAndNotScaled) {
  Asked asked;
  asked.spec.query_scale = 3;
  asked.q_shape[2] = 0;
  Made expected(asked);
  Prepared on_host(host, asked.spec);
  ASSERT_EQ(on_host.apply(expected.call), ROPE_OK) << on_host.error();
  Made got(asked);
  rope_call k_only = got.call;
  k_only.q_in = k_only.k_in;
  k_only.q_out = k_only.k_out;
  k_only.k_in = k_only.k_out = rope_tensor{};
  MirroredCall call(plugin, k_only);
  call.call.k_in = call.call.q_in;
  call.call.k_out = call.call.q_out;
  call.call.q_in = got.call.q_in;
  call.call.q_out = got.call.q_out;
  call.call.q_in.memory = call.call.q_out.memory = ROPE_DEVICE;
  Prepared prepared(plugin, asked.spec);
  ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(call.fetch());
  EXPECT_TRUE(got.k_out == expected.k_out);
}

}  // namespace
}  // namespace rope::cuda
