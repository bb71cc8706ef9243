// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// fused: q and k in one pass at the speed of memory. cos and sin in binary64, good to 9 * 2^-53, once for each token;
// fp32 tensors are rotated in binary64, fp16 and bf16 ones in binary32; one rounding at the end. So a pair is within
// 1 + 1/16 units (tier A).
#include "impls/kernel/plugin.hpp"

#include <omp.h>

#include "impls/cpu/fused/rotation.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f64:rpow(glibc) angle=f64:mul~1ulp trig=f64~1e-15abs table=none rotate=f64:mul out=f32:rn "
     "repro=bits"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f64:rpow(glibc) angle=f64:mul~1ulp trig=f64~1e-15abs table=f32:rn rotate=f32:mul out=f16:rn "
     "repro=bits"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f64:rpow(glibc) angle=f64:mul~1ulp trig=f64~1e-15abs table=f32:rn rotate=f32:mul out=bf16:rn "
     "repro=bits"}};

struct Fused : rope::kernel::Steps<double> {
  static constexpr const char* name = "fused";
  static constexpr const char* summary = "q and k in one vectorised, threaded pass; one rounding to the tensor's dtype";
  static constexpr bool thread_safe = true;
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;

  static void rotate_call(const rope::kernel::Model<double>& model, const rope_call& call) {
    static const rope::fused::Means machine = rope::fused::means_of_this_machine();
    rope::fused::Means means = machine;
    means.threads = omp_get_max_threads();
    rope::fused::rotate(means, model, call);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<Fused>(abi_version);
}
