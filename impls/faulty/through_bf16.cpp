// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: outputs are rounded to bf16 before they are rounded to the type of the tensor.
#include "impls/kernel/plugin.hpp"

namespace {

struct ThroughBf16 : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "through-bf16";
  static constexpr const char* summary = "faulty on purpose: fp32 and fp16 outputs have been through bf16";

  template <class Element>
  static rope::kernel::RotatedPair<Element> rotate(float x0, float x1, const rope::kernel::Turn<float>& turn,
                                                   float scale) {
    using rope::kernel::Bf16;
    const rope::kernel::RotatedPair<Bf16> rotated = OneRoundingArithmetic::rotate<Bf16>(x0, x1, turn, scale);
    return {Element::round(Bf16::value(rotated.first)), Element::round(Bf16::value(rotated.second))};
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<ThroughBf16>(abi_version);
}
