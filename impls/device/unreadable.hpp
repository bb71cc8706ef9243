// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernel of the unreadable device: that of impls/cpu/one_rounding.cpp, with its contract.
#pragma once

#include "impls/device/unreadable_plugin.hpp"

namespace rope::device {

inline constexpr rope_contract unreadable_contracts[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=none rotate=f32:mul out=f32:rn repro=bits"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=none rotate=f32:mul out=f16:rn repro=bits"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=none rotate=f32:mul out=bf16:rn repro=bits"}};

/// Base of a definition that adds `name` and `summary`.
struct UnreadableKernel : kernel::OneRoundingArithmetic {
  static constexpr const rope_contract* contracts = unreadable_contracts;
  static constexpr std::uint32_t contract_count = 3;
};

}  // namespace rope::device
