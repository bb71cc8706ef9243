// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: frequencies are kept for the life of the process by family and size of the head, as by a cache
// whose key lacks the base.
#include <cstdint>
#include <map>
#include <tuple>

#include "impls/kernel/plugin.hpp"

namespace {

struct CachedBySize : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "cached-by-size";
  static constexpr const char* summary = "faulty on purpose: inv_freq is cached by everything but the base";

  static float inv_freq(const rope_parametric& parametric, std::uint32_t rotary_dim, std::uint32_t pair) {
    // The suite prepares handles one by one.
    static std::map<std::tuple<rope_family, double, std::int64_t, std::uint32_t, std::uint32_t>, float> cache;
    const std::tuple key{parametric.family, parametric.factor, parametric.original_max_position, rotary_dim, pair};
    const auto found = cache.find(key);
    if (found != cache.end()) return found->second;
    return cache[key] = OneRoundingArithmetic::inv_freq(parametric, rotary_dim, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<CachedBySize>(abi_version);
}
