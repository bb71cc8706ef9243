// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the accurate arithmetic of a GPU declares, on whichever processor it runs.
#pragma once

#include <cstdint>

#include "rope_impl.h"

namespace rope::kernel {

/// freq: long double, then turns to 2^-97, 2^-94 radians for each position: below 1 ulp of binary64 down to 2^-41.
/// angle: exact but for the cut to 2^-64 turns, 3.4e-19 radians, which stands with trig.
/// fp32, trig and rotate: the contract's language has no two-word rotation. 2^-30.5 of cos and sin and 2^-43 of the
/// rotation are together below 7e-10 of |(x0, x1)|, which stands with trig; nothing else is lost before the last cast.
/// 16 bits: cos and sin to half an ulp of binary32 and 2^-30.5, 7e-10; xc is fused. Nothing else is: --fmad=false.
struct DeviceContracts {
  static constexpr rope_contract contracts[] = {
      {sizeof(rope_contract), ROPE_F32,
       "pos=int freq=f64:rpow~1ulp angle=f64:mul trig=f64~8e-10abs table=none rotate=f64:any out=f32:rn repro=bits"},
      {sizeof(rope_contract), ROPE_F16,
       "pos=int freq=f64:rpow~1ulp angle=f64:mul trig=f32~0.5ulp+8e-10abs table=none rotate=f32:fma(xc,yc) out=f16:rn "
       "repro=bits"},
      {sizeof(rope_contract), ROPE_BF16,
       "pos=int freq=f64:rpow~1ulp angle=f64:mul trig=f32~0.5ulp+8e-10abs table=none rotate=f32:fma(xc,yc) out=bf16:rn "
       "repro=bits"}};
  static constexpr std::uint32_t contract_count = 3;
};

}  // namespace rope::kernel
