// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A C++ class as a plug-in, to go with docs/writing-an-implementation.md: fp32, half-split, dense bshd tensors, a
// position for each token. Refuses everything else.
#include <cmath>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "rope_impl.h"

// Yours, as it is. It may throw.
class MyRope {
 public:
  MyRope(double base, std::uint32_t dim) {
    if (dim == 0 || dim % 2 != 0) throw std::invalid_argument("dim must be even and at least 2");
    for (std::uint32_t i = 0; i < dim / 2; ++i) {
      inv_freq_.push_back(1.0F /
                          std::pow(static_cast<float>(base), static_cast<float>(2 * i) / static_cast<float>(dim)));
    }
  }

  void rotate(const float* x, float* y, std::int64_t heads, float position) const {
    const std::size_t pairs = inv_freq_.size();
    for (std::int64_t h = 0; h < heads; ++h, x += 2 * pairs, y += 2 * pairs) {
      for (std::size_t i = 0; i < pairs; ++i) {
        const float c = std::cos(position * inv_freq_[i]);
        const float s = std::sin(position * inv_freq_[i]);
        const float x0 = x[i], x1 = x[i + pairs];
        y[i] = x0 * c - x1 * s;
        y[i + pairs] = x1 * c + x0 * s;
      }
    }
  }

 private:
  std::vector<float> inv_freq_;
};

// What prepare makes: your object, and room for the text of its last failure.
struct rope_handle {
  MyRope rope;
  rope_spec spec;
  std::string error;
};

namespace {

thread_local std::string error_in_prepare;  // prepare can fail before there is a handle

const rope_impl_info* describe() {
  static const rope_impl_info info = [] {
    rope_impl_info i{};
    i.struct_size = sizeof i;
    i.name = "my-rope";
    i.version = "0.1.0";
    i.summary = "a C++ class behind rope_impl.h";
    i.dtypes = ROPE_DTYPE_BIT(ROPE_F32);
    i.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT);
    i.directions = ROPE_DIRECTION_BIT(ROPE_FORWARD);
    i.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
    i.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT);
    i.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD);
    i.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN);
    i.position_dtypes = ROPE_DTYPE_BIT(ROPE_I64);
    i.flags = ROPE_FLAG_Q_ALONE;
    return i;
  }();
  return &info;
}

const char* against_spec(const rope_spec& spec) {
  if (spec.pairing_in != ROPE_HALF_SPLIT || spec.pairing_out != ROPE_HALF_SPLIT) return "half-split pairing only";
  if (spec.rotary_dim != spec.head_dim || spec.dim_offset != 0) return "the whole head must rotate";
  if (spec.attention_factor != 1 || spec.query_scale != 1) return "no attention factor, no query scale";
  if (spec.max_position > 16777216) return "positions become float: exact only up to 2^24";
  if (spec.angles.source != ROPE_SOURCE_PARAMETRIC) return "only base and family";
  if (spec.angles.parametric.family != ROPE_FAMILY_DEFAULT) return "only the default family";
  return nullptr;
}

const char* against_tensors(const rope_spec& spec, const rope_tensor& in, const rope_tensor& out) {
  if (in.dtype != ROPE_F32 || out.dtype != ROPE_F32) return "fp32 only";
  if (in.memory != ROPE_HOST || out.memory != ROPE_HOST) return "host memory only";
  std::int64_t dense = 1;
  for (int axis = 3; axis >= 0; --axis) {
    if (in.shape[axis] != out.shape[axis]) return "input and output must have one shape";
    if (in.strides[axis] != dense || out.strides[axis] != dense) return "dense bshd only";
    dense *= in.shape[axis];
  }
  return in.shape[3] == static_cast<std::int64_t>(spec.head_dim) ? nullptr : "the last axis must be head_dim";
}

const char* against_call(const rope_spec& spec, const rope_call& call) {
  if (call.direction != ROPE_FORWARD) return "forward only";
  if (call.positions.kind != ROPE_POSITIONS_TOKEN) return "a position for each token, please";
  if (call.positions.dtype != ROPE_I64 || call.positions.memory != ROPE_HOST) return "int64 positions in host memory";
  if (const char* no = against_tensors(spec, call.q_in, call.q_out)) return no;
  return call.k_in.dtype == 0 ? nullptr : against_tensors(spec, call.k_in, call.k_out);
}

rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
  result->reason = against_spec(*spec);
  if (result->reason == nullptr) result->reason = against_call(*spec, *call);
  result->supported = result->reason == nullptr ? 1 : 0;
  result->workspace_size = 0;
  return ROPE_OK;
}

// No exception may leave the interface: one catch for each function that can throw.
template <typename Body>
rope_status guarded(std::string& error, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return ROPE_OUT_OF_MEMORY;
  } catch (const std::exception& e) {
    error = e.what();
  } catch (...) {
    error = "an exception that is no std::exception";
  }
  return ROPE_ERROR;
}

rope_status prepare(const rope_spec* spec, rope_handle** out) {
  *out = nullptr;
  return guarded(error_in_prepare, [&]() -> rope_status {
    *out = new rope_handle{MyRope(spec->angles.parametric.base, spec->rotary_dim), *spec, {}};
    return ROPE_OK;
  });
}

void rotate(const rope_handle& handle, const rope_call& call, const rope_tensor& in, const rope_tensor& out) {
  const auto* positions = static_cast<const std::int64_t*>(call.positions.data);
  for (std::int64_t b = 0; b < in.shape[0]; ++b) {
    for (std::int64_t s = 0; s < in.shape[1]; ++s) {
      const std::int64_t at = b * call.positions.batch_stride + s * call.positions.token_stride;
      const std::int64_t row = b * in.strides[0] + s * in.strides[1];
      handle.rope.rotate(static_cast<const float*>(in.data) + row, static_cast<float*>(out.data) + row, in.shape[2],
                         static_cast<float>(positions[at]));
    }
  }
}

rope_status apply(rope_handle* handle, const rope_call* call) {
  return guarded(handle->error, [&]() -> rope_status {
    if (const char* no = against_call(handle->spec, *call)) {
      handle->error = no;
      return ROPE_UNSUPPORTED;
    }
    rotate(*handle, *call, call->q_in, call->q_out);
    if (call->k_in.dtype != 0) rotate(*handle, *call, call->k_in, call->k_out);
    return ROPE_OK;
  });
}

void close(rope_handle* handle) {
  delete handle;
}

const char* last_error(rope_handle* handle) {
  return handle != nullptr ? handle->error.c_str() : error_in_prepare.c_str();
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  static const rope_impl_api api = [] {
    rope_impl_api a{};
    a.struct_size = sizeof a;
    a.abi_version = ROPE_IMPL_ABI_VERSION;
    a.describe = describe;
    a.query = query;
    a.prepare = prepare;
    a.apply = apply;
    a.close = close;
    a.last_error = last_error;
    return a;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
