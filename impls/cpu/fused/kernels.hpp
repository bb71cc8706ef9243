// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fused plug-in's loops, compiled once for each instruction set. This header goes into files that are compiled for
// instructions the machine may lack: nothing inline may stand in it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impls/cpu/fused/isa.hpp"

namespace rope::fused {

/// Numbers in a row of cos or of sin are so many at least: lanes of the widest vectors, so that loops over a row end
/// with it.
inline constexpr std::size_t row_step = 16;

/// Some heads of one token. Elements that rotate lie side by side; strides are in elements.
struct HeadRun {
  const void* in;  ///< first rotated element of the first head
  void* out;       ///< the same for in place
  std::ptrdiff_t in_stride;
  std::ptrdiff_t out_stride;
  std::size_t heads;
  std::size_t pairs;
  const void* turns;  ///< in the form of `Kernels::adjacent`, in `double` for fp32 and in `float` for 16 bits
  std::size_t row;    ///< pairs, brought up to a multiple of row_step
  double scale;       ///< what results are multiplied by
};

/// Rows of cos and sin, each `row` long: cos = (cos1 cos0 - sin1 sin0) cos_factor, sin = (sin1 cos0 + cos1 sin0)
/// sin_factor.
struct Factors {
  const double *cos1, *sin1, *cos0, *sin0;
  std::size_t row;
  double cos_factor, sin_factor;
};

using Rotate = void(const HeadRun&);

enum class ElementKind : std::uint8_t { fp32, fp16, bf16 };

struct Kernels {
  /// The loops of one element type and pairing. Two forms of turns, each [2 or 4][row]:
  ///   rows of pairs:     cos | sin, or where one is not the same for both elements of a pair c0 | s0 | c1 | s1
  ///   rows of elements:  c0 c1 c0 c1 .. | -s0 s1 -s0 s1 ..
  /// The second for adjacent elements that are widened one by one.
  struct Of {
    Rotate* even;      ///< c0 = c1, s0 = s1 for all pairs, scale = 1
    Rotate* any;       ///< any turns, any scale
    Rotate* streamed;  ///< as `even`, written past the caches: all addresses are multiples of 64 bytes
    bool by_element;   ///< turns are in the second form
  };
  Of half_split[3], interleaved[3];  ///< by ElementKind

  /// cos and sin of `row` angles, a multiple of row_step, good to 3 * 2^-53 (sincos.inc). False where an angle is
  /// beyond 2^20 or no number: its place then holds anything.
  bool (*cos_sin)(const double* angles, std::size_t row, double* cos, double* sin);

  /// Turns of both forms out of two factors each, c0 = c1 and s0 = s1; of the first form cos | sin alone.
  template <class Number>
  struct Turning {
    void (*by_pair)(const Factors&, Number* to);
    void (*by_element)(const Factors&, Number* to);
  };
  Turning<double> turning_f64;
  Turning<float> turning_f32;

  /// Copies past the caches: addresses and size are multiples of 64.
  void (*stream)(const void* from, void* to, std::size_t bytes);
  /// Before other threads may look at what was streamed.
  void (*end_of_stream)();
};

extern const Kernels kernels_baseline;
#ifdef ROPE_FUSED_X86_64
extern const Kernels kernels_v3, kernels_v4;
#endif

/// `isa` must be available.
const Kernels& kernels(Isa isa);

}  // namespace rope::fused
