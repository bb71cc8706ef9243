// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For the tests of the CUDA plug-in: a call with everything that it has, made to happen by the plug-in and by
// device-arithmetic on the host.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "impls/device/testing/mirrored_call.hpp"
#include "impls/loaded_plugin.hpp"

namespace rope::cuda {

using device::MirroredCall;
using device::MirroredSpec;
using impls::call_of;
using impls::LoadedPlugin;
using impls::Prepared;
using impls::Tensor;
using impls::token_positions;
using impls::usual_spec;

inline constexpr rope_dtype dtypes[] = {ROPE_F32, ROPE_F16, ROPE_BF16};
inline constexpr rope_pairing pairings[] = {ROPE_HALF_SPLIT, ROPE_INTERLEAVED};

/// Everything that a call has, in host memory; in place where outputs are asked to be inputs.
struct Asked {
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  rope_dtype dtype = ROPE_BF16;
  Tensor::Index q_shape{2, 7, 3, 16}, k_shape{2, 7, 2, 16};
  Tensor::Index in_strides{}, out_strides{};  ///< all 0: dense
  rope_positions positions = token_positions(some_positions);
  rope_direction direction = ROPE_FORWARD;
  bool with_k = true, in_place = false;
  std::vector<std::int32_t> cu_seqlens;
  std::vector<std::int64_t> start_positions;

  inline static const std::vector<std::int64_t> some_positions{0, 1, -2, 257, 1023, 8192, 131071};
};

/// A call's tensors with the call.
struct Made {
  explicit Made(const Asked& asked)
      : q(random(asked, asked.q_shape, 1)),
        k(random(asked, asked.k_shape, 2)),
        q_out(asked.dtype, asked.q_shape, strides(asked.out_strides, asked.q_shape)),
        k_out(asked.dtype, asked.k_shape, strides(asked.out_strides, asked.k_shape)) {
    call = call_of(q.view(), asked.in_place ? q.view() : q_out.view(), asked.positions, asked.direction);
    if (asked.with_k) {
      call.k_in = k.view();
      call.k_out = asked.in_place ? k.view() : k_out.view();
    }
    call.in_place = asked.in_place ? 1 : 0;
    if (asked.cu_seqlens.empty()) return;
    for (rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) t->layout = ROPE_THD;
    call.cu_seqlens = asked.cu_seqlens.data();
    call.cu_seqlens_count = static_cast<std::int64_t>(asked.cu_seqlens.size());
    call.start_positions = asked.start_positions.empty() ? nullptr : asked.start_positions.data();
    call.has_start_positions = asked.start_positions.empty() ? 0 : 1;
  }

  static Tensor::Index strides(const Tensor::Index& given, const Tensor::Index& shape) {
    return given == Tensor::Index{} ? Tensor::dense(shape) : given;
  }
  static Tensor random(const Asked& asked, const Tensor::Index& shape, std::uint32_t seed) {
    Tensor dense(asked.dtype, shape);
    dense.randomize(seed);
    return dense.with_strides(strides(asked.in_strides, shape));
  }

  Tensor q, k, q_out, k_out;
  rope_call call;
};

class CudaPlugin : public testing::Test {
 protected:
  void SetUp() override {
    rope_query_result result{};
    result.struct_size = sizeof(result);
    const rope_spec spec = Asked{}.spec;
    rope_call call = Made(Asked{}).call;
    for (rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) t->memory = ROPE_DEVICE;
    call.positions.memory = ROPE_DEVICE;
    ASSERT_EQ(plugin.api().query(&spec, &call, &result), ROPE_OK);
    const std::string reason = result.reason == nullptr ? "" : result.reason;
    if (reason.find("no CUDA device") != std::string::npos) GTEST_SKIP() << reason;
    ASSERT_EQ(result.supported, 1U) << reason;
  }

  /// On both, and every bit that they leave behind.
  void expect_same(const Asked& asked, const std::string& what) const {
    Made expected(asked), got(asked);
    Prepared on_host(host, asked.spec);
    ASSERT_EQ(on_host.status, ROPE_OK) << what << ": " << on_host.error();
    ASSERT_EQ(on_host.apply(expected.call), ROPE_OK) << what << ": " << on_host.error();

    const MirroredSpec spec(plugin, asked.spec);
    const MirroredCall call(plugin, got.call);
    Prepared on_device(plugin, spec.spec);
    ASSERT_EQ(on_device.status, ROPE_OK) << what << ": " << on_device.error();
    ASSERT_EQ(on_device.apply(call.call), ROPE_OK) << what << ": " << on_device.error();
    ASSERT_EQ(plugin.api().synchronize(on_device.handle(), nullptr), ROPE_OK) << what << ": " << on_device.error();
    EXPECT_TRUE(call.fetch()) << what << ": changed what is no output";
    EXPECT_TRUE(got.q == expected.q) << what << ": q";
    EXPECT_TRUE(got.k == expected.k) << what << ": k";
    EXPECT_TRUE(got.q_out == expected.q_out) << what << ": q_out";
    EXPECT_TRUE(got.k_out == expected.k_out) << what << ": k_out";
  }

  const LoadedPlugin plugin{ROPE_CUDA_PLUGIN}, host{"device-arithmetic"};
};

}  // namespace rope::cuda
