// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Sixteen tokens from position 0: such a call is asked about, never made.
#include "conformance/driving/must_support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "conformance/driving/description.hpp"

namespace rope::conformance {
namespace {

constexpr std::size_t tokens = 16;
constexpr std::uint32_t most = 65536;  // heads, and elements of a head

std::optional<DType> tensor_dtype(const Description& description, rope_dtype listed) {
  for (const DType dtype : tensor_dtypes) {
    if (listed == 0 ? description.has(dtype) : abi_dtype(dtype) == listed) return dtype;
  }
  return std::nullopt;
}

std::optional<Pairing> pairing_of(const Description& description, rope_pairing listed) {
  for (const Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
    if (listed == 0 ? description.has(pairing) : abi_pairing(pairing) == listed) return pairing;
  }
  return std::nullopt;
}

std::optional<Family> family_of(rope_family listed, std::uint32_t rotary_dim) {
  switch (listed) {
    case 0:
    case ROPE_FAMILY_DEFAULT:
      return DefaultFamily{};
    case ROPE_FAMILY_LLAMA3:
      return Llama3Family{8, 1, 4, 8192};
    case ROPE_FAMILY_DYNAMIC_NTK:
      return DynamicNtkFamily{2, 4096, 8192};
    case ROPE_FAMILY_LINEAR:
      return LinearFamily{4};
    case ROPE_FAMILY_YARN:
      return YarnFamily{4, 32, 1, 4096, true};
    case ROPE_FAMILY_LONGROPE: {
      const std::size_t pairs = std::min(rotary_dim, most) / 2;
      return LongRopeFamily{std::vector<double>(pairs, 1), std::vector<double>(pairs, 4), 4096, 8192};
    }
    case ROPE_FAMILY_PROPORTIONAL:
      return ProportionalFamily{0.5, 1};
    default:
      return std::nullopt;
  }
}

}  // namespace

MustSupportRequest request_of(const Description& description, const rope_must_support_case& listed) {
  MustSupportRequest out;
  RotateRequest& request = out.request;
  const auto dtype = tensor_dtype(description, listed.dtype);
  const auto pairing = pairing_of(description, listed.pairing);
  const auto family = family_of(listed.family, listed.rotary_dim == 0 ? listed.head_dim : listed.rotary_dim);
  const bool any_direction = listed.direction == 0;
  if (!dtype || !pairing || !family || listed.layout > ROPE_THD || listed.source > ROPE_SOURCE_TABLES ||
      listed.direction > ROPE_BACKWARD || listed.max_position < 0 || listed.q_heads > most || listed.k_heads > most ||
      listed.head_dim > most || listed.rotary_dim > most) {
    out.problem = fmt::format(
        "dtype {}, pairing {}, direction {}, source {}, family {}, layout {}, rotary_dim {}, heads {} and {}, "
        "max_position {} is no call that this version makes",
        listed.dtype, listed.pairing, listed.direction, listed.source, listed.family, listed.layout, listed.rotary_dim,
        listed.q_heads, listed.k_heads, listed.max_position);
    return out;
  }
  request.dtype = *dtype;
  request.pairing = *pairing;
  const bool backward = any_direction ? (description.directions & ROPE_DIRECTION_BIT(ROPE_FORWARD)) == 0
                                      : listed.direction == ROPE_BACKWARD;
  request.direction = backward ? Direction::backward : Direction::forward;
  request.spec.head_dim = static_cast<int>(listed.head_dim);
  request.spec.rotary_dim = static_cast<int>(listed.rotary_dim == 0 ? listed.head_dim : listed.rotary_dim);
  request.spec.theta = 10000;
  request.spec.family = *family;
  request.spec.pairing = *pairing;
  request.spec.max_position = listed.max_position == 0 ? 4096 : listed.max_position;
  request.max_position = request.spec.max_position;
  request.q_heads = listed.q_heads == 0 ? 4 : static_cast<int>(listed.q_heads);
  request.k_heads = listed.k_heads == 0 ? request.q_heads : static_cast<int>(listed.k_heads);
  request.arrangement.layout = static_cast<Layout>(listed.layout);  // the same numbers, 0 for any
  constexpr std::array<AngleSource, 5> sources{AngleSource::any, AngleSource::parametric, AngleSource::inv_freq,
                                               AngleSource::angles, AngleSource::tables};
  request.arrangement.source = sources[listed.source];
  request.arrangement.in_place = listed.in_place != 0;
  for (std::size_t token = 0; token < tokens; ++token) {
    request.positions.push_back(static_cast<std::int64_t>(token) % request.max_position);
  }
  out.words = fmt::format("{}, head_dim {}, rotary_dim {}, {}{}, {} and {} heads, {}", name(request.dtype),
                          request.spec.head_dim, request.spec.rotary_dim, name(request.pairing),
                          backward ? " backward" : "", request.q_heads, request.k_heads, words(request.arrangement));
  if (const auto wrong = problem(request.spec)) out.problem = *wrong;
  return out;
}

}  // namespace rope::conformance
