// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// DINOv3 turns a pair by 2π c ω_i, where c is the centre of patch r of N, in units of half the picture's side, measured
// from its middle:
//
//   c = 2 (r + 1/2)/N - 1 = (2r + 1 - N)/N
//
// which is no number of binary floating point for most N. But the angle is that of an integer position and another
// frequency, and both are exact:
//
//   2π c ω_i = (2r + 1 - N) · (2π/N) ω_i,  ω_i = θ^(-2i/d),  d the elements that the axis rotates
//
// So everything here that knows integer positions knows these, too. Programs take c itself, in binary32.
//
// Sources: Siméoni et al., "DINOv3" (arXiv 2508.10104); Hugging Face transformers 5.24,
// models/dinov3_vit/modeling_dinov3_vit.py (get_patches_center_coordinates, DINOv3ViTRopePositionEmbedding; those of
// eomt_dinov3 alike).
// Quirks: frequencies depend on the size of the picture, as they do in no text model, so that a picture twice as large
// has the same angles at its rim; the middle of the picture has position 0; no pair turns by more than 2π ω_i.
#include "reference/patch_centres.hpp"

#include <bit>
#include <stdexcept>
#include <string>

#include "reference/families.hpp"
#include "reference/mpfr_constants.hpp"
#include "reference/rounding.hpp"

namespace rope {
namespace {

template <class Real>
std::optional<double> certain_frequency(const Spec& plain, int pair, int patches) {
  const auto frequency = inv_freq_ball<Real>(plain, pair);
  if (!frequency) return std::nullopt;
  const auto bits = Ends(*frequency * scale(pi<Real>(), 1) / exact_ball<Real>(std::int64_t{patches})).bits(DType::f64);
  if (!bits) return std::nullopt;
  return std::bit_cast<double>(*bits);
}

}  // namespace

std::vector<double> patch_centre_frequencies(int rotary_dim, double theta, int patches) {
  if (patches < 1) {
    throw std::invalid_argument("patches along a side are " + std::to_string(patches) + "; expected 1 or more");
  }
  release_constants_at_thread_exit();
  Spec plain;
  plain.head_dim = plain.rotary_dim = rotary_dim;
  plain.theta = theta;
  plain.max_position = patches;
  if (const auto trouble = problem(plain)) throw std::invalid_argument(*trouble);
  std::vector<double> out;
  for (int pair = 0; pair < plain.pairs(); ++pair) {
    // π times an algebraic number is transcendental: never a tie, so some precision is certain.
    out.push_back(resolve([&]<class Real>() { return certain_frequency<Real>(plain, pair, patches); },
                          [&] { return "the frequency of pair " + std::to_string(pair); }, precision_bits<Real1021>));
  }
  return out;
}

}  // namespace rope
