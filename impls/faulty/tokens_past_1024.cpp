// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: tokens of a call after the 1024th stay at position 0, as where a block has a thread for each
// token.
#include "impls/kernel/plugin.hpp"

namespace {

struct TokensPast1024 : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "tokens-past-1024";
  static constexpr const char* summary = "faulty on purpose: tokens after the 1024th of a call stay at position 0";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    return place.token >= 1024 ? 0 : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<TokensPast1024>(abi_version);
}
