// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Masks of rope_impl.h to names.
#include "conformance/claims.hpp"

#include <cstdint>
#include <initializer_list>
#include <utility>

#include "impls/include/rope_impl.h"

namespace rope::conformance {
namespace {

template <typename Name>
std::string names_of(std::uint64_t mask, std::initializer_list<std::pair<std::uint64_t, Name>> known) {
  std::string out;
  for (const auto& [bit, text] : known) {
    if ((mask & bit) == 0) continue;
    if (!out.empty()) out += ' ';
    out += text;
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::vector<std::string> claims_of(const Description& d) {
  return {
      "dtypes: " + names_of<const char*>(d.dtypes, {{ROPE_DTYPE_BIT(ROPE_F32), "fp32"},
                                                    {ROPE_DTYPE_BIT(ROPE_F16), "fp16"},
                                                    {ROPE_DTYPE_BIT(ROPE_BF16), "bf16"},
                                                    {ROPE_DTYPE_BIT(ROPE_F64), "fp64"}}),
      "pairings: " + names_of<const char*>(d.pairings, {{ROPE_PAIRING_BIT(ROPE_HALF_SPLIT), "half-split"},
                                                        {ROPE_PAIRING_BIT(ROPE_INTERLEAVED), "interleaved"}}),
      "directions: " + names_of<const char*>(d.directions, {{ROPE_DIRECTION_BIT(ROPE_FORWARD), "forward"},
                                                            {ROPE_DIRECTION_BIT(ROPE_BACKWARD), "backward"}}),
      "families: " + names_of<const char*>(d.families, {{ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT), "default"},
                                                        {ROPE_FAMILY_BIT(ROPE_FAMILY_LINEAR), "linear"},
                                                        {ROPE_FAMILY_BIT(ROPE_FAMILY_DYNAMIC_NTK), "dynamic"},
                                                        {ROPE_FAMILY_BIT(ROPE_FAMILY_YARN), "yarn"},
                                                        {ROPE_FAMILY_BIT(ROPE_FAMILY_LONGROPE), "longrope"},
                                                        {ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3), "llama3"},
                                                        {ROPE_FAMILY_BIT(ROPE_FAMILY_PROPORTIONAL), "proportional"}}),
  };
}

}  // namespace rope::conformance
