// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: out of place, the elements that do not rotate are zero in the output.
#include "impls/kernel/plugin.hpp"

namespace {

struct TailLost : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "tail-lost";
  static constexpr const char* summary = "faulty on purpose: elements outside rotary_dim are not copied";

  template <class Element>
  static typename Element::Storage pass_through(const rope_spec&, const rope::kernel::HeadInMemory<Element>&,
                                                std::int64_t) {
    return 0;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<TailLost>(abi_version);
}
