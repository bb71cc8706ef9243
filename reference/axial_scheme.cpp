// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// With D = head_dim, pair j turns by (position on its axis) · ω:
//
//   Qwen ViT       ω = θ^(-2i/(D/2)), i < D/4; pairs 0 .. D/4 - 1 by height, the next D/4 by width, with the same ω
//                  again; elements j and j + D/2.
//   Pixtral        ω_i = θ^(-2i/D), i < D/2; height has the even i in pairs 0 .. D/4 - 1, width the odd i in the next
//                  D/4; elements j and j + D/2.
//   Gemma 4        as Qwen ViT, but each axis has its half of the head for itself: width turns elements j and j + D/4
//                  of the first D/2, height those of the last D/2.
//   Llama 4        ω as Qwen ViT; adjacent elements; width in pairs 0 .. D/4 - 1, height in the next D/4; a patch in
//                  column c and row r is at (c + 1, r + 1), the class token at (0, 0).
//   DINOv3         ω = (2π/N) θ^(-2i/(D/2)), N patches along the axis; height in pairs 0 .. D/4 - 1, width in the next
//                  D/4; elements j and j + D/2; positions as patch_centres.cpp has them.
//   Wan            n = ⌊D/6⌋; time has D/2 - 2n pairs, height n, width n, in that order; adjacent elements; each axis
//                  has ω_i = θ^(-2i/d) with d twice its own number of pairs.
//
// Sources: Hugging Face transformers 5.24: models/qwen3_vl/modeling_qwen3_vl.py (Qwen3VLVisionRotaryEmbedding; those of
// qwen2_vl and glm4v alike), models/pixtral/modeling_pixtral.py (PixtralVisionRotaryEmbedding),
// models/gemma4/modeling_gemma4.py (Gemma4VisionRotaryEmbedding, apply_multidimensional_rope),
// models/llama4/modeling_llama4.py (Llama4VisionRotaryEmbedding, vision_apply_rotary_emb),
// models/dinov3_vit/modeling_dinov3_vit.py (DINOv3ViTRopePositionEmbedding); Wan-Video/Wan2.1,
// wan/modules/model.py (rope_params, rope_apply), where all of it is binary64.
// Quirks: Llama 4 and Gemma 4 have the column first, the others the row. Of Gemma 4 the image processor says so (its
// meshgrid has x first, as the table of learned positions wants it); the rotation's code calls the first one h.
// Positions are integers in all of them but DINOv3, also where a program keeps them in binary32; DINOv3's are written
// as such.
#include "reference/axial_scheme.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "reference/patch_centres.hpp"

namespace rope {
namespace {

void require(bool good, std::string_view scheme, int head_dim, std::string_view accepted) {
  if (good) return;
  throw std::invalid_argument(std::string(scheme) + ": head_dim is " + std::to_string(head_dim) + "; expected " +
                              std::string(accepted));
}

void require_quarters(std::string_view scheme, int head_dim) {
  require(head_dim >= 4 && head_dim % 4 == 0, scheme, head_dim, "a multiple of 4");
}

/// Frequencies θ^(-2i/d), and pictures up to 2^20 patches long.
Spec one_axis(int d, double theta, Pairing pairing) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = d;
  spec.theta = theta;
  spec.pairing = pairing;
  spec.max_position = std::int64_t{1} << 20;
  return spec;
}

/// Bands one behind the other, with the pairs of the whole head.
AxialScheme in_bands(std::string_view name, int head_dim, std::vector<std::string_view> axes,
                     std::vector<AxialBand> bands, Pairing pairing) {
  AxialScheme out{name, head_dim, std::move(axes), std::move(bands), {}, 0};
  int at = 0;
  for (std::size_t axis = 0; axis < out.bands.size(); ++axis) {
    const AxialBand& band = out.bands[axis];
    for (int i = 0; i < band.pairs; ++i, ++at) {
      out.pairs.push_back({static_cast<int>(axis),
                           {element_of_pair(pairing, head_dim, at, 0), element_of_pair(pairing, head_dim, at, 1)},
                           band.first + i * band.step});
    }
  }
  return out;
}

/// Both axes with the same frequencies, those of half a head.
std::vector<AxialBand> two_halves(int head_dim, double theta, Pairing pairing) {
  const AxialBand band{one_axis(head_dim / 2, theta, pairing), 0, 1, head_dim / 4};
  return {band, band};
}

}  // namespace

AxialScheme qwen_vision_scheme(int head_dim, double theta) {
  require_quarters("Qwen ViT", head_dim);
  return in_bands("Qwen ViT", head_dim, {"height", "width"}, two_halves(head_dim, theta, Pairing::half_split),
                  Pairing::half_split);
}

AxialScheme pixtral_scheme(int head_dim, double theta) {
  require_quarters("Pixtral", head_dim);
  const Spec all = one_axis(head_dim, theta, Pairing::half_split);
  return in_bands("Pixtral", head_dim, {"height", "width"}, {{all, 0, 2, head_dim / 4}, {all, 1, 2, head_dim / 4}},
                  Pairing::half_split);
}

AxialScheme gemma4_vision_scheme(int head_dim, double theta) {
  require_quarters("Gemma 4 vision", head_dim);
  AxialScheme out = in_bands("Gemma 4 vision", head_dim, {"width", "height"},
                             two_halves(head_dim, theta, Pairing::half_split), Pairing::half_split);
  const int half = head_dim / 2;
  for (AxialPair& pair : out.pairs) {
    const int first = pair.axis * half + pair.pair;
    pair.elements = {first, first + half / 2};
  }
  return out;
}

AxialScheme llama4_vision_scheme(int head_dim, double theta) {
  require_quarters("Llama 4 vision", head_dim);
  AxialScheme out = in_bands("Llama 4 vision", head_dim, {"width", "height"},
                             two_halves(head_dim, theta, Pairing::interleaved), Pairing::interleaved);
  out.first_position = 1;
  return out;
}

AxialScheme dinov3_scheme(int head_dim, double theta, int patches_high, int patches_wide) {
  require_quarters("DINOv3", head_dim);
  const auto along = [&](int patches) {
    Spec spec = one_axis(head_dim / 2, 0, Pairing::half_split);
    spec.family = GivenFamily{patch_centre_frequencies(head_dim / 2, theta, patches)};
    return AxialBand{std::move(spec), 0, 1, head_dim / 4};
  };
  return in_bands("DINOv3", head_dim, {"height", "width"}, {along(patches_high), along(patches_wide)},
                  Pairing::half_split);
}

AxialScheme wan_scheme(int head_dim, double theta) {
  require(head_dim >= 6 && head_dim % 2 == 0, "Wan", head_dim, "an even number from 6 on");
  const int n = head_dim / 6;
  const auto band = [&](int pairs) { return AxialBand{one_axis(2 * pairs, theta, Pairing::interleaved), 0, 1, pairs}; };
  return in_bands("Wan", head_dim, {"time", "height", "width"}, {band(head_dim / 2 - 2 * n), band(n), band(n)},
                  Pairing::interleaved);
}

}  // namespace rope
