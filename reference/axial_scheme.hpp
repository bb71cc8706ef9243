// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How models of pictures and films rotate: each axis has pairs and frequencies of its own. Formulas and sources in
// axial_scheme.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "reference/spec.hpp"

namespace rope {

/// The frequencies of one axis: those of `one_axis`, of which it takes every `step`-th from `first` on. So the truth of
/// a pair is that of a RoPE with one axis, looked up at the position of the pair's axis.
struct AxialBand {
  Spec one_axis;
  int first = 0;
  int step = 1;
  int pairs = 0;
};

/// A pair of the head: which two elements, by which position, and where its frequency is found.
struct AxialPair {
  int axis = 0;  ///< and band
  std::array<int, 2> elements{};
  int pair = 0;  ///< of the band's one_axis
};

struct AxialScheme {
  std::string_view name;
  int head_dim = 0;
  std::vector<std::string_view> axes;  ///< "height", "width"
  std::vector<AxialBand> bands;        ///< one for each axis
  std::vector<AxialPair> pairs;        ///< in order of their first element
  /// A patch at coordinate c has position c + this; a token that stands in no place has position 0. (DINOv3's: see
  /// there.)
  std::int64_t first_position = 0;
};

/// Vision towers of Qwen2-VL, Qwen2.5-VL, Qwen3-VL and GLM-4V. head_dim: a multiple of 4.
AxialScheme qwen_vision_scheme(int head_dim, double theta);
/// Pixtral. head_dim: a multiple of 4.
AxialScheme pixtral_scheme(int head_dim, double theta);
/// Gemma 4's vision tower. head_dim: a multiple of 4.
AxialScheme gemma4_vision_scheme(int head_dim, double theta);
/// Llama 4's vision tower. head_dim: a multiple of 4.
AxialScheme llama4_vision_scheme(int head_dim, double theta);
/// DINOv3, for a picture of so many patches, the frequencies as binary64 numbers; patch r of N along an axis has
/// patch_centre_position(r, N), and tokens that stand in no place do not rotate. head_dim: a multiple of 4.
AxialScheme dinov3_scheme(int head_dim, double theta, int patches_high, int patches_wide);
/// Wan, films. head_dim: even, 6 or more.
AxialScheme wan_scheme(int head_dim, double theta);

}  // namespace rope
