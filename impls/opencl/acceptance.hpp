// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the OpenCL kernel does and does not do. The part that has nothing to do with a device, shapes and parameters, is
// asked of impls/kernel, which also makes the frequencies.
#pragma once

#include <string>
#include <vector>

#include "impls/device/memory_kinds.hpp"
#include "impls/kernel/plugin.hpp"
#include "impls/opencl/failure.hpp"
#include "rope_impl.h"

namespace rope::opencl {

/// The host's side: acceptance and frequencies, in binary64.
struct HostSide : kernel::CarefulArithmetic, kernel::NoContracts {
  static constexpr const char* name = "opencl";
  static constexpr const char* summary = "an OpenCL 1.2 kernel: angles in binary64, rotation in fp32, one rounding";
};

inline const rope_impl_api& host_side() {
  static const rope_impl_api table = kernel::Plugin<HostSide>::api();
  return table;
}

inline constexpr std::uint64_t families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT) | ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3) |
                                          ROPE_FAMILY_BIT(ROPE_FAMILY_DYNAMIC_NTK);
inline constexpr std::uint64_t layouts =
    ROPE_LAYOUT_BIT(ROPE_BSHD) | ROPE_LAYOUT_BIT(ROPE_BHSD) | ROPE_LAYOUT_BIT(ROPE_SBHD);
inline constexpr std::uint64_t position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET) |
                                                ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_BATCH_OFFSET) |
                                                ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN);

inline bool in(std::uint64_t mask, std::uint32_t number) {
  return number < 64 && (mask >> number & 1) != 0;
}

/// Empty where accepted, otherwise the reason. Both have been through kernel::read_spec and read_call.
inline std::string reason_against(rope_spec spec, rope_call call) {
  if (spec.angles.source != ROPE_SOURCE_PARAMETRIC) return "only a parametric angle source is implemented";
  if (!in(families, kernel::read(spec.angles.parametric).family)) {
    return "only the frequency families default, llama3 and dynamic NTK are implemented";
  }
  if (spec.pairing_out != spec.pairing_in) return "pairing_out must equal pairing_in";
  if (spec.query_scale != 1) return "query_scale must be 1";
  if (!in(position_kinds, call.positions.kind)) {
    return "positions must be an offset, an offset for each row, or one for each token";
  }
  for (const rope_tensor* const tensor : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) {
    if (kernel::present(*tensor) && !in(layouts, tensor->layout)) return "the layout must be bshd, bhsd or sbhd";
  }
  if (call.cu_seqlens != nullptr || call.cu_seqlens_count != 0)
    return "cu_seqlens must be absent: packed sequences are not taken";
  if (std::string elsewhere = device::move_to_host(spec, call); !elsewhere.empty()) return elsewhere;
  rope_query_result result{};
  result.struct_size = sizeof(result);
  if (host_side().query(&spec, &call, &result) != ROPE_OK) return "the spec or the call cannot be read";
  return result.supported == 1 ? "" : result.reason;
}

/// Rounded to fp32. Throws Failure.
inline std::vector<float> inv_freq_of(const rope_spec& spec) {
  rope_handle* handle = nullptr;
  rope_status status = host_side().prepare(&spec, &handle);
  std::vector<double> exact(spec.rotary_dim / 2);
  if (status == ROPE_OK) status = host_side().export_inv_freq(handle, exact.data(), exact.size());
  const std::string text = status == ROPE_OK ? "" : host_side().last_error(handle);
  host_side().close(handle);
  if (status != ROPE_OK) throw Failure(status, text);
  std::vector<float> rounded;
  for (const double frequency : exact) rounded.push_back(static_cast<float>(frequency));
  return rounded;
}

}  // namespace rope::opencl
