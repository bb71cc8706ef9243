// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The loops over rows of the certified table, compiled once for each instruction set. This header goes into files that
// are compiled for instructions the machine may lack: nothing inline may stand in it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "reference/certified/isa.hpp"

namespace rope {

/// Rows of one coarse row of the table. A row is [cos | sin], each `stride` doubles apart of which the first `pairs`
/// count; fine rows follow each other.
struct RowBlock {
  const double* coarse_hi;
  const double* coarse_lo;
  const double* fine_hi;
  const double* fine_lo;
  std::size_t stride;
  std::size_t pairs;
  std::size_t rows;
  const double* window1;  ///< by pair, level 1
  const double* window2;  ///< by pair, level 2
};

/// `open[row]` is set where a value of the row may round differently within the window; the row's output then means
/// nothing. Output row r is at `r * step` elements; step 0 lets rows overwrite each other.
struct Kernels {
  using Round32 = void(const RowBlock&, float* cos, float* sin, std::size_t step, std::uint8_t* open);
  using Round16 = void(const RowBlock&, std::uint16_t* cos, std::uint16_t* sin, std::size_t step, std::uint8_t* open);
  using Round64 = void(const RowBlock&, double* cos, double* sin, std::size_t step, std::uint8_t* open);
  Round32* round_f32;
  Round16* round_f16;  ///< |values| <= 2^15
  Round16* round_bf16;
  Round64* round_f64;

  void (*values)(const RowBlock&, double* cos, double* sin);
  void (*double_doubles)(const RowBlock&, double* cos_hi, double* cos_lo, double* sin_hi, double* sin_lo);

  /// Compares rows [rows][pairs] with the correct rounding: how many differ in each row (nothing where `open`), and by
  /// pair the largest |got - value| and the sum of these, both added to what is there. A NaN or an infinity makes the
  /// sum one or the other.
  using Verify32 = void(const RowBlock&, const float* cos, const float* sin, double* largest, double* sum,
                        std::uint32_t* wrong, std::uint8_t* open);
  using Verify16 = void(const RowBlock&, const std::uint16_t* cos, const std::uint16_t* sin, double* largest,
                        double* sum, std::uint32_t* wrong, std::uint8_t* open);
  Verify32* verify_f32;
  Verify16* verify_f16;  ///< |values| <= 2^15
  Verify16* verify_bf16;
};

extern const Kernels kernels_portable;
#ifdef ROPE_CERTIFIED_X86_64
extern const Kernels kernels_v2, kernels_v3, kernels_v4;
#endif

/// `isa` must be available.
const Kernels& kernels(Isa isa);

}  // namespace rope
