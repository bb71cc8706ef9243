// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What impls/cuda computes on a GPU, computed on the CPU: phases in fixed point, two binary32 words where fp32 needs
// them, one rounding to the tensor's dtype.
#include "impls/kernel/device_arithmetic.hpp"

#include "impls/kernel/device_contracts.hpp"
#include "impls/kernel/plugin.hpp"

namespace {

struct OnTheCpu : rope::kernel::DeviceArithmetic, rope::kernel::DeviceContracts {
  static constexpr const char* name = "device-arithmetic";
  static constexpr const char* summary =
      "the arithmetic of the CUDA kernel on the CPU: fixed-point phase, one rounding";
  static constexpr bool thread_safe = true;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<OnTheCpu>(abi_version);
}
