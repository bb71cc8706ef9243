// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// OpenCL C 1.2: one work item for each pair of each head of each token, and one for each element that does not rotate.
// The angle, its cosine and its sine in binary64, the rotation in binary32, one rounding to the element type.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#pragma OPENCL FP_CONTRACT OFF

// The numbers of rope_position_kind.
#define POSITIONS_OFFSET 1
#define POSITIONS_BATCH_OFFSET 2

float bf16_value(ushort bits) { return as_float((uint)bits << 16); }

// To nearest, ties to even. A NaN stays one: its quiet bit is set, so that no carry turns it into an infinity.
ushort bf16_round(float x) {
  const uint bits = as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (ushort)(bits >> 16 | 0x40u);
  return (ushort)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

long entry(global const void* positions, int is_int64, long index) {
  return is_int64 ? ((global const long*)positions)[index] : (long)((global const int*)positions)[index];
}

// Of token s of row b, moved to the nearest one in [-limit, limit).
long position_of(global const void* positions, long first, int is_int64, int kind, long2 strides, long offset,
                 long limit, long b, long s) {
  long position;
  if (kind == POSITIONS_OFFSET) {
    position = offset + s;
  } else if (kind == POSITIONS_BATCH_OFFSET) {
    position = entry(positions, is_int64, first + b) + s;
  } else {
    position = entry(positions, is_int64, first + b * strides.x + s * strides.y);
  }
  return clamp(position, -limit, limit - 1);
}

// in_first, out_first, positions_first: where element [0, 0, 0, 0] is, in elements from the start of the buffer.
// dims: head_dim, rotary_dim, dim_offset, 1 for interleaved pairs. grid: items for each head, tokens of a row.
#define ROTATE(name, Storage, VALUE, STORE)                                                                            \
  __attribute__((reqd_work_group_size(32, 1, 1))) kernel void name(                                                    \
      global const Storage* in, long in_first, long4 in_strides, global Storage* out, long out_first,                  \
      long4 out_strides, global const float* inv_freq, global const void* positions, long positions_first,             \
      int positions_int64, int position_kind, long2 position_strides, long offset, long limit, uint4 dims, long2 grid, \
      double attention_factor, int backward) {                                                                         \
    const long item = get_global_id(0);                                                                                \
    const long head = get_global_id(1);                                                                                \
    const long b = get_global_id(2) / grid.y;                                                                          \
    const long s = get_global_id(2) % grid.y;                                                                          \
    if (item >= grid.x) return;                                                                                        \
    const long from = in_first + b * in_strides.x + s * in_strides.y + head * in_strides.z;                            \
    const long to = out_first + b * out_strides.x + s * out_strides.y + head * out_strides.z;                          \
    const long pairs = dims.y / 2;                                                                                     \
    if (item >= pairs) {                                                                                               \
      const long passed = item - pairs;                                                                                \
      const long element = passed < dims.z ? passed : passed + dims.y;                                                 \
      out[to + element * out_strides.w] = in[from + element * in_strides.w];                                           \
      return;                                                                                                          \
    }                                                                                                                  \
    const long position = position_of(positions, positions_first, positions_int64, position_kind, position_strides,    \
                                      offset, limit, b, s);                                                            \
    const double angle = (double)position * (double)inv_freq[item];                                                    \
    const float c = (float)(cos(angle) * attention_factor);                                                            \
    const float sine = (float)(sin(angle) * attention_factor);                                                         \
    const float d = backward ? -sine : sine;                                                                           \
    const long e0 = dims.z + (dims.w ? 2 * item : item);                                                               \
    const long e1 = dims.w ? e0 + 1 : e0 + pairs;                                                                      \
    const float x0 = VALUE(in, from + e0 * in_strides.w);                                                              \
    const float x1 = VALUE(in, from + e1 * in_strides.w);                                                              \
    STORE(x0 * c - x1 * d, out, to + e0 * out_strides.w);                                                              \
    STORE(x1 * c + x0 * d, out, to + e1 * out_strides.w);                                                              \
  }

#define FP32_VALUE(tensor, i) tensor[i]
#define FP32_STORE(x, tensor, i) tensor[i] = (x)
#define FP16_VALUE(tensor, i) vload_half(i, (global const half*)tensor)
#define FP16_STORE(x, tensor, i) vstore_half_rte(x, i, (global half*)tensor)
#define BF16_VALUE(tensor, i) bf16_value(tensor[i])
#define BF16_STORE(x, tensor, i) tensor[i] = bf16_round(x)

ROTATE(rotate_fp32, float, FP32_VALUE, FP32_STORE)
ROTATE(rotate_fp16, ushort, FP16_VALUE, FP16_STORE)
ROTATE(rotate_bf16, ushort, BF16_VALUE, BF16_STORE)
