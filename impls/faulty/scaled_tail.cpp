// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: where q is scaled, its elements that do not rotate are scaled, too.
#include "impls/kernel/plugin.hpp"

namespace {

struct ScaledTail : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "scaled-tail";
  static constexpr const char* summary = "faulty on purpose: the scale of q multiplies elements outside rotary_dim";

  template <class Element>
  static typename Element::Storage pass_through(const rope_spec& spec, const rope::kernel::HeadInMemory<Element>& head,
                                                std::int64_t element) {
    const float by = scale(spec, head.place);
    return by == 1 ? head.bits(element) : Element::round(head.x(element) * by);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<ScaledTail>(abi_version);
}
