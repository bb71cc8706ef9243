// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// q at position p is multiplied by 1 + a ln(1 + floor((p + forward)/f)).
//
// Sources: Hugging Face transformers 5, models/ministral3 (get_llama_4_attn_scale: a = llama_4_scaling_beta, f =
// original_max_position_embeddings, forward 0; every layer, after the rotation) and models/llama4
// (Llama4TextAttention: a = attn_scale 0.1, f = floor_scale 8192, forward 1; layers without RoPE alone, where
// attn_temperature_tuning is set).
// Quirk: frameworks evaluate it in binary32, and cast it to the tensor's dtype before it multiplies q.
#include "reference/query_temperature.hpp"

#include <bit>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "reference/ball.hpp"
#include "reference/rounding.hpp"

namespace rope {
namespace {

template <class Real>
std::optional<std::uint64_t> rounded(double slope, std::int64_t steps) {
  const Ball<Real> factor =
      exact_ball<Real>(std::int64_t{1}) + exact_ball<Real>(slope) * log(exact_ball<Real>(steps + 1));
  return Ends(factor).bits(DType::f64);
}

}  // namespace

double query_temperature(const QueryTemperature& t, std::int64_t position) {
  constexpr std::int64_t limit = std::int64_t{1} << 60;
  if (!std::isfinite(t.slope) || t.length < 1 || t.forward < 0 || t.forward > limit || position < 0 ||
      position >= limit) {
    throw std::invalid_argument(
        "expected a finite slope, a length of 1 or more, and a position from 0 that is below 2^60");
  }
  const std::int64_t steps = (position + t.forward) / t.length;
  if (steps == 0 || t.slope == 0) return 1;  // exactly; everywhere else the logarithm is no rational number
  if (const auto bits = rounded<Real191>(t.slope, steps)) return std::bit_cast<double>(*bits);
  if (const auto bits = rounded<Real510>(t.slope, steps)) return std::bit_cast<double>(*bits);
  return std::bit_cast<double>(rounded<Real1021>(t.slope, steps).value());
}

}  // namespace rope
