/* SPDX-FileCopyrightText: 2026 rope-conform authors
 * SPDX-License-Identifier: MIT-0
 *
 * The template as it was with the first header of ABI 1, which is the only one that it is ever built with: what was
 * built then must work with every later version of the tool.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "rope_impl.h"

/* YOURS: whatever your kernel needs to keep between prepare and apply. */
struct rope_handle {
  rope_spec spec;
  char error[128];
  float inv_freq[]; /* rotary_dim/2 of them */
};

/* ---- describe: what you are, in bits. Each bit promises that something of its kind works ---- */

/* YOURS, and optional: the arithmetic you use, so that you are judged by it too (grammar in docs/numerics.md). If in
 * doubt leave contracts out: you are then compared with the usual pipeline of the dtype, which is a fair judge. */
static const rope_contract contracts[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~2ulp table=none rotate=f32:mul out=f32:rn"},
};

static const rope_impl_info* describe(void) {
  static const rope_impl_info info = {
      .struct_size = sizeof(rope_impl_info),
      .name = "abi-1",
      .version = "0.1.0",
      .summary = "the plug-in to copy: fp32, one thread, no tricks",
      .dtypes = ROPE_DTYPE_BIT(ROPE_F32),
      .pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT) | ROPE_PAIRING_BIT(ROPE_INTERLEAVED),
      .directions = ROPE_DIRECTION_BIT(ROPE_FORWARD) | ROPE_DIRECTION_BIT(ROPE_BACKWARD),
      .sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC),
      .families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT) | ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3),
      .layouts = ROPE_LAYOUT_BIT(ROPE_BSHD) | ROPE_LAYOUT_BIT(ROPE_BHSD) | ROPE_LAYOUT_BIT(ROPE_SBHD),
      .position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN),
      .position_dtypes = ROPE_DTYPE_BIT(ROPE_I32) | ROPE_DTYPE_BIT(ROPE_I64),
      .flags = ROPE_FLAG_IN_PLACE | ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE,
      .out_of_range = ROPE_OUT_OF_RANGE_UNDEFINED,
      .contracts = contracts,
      .contract_count = 1,
  };
  return &info;
}

/* ---- query: yes, or no with a reason. "No" is never counted as wrong, so say it early and say it plainly ---- */

/* YOURS: one line for each thing your kernel does not do. NULL means yes. */
static const char* reason_against_spec(const rope_spec* spec) {
  const rope_parametric* p = &spec->angles.parametric;
  if (spec->rotary_dim == 0 || spec->rotary_dim % 2 != 0) return "rotary_dim must be even and at least 2";
  if (spec->rotary_dim > spec->head_dim) return "rotary_dim must not exceed head_dim";
  if (spec->dim_offset != 0) return "the rotated elements must come first in the head (dim_offset 0)";
  if (spec->pairing_in != ROPE_HALF_SPLIT && spec->pairing_in != ROPE_INTERLEAVED) return "unknown pairing";
  if (spec->pairing_out != spec->pairing_in) return "pairing_out must equal pairing_in";
  if (spec->query_scale != 1) return "query_scale must be 1";
  if (spec->max_position > 16777216) return "positions are converted to float, which is exact only up to 2^24";
  if (spec->angles.source != ROPE_SOURCE_PARAMETRIC) return "frequencies are made here, from the parameters";
  if (p->family != ROPE_FAMILY_DEFAULT && p->family != ROPE_FAMILY_LLAMA3) return "only default and llama3";
  return NULL;
}

static const char* reason_against_tensors(const rope_spec* spec, const rope_tensor* in, const rope_tensor* out) {
  if (in->dtype != ROPE_F32 || out->dtype != ROPE_F32) return "only fp32 tensors";
  if (in->memory != ROPE_HOST || out->memory != ROPE_HOST) return "only host memory";
  if (in->layout == ROPE_THD || out->layout == ROPE_THD) return "no packed (thd) tensors";
  if (in->shape[3] != (int64_t)spec->head_dim) return "the last axis must have head_dim elements";
  for (int axis = 0; axis < 4; ++axis) {
    if (in->shape[axis] != out->shape[axis]) return "output and input must have the same shape";
  }
  return NULL;
}

static const char* reason_against_call(const rope_spec* spec, const rope_call* call) {
  const char* reason = reason_against_tensors(spec, &call->q_in, &call->q_out);
  if (reason == NULL && call->k_in.dtype != 0) reason = reason_against_tensors(spec, &call->k_in, &call->k_out);
  if (reason != NULL) return reason;
  if (call->direction != ROPE_FORWARD && call->direction != ROPE_BACKWARD) return "unknown direction";
  if (call->positions.kind != ROPE_POSITIONS_TOKEN) return "positions must be given for each token";
  if (call->positions.dtype != ROPE_I32 && call->positions.dtype != ROPE_I64) return "int32 or int64 positions";
  if (call->positions.memory != ROPE_HOST) return "positions must lie in host memory";
  return NULL;
}

/* The tool and you may have been compiled with different editions of rope_impl.h. What is used here was in the first
 * header of ABI 1 and is always there; look at a struct's struct_size before you use a field that came later. */
static rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
  if (spec == NULL || call == NULL || result == NULL) return ROPE_INVALID_ARGUMENT;
  result->reason = reason_against_spec(spec);
  if (result->reason == NULL) result->reason = reason_against_call(spec, call);
  result->supported = result->reason == NULL;
  result->workspace_size = 0;
  return ROPE_OK; /* the question was answered, even if the answer is no */
}

/* ---- prepare: everything that depends on the model and not on the tokens ---- */

/* YOURS: inv_freq of pair i. Most mistakes are made here: the exponent's denominator is rotary_dim, not head_dim, and
 * the result must stay in fp32 or better. Anything shorter turns into radians at position 100,000. */
static float inv_freq_of(const rope_parametric* p, uint32_t rotary_dim, uint32_t i) {
  const float inv_freq = 1.0f / powf((float)p->base, (float)(2 * i) / (float)rotary_dim);
  if (p->family != ROPE_FAMILY_LLAMA3) return inv_freq;
  /* The order of operations is that of transformers, so that even the bits agree: quotients and differences of the
   * model's own numbers in double, everything else in float. */
  const double length = (double)p->original_max_position, low = p->low_freq_factor, high = p->high_freq_factor;
  const float factor = (float)p->factor;
  const float wavelength = 1.0f / inv_freq * 6.28318530717958647692f;
  if (wavelength > (float)(length / low)) return inv_freq / factor;
  if (wavelength < (float)(length / high)) return inv_freq;
  const float smooth = (1.0f / wavelength * (float)length - (float)low) / (float)(high - low);
  return (1.0f - smooth) * inv_freq / factor + smooth * inv_freq;
}

static rope_status prepare(const rope_spec* spec, rope_handle** out) {
  if (out == NULL) return ROPE_INVALID_ARGUMENT;
  *out = NULL;
  if (spec == NULL) return ROPE_INVALID_ARGUMENT;
  const uint32_t pairs = spec->rotary_dim / 2;
  rope_handle* handle = calloc(1, sizeof(rope_handle) + pairs * sizeof(float));
  if (handle == NULL) return ROPE_OUT_OF_MEMORY;
  *out = handle; /* from here on the caller closes it, also when we fail: it carries the error text */
  const char* reason = reason_against_spec(spec);
  if (reason != NULL) {
    snprintf(handle->error, sizeof(handle->error), "%s", reason);
    return ROPE_UNSUPPORTED;
  }
  handle->spec = *spec; /* copy: the caller's struct is gone when apply is called */
  for (uint32_t i = 0; i < pairs; ++i) {
    handle->inv_freq[i] = inv_freq_of(&spec->angles.parametric, spec->rotary_dim, i);
  }
  return ROPE_OK;
}

/* ---- apply: the kernel ---- */

static int64_t position_at(const rope_positions* p, int64_t b, int64_t s) {
  const int64_t index = b * p->batch_stride + s * p->token_stride;
  return p->dtype == ROPE_I32 ? ((const int32_t*)p->data)[index] : ((const int64_t*)p->data)[index];
}

/* YOURS: the rotation. Strides are in elements; those of inputs may be 0 or negative, so never assume dense tensors
 * unless query refused everything else. Output and input may be the same memory: read a pair, then write it. */
static void rotate(const rope_handle* handle, const rope_call* call, const rope_tensor* in, const rope_tensor* out) {
  const rope_spec* spec = &handle->spec;
  const float factor = (float)spec->attention_factor;
  const int64_t pairs = spec->rotary_dim / 2;
  const int half_split = spec->pairing_in == ROPE_HALF_SPLIT;
  for (int64_t b = 0; b < in->shape[0]; ++b) {
    for (int64_t s = 0; s < in->shape[1]; ++s) {
      const float position = (float)position_at(&call->positions, b, s);
      const float* x = (const float*)in->data + b * in->strides[0] + s * in->strides[1];
      float* y = (float*)out->data + b * out->strides[0] + s * out->strides[1];
      for (int64_t i = 0; i < pairs; ++i) {
        const float angle = position * handle->inv_freq[i];
        const float c = cosf(angle) * factor;
        const float sine = sinf(angle) * factor;
        const float sn = call->direction == ROPE_BACKWARD ? -sine : sine; /* the gradient rotates back */
        const int64_t e0 = half_split ? i : 2 * i;
        const int64_t e1 = half_split ? i + pairs : 2 * i + 1;
        for (int64_t h = 0; h < in->shape[2]; ++h) {
          const float x0 = x[h * in->strides[2] + e0 * in->strides[3]];
          const float x1 = x[h * in->strides[2] + e1 * in->strides[3]];
          y[h * out->strides[2] + e0 * out->strides[3]] = x0 * c - x1 * sn;
          y[h * out->strides[2] + e1 * out->strides[3]] = x0 * sn + x1 * c;
        }
      }
      for (int64_t h = 0; h < in->shape[2]; ++h) { /* what does not rotate is copied */
        for (int64_t e = spec->rotary_dim; e < in->shape[3]; ++e) {
          y[h * out->strides[2] + e * out->strides[3]] = x[h * in->strides[2] + e * in->strides[3]];
        }
      }
    }
  }
}

static rope_status apply(rope_handle* handle, const rope_call* call) {
  if (handle == NULL || call == NULL) return ROPE_INVALID_ARGUMENT;
  const char* reason = reason_against_call(&handle->spec, call);
  snprintf(handle->error, sizeof(handle->error), "%s", reason != NULL ? reason : "");
  if (reason != NULL) return ROPE_UNSUPPORTED;
  rotate(handle, call, &call->q_in, &call->q_out);
  if (call->k_in.dtype != 0) rotate(handle, call, &call->k_in, &call->k_out); /* k may be absent */
  return ROPE_OK; /* asynchronous? Return at once, and let synchronize wait */
}

static void close_handle(rope_handle* handle) {
  free(handle);
}

static const char* last_error(rope_handle* handle) {
  return handle != NULL ? handle->error : "out of memory, or an argument was NULL or too old";
}

/* Optional, and worth its five lines: with it the report can tell a wrong frequency from a wrong sine. */
static rope_status export_inv_freq(rope_handle* handle, double* inv_freq, uint64_t count) {
  if (handle == NULL || inv_freq == NULL || count != handle->spec.rotary_dim / 2) return ROPE_INVALID_ARGUMENT;
  for (uint64_t i = 0; i < count; ++i) inv_freq[i] = handle->inv_freq[i];
  return ROPE_OK;
}

/* ---- the one symbol the tool looks for. In C++ write extern "C"; rope_impl.h does that for you ---- */

const rope_impl_api* rope_impl_entry(uint32_t abi_version) {
  static const rope_impl_api api = {
      .struct_size = sizeof(rope_impl_api),
      .abi_version = ROPE_IMPL_ABI_VERSION,
      .describe = describe,
      .query = query,
      .prepare = prepare,
      .apply = apply,
      .close = close_handle,
      .last_error = last_error,
      .export_inv_freq = export_inv_freq,
  };
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : NULL;
}
