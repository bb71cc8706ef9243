// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The arithmetic behind ggml_rope_op.hpp: for each token one row of cosines and sines, then every head by that row.
#include "ggml_rope_op.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "elements.hpp"

namespace ggml_rope {
namespace {

using wrappers::Half;
using wrappers::load;
using wrappers::store;

struct Turn {
  float cos, sin;
};

/// YaRN: the pairs between which the ramp falls. A pair i turns n_ctx_orig/(2 pi base^(2i/n_dims)) times in n_ctx_orig
/// positions; these are the i of beta_fast and of beta_slow turns, taken outwards to whole numbers.
struct Ramp {
  explicit Ramp(const Parameters& p) {
    const auto pair_of = [&](float turns) {
      const float wavelengths = static_cast<float>(p.n_ctx_orig) / (turns * 6.2831853F);
      return static_cast<float>(p.n_dims) * std::log(wavelengths) / (2 * std::log(p.freq_base));
    };
    low = std::max(0.0F, std::floor(pair_of(p.beta_fast)));
    high = std::min(static_cast<float>(p.n_dims - 1), std::ceil(pair_of(p.beta_slow)));
  }
  /// 1 for the fast pairs, which keep their frequency, down to 0 for those that are scaled.
  float at(int pair) const {
    const float x = (static_cast<float>(pair) - low) / std::max(0.001F, high - low);
    return 1 - std::clamp(x, 0.0F, 1.0F);
  }
  float low, high;
};

void fill_row(const Parameters& p, std::int32_t position, float sign, std::vector<Turn>& row) {
  const float theta_scale = std::pow(p.freq_base, -2.0F / static_cast<float>(p.n_dims));
  float theta = static_cast<float>(position);
  for (int pair = 0; pair < p.n_dims / 2; ++pair) {
    const float own = p.freq_factors ? theta / p.freq_factors[pair] : theta;
    float angle = p.freq_scale * own, size = p.attn_factor;
    if (p.ext_factor != 0) {
      const float mix = Ramp(p).at(pair) * p.ext_factor;
      angle = angle * (1 - mix) + own * mix;
      size *= 1 + 0.1F * std::log(1 / p.freq_scale);
    }
    row[static_cast<std::size_t>(pair)] = {std::cos(angle) * size, std::sin(angle) * size * sign};
    theta *= theta_scale;
  }
}

template <class T>
void rotate_head(const Parameters& p, const std::vector<Turn>& row, const T* x, T* y, std::int64_t head) {
  const int pairs = p.n_dims / 2;
  for (int i = 0; i < pairs; ++i) {
    const int first = p.mode == Mode::normal ? 2 * i : i, second = p.mode == Mode::normal ? first + 1 : i + pairs;
    const auto [c, s] = row[static_cast<std::size_t>(i)];
    const float x0 = load(x[first]), x1 = load(x[second]);
    store(y[first], x0 * c - x1 * s);
    store(y[second], x0 * s + x1 * c);
  }
  if (x != y) std::copy(x + p.n_dims, x + head, y + p.n_dims);
}

template <class T>
void rotate_all(const Tensor& a, const std::int32_t* pos, const Parameters& p, const Tensor& dst, float sign) {
  std::vector<Turn> row(static_cast<std::size_t>(p.n_dims / 2));
  for (std::int64_t token = 0; token < a.ne[2]; ++token) {
    fill_row(p, pos[token], sign, row);
    for (std::int64_t batch = 0; batch < a.ne[3]; ++batch) {
      for (std::int64_t h = 0; h < a.ne[1]; ++h) {
        const auto place = [&](const Tensor& t) {
          const std::ptrdiff_t at = h * t.nb[1] + token * t.nb[2] + batch * t.nb[3];
          return reinterpret_cast<T*>(static_cast<char*>(t.data) + at);
        };
        rotate_head(p, row, static_cast<const T*>(place(a)), place(dst), a.ne[0]);
      }
    }
  }
}

void rotate_any(const Tensor& a, const std::int32_t* pos, const Parameters& p, const Tensor& dst, float sign) {
  a.type == Type::f32 ? rotate_all<float>(a, pos, p, dst, sign) : rotate_all<Half>(a, pos, p, dst, sign);
}

}  // namespace

void rope_ext(const Tensor& a, const std::int32_t* pos, const Parameters& parameters, const Tensor& dst) {
  rotate_any(a, pos, parameters, dst, 1);
}

void rope_ext_back(const Tensor& a, const std::int32_t* pos, const Parameters& parameters, const Tensor& dst) {
  rotate_any(a, pos, parameters, dst, -1);
}

}  // namespace ggml_rope
