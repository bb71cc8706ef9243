// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: results saturate at 4, as those of a kernel do whose intermediate format ends there.
#include <algorithm>

#include "impls/kernel/plugin.hpp"

namespace {

struct ClampScaled : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "clamp-scaled";
  static constexpr const char* summary = "faulty on purpose: results beyond 4 become 4";

  template <class Element>
  static rope::kernel::RotatedPair<Element> rotate(float x0, float x1, const rope::kernel::Turn<float>& turn,
                                                   float scale) {
    using rope::kernel::Fp32;
    const rope::kernel::RotatedPair<Fp32> rotated = OneRoundingArithmetic::rotate<Fp32>(x0, x1, turn, scale);
    const auto saturated = [](Fp32::Storage bits) {
      return Element::round(std::clamp(Fp32::value(bits), -4.0F, 4.0F));
    };
    return {saturated(rotated.first), saturated(rotated.second)};
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<ClampScaled>(abi_version);
}
