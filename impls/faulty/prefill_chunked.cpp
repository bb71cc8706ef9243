// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a call of more than 16 tokens is one position ahead from its 17th token on.
#include "impls/kernel/plugin.hpp"

namespace {

struct PrefillChunked : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "prefill-chunked";
  static constexpr const char* summary = "faulty on purpose: tokens after the 16th of a call are one position ahead";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    return OneRoundingArithmetic::position(place, pair) + (place.token >= 16 ? 1 : 0);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PrefillChunked>(abi_version);
}
