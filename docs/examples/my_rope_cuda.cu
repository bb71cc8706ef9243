// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A CUDA kernel as a plug-in, to go with docs/writing-an-implementation.md: fp32, both pairings, any strides, its own
// device memory.
#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "rope_impl.h"

// Yours: one thread for each (token, head, pair).
__global__ void rope_kernel(const float* x, float* y, const std::int64_t* positions, const float* inv_freq,
                            rope_tensor in, rope_tensor out, rope_positions p, std::int64_t pairs, int half_split) {
  const std::int64_t all = in.shape[0] * in.shape[1] * in.shape[2] * pairs;
  for (std::int64_t n = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; n < all;
       n += static_cast<std::int64_t>(gridDim.x) * blockDim.x) {
    const std::int64_t i = n % pairs, h = n / pairs % in.shape[2];
    const std::int64_t s = n / (pairs * in.shape[2]) % in.shape[1], b = n / (pairs * in.shape[2] * in.shape[1]);
    float sine = 0, cosine = 0;
    sincosf(static_cast<float>(positions[b * p.batch_stride + s * p.token_stride]) * inv_freq[i], &sine, &cosine);
    const std::int64_t e0 = half_split ? i : 2 * i, e1 = half_split ? i + pairs : 2 * i + 1;
    const float* from = x + b * in.strides[0] + s * in.strides[1] + h * in.strides[2];
    float* to = y + b * out.strides[0] + s * out.strides[1] + h * out.strides[2];
    const float x0 = from[e0 * in.strides[3]], x1 = from[e1 * in.strides[3]];
    to[e0 * out.strides[3]] = x0 * cosine - x1 * sine;
    to[e1 * out.strides[3]] = x0 * sine + x1 * cosine;
  }
}

struct rope_handle {
  rope_spec spec;
  float* inv_freq = nullptr;  // device
  std::string error;
};

namespace {

thread_local std::string error_elsewhere;  // of functions that have no handle

rope_status status_of(cudaError_t code, std::string& error) {
  if (code == cudaSuccess) return ROPE_OK;
  error = cudaGetErrorString(code);
  return code == cudaErrorMemoryAllocation ? ROPE_OUT_OF_MEMORY : ROPE_ERROR;
}

const rope_impl_info* describe() {
  static const rope_impl_info info = [] {
    rope_impl_info i{};
    i.struct_size = sizeof i;
    i.name = "my-rope-cuda";
    i.version = "0.1.0";
    i.summary = "a CUDA kernel behind rope_impl.h";
    i.dtypes = ROPE_DTYPE_BIT(ROPE_F32);
    i.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT) | ROPE_PAIRING_BIT(ROPE_INTERLEAVED);
    i.directions = ROPE_DIRECTION_BIT(ROPE_FORWARD);
    i.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
    i.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT);
    i.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD);
    i.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN);
    i.position_dtypes = ROPE_DTYPE_BIT(ROPE_I64);
    i.flags = ROPE_FLAG_DEVICE_MEMORY | ROPE_FLAG_STRIDED | ROPE_FLAG_Q_ALONE;
    i.alignment = 16;
    return i;
  }();
  return &info;
}

const char* against(const rope_spec& spec, const rope_call& call) {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) return "no CUDA device";
  if (spec.pairing_in != spec.pairing_out) return "pairing_out must equal pairing_in";
  if (spec.rotary_dim != spec.head_dim || spec.dim_offset != 0) return "the whole head must rotate";
  if (spec.attention_factor != 1 || spec.query_scale != 1) return "no attention factor, no query scale";
  if (spec.max_position > 16777216) return "positions become float: exact only up to 2^24";
  if (spec.angles.source != ROPE_SOURCE_PARAMETRIC) return "only base and family";
  if (spec.angles.parametric.family != ROPE_FAMILY_DEFAULT) return "only the default family";
  if (call.direction != ROPE_FORWARD) return "forward only";
  if (call.positions.kind != ROPE_POSITIONS_TOKEN || call.positions.dtype != ROPE_I64) return "int64 for each token";
  for (const rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) {
    if (t->dtype == 0) continue;  // absent
    if (t->dtype != ROPE_F32 || t->memory != ROPE_DEVICE || t->layout == ROPE_THD)
      return "fp32, on the device, not thd";
  }
  return call.positions.memory == ROPE_DEVICE ? nullptr : "positions on the device";
}

rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
  result->reason = against(*spec, *call);
  result->supported = result->reason == nullptr ? 1 : 0;
  result->workspace_size = 0;
  return ROPE_OK;
}

rope_status prepare(const rope_spec* spec, rope_handle** out) {
  *out = new (std::nothrow) rope_handle{*spec};
  if (*out == nullptr) return ROPE_OUT_OF_MEMORY;
  std::vector<float> f(spec->rotary_dim / 2);
  for (std::size_t i = 0; i < f.size(); ++i) {
    f[i] = 1.0F / std::pow(static_cast<float>(spec->angles.parametric.base),
                           static_cast<float>(2 * i) / static_cast<float>(spec->rotary_dim));
  }
  const std::size_t bytes = f.size() * sizeof(float);
  const rope_status status = status_of(cudaMalloc(&(*out)->inv_freq, bytes), (*out)->error);
  if (status != ROPE_OK) return status;
  return status_of(cudaMemcpy((*out)->inv_freq, f.data(), bytes, cudaMemcpyHostToDevice), (*out)->error);
}

rope_status rotate(rope_handle* h, const rope_call& c, const rope_tensor& in, const rope_tensor& out) {
  const std::int64_t pairs = h->spec.rotary_dim / 2;
  if (in.shape[0] * in.shape[1] * in.shape[2] == 0) return ROPE_OK;  // an empty call does nothing
  rope_kernel<<<256, 256, 0, static_cast<cudaStream_t>(c.stream)>>>(
      static_cast<const float*>(in.data), static_cast<float*>(out.data),
      static_cast<const std::int64_t*>(c.positions.data), h->inv_freq, in, out, c.positions, pairs,
      h->spec.pairing_in == ROPE_HALF_SPLIT);
  return status_of(cudaGetLastError(), h->error);
}

rope_status apply(rope_handle* h, const rope_call* call) {
  if (const char* no = against(h->spec, *call)) {
    h->error = no;
    return ROPE_UNSUPPORTED;
  }
  const rope_status status = rotate(h, *call, call->q_in, call->q_out);
  return status != ROPE_OK || call->k_in.dtype == 0 ? status : rotate(h, *call, call->k_in, call->k_out);
}

// apply returned at once; here errors of the kernel come out.
rope_status synchronize(rope_handle* h, void* stream) {
  return status_of(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)), h->error);
}

void close(rope_handle* h) {
  if (h == nullptr) return;
  cudaDeviceSynchronize();
  cudaFree(h->inv_freq);
  delete h;
}

const char* last_error(rope_handle* h) {
  return h != nullptr && !h->error.empty() ? h->error.c_str() : error_elsewhere.c_str();
}

// Device memory is yours. The suite asks for it, has it filled and read back, and adds byte offsets to addresses.
rope_status allocate(std::uint64_t bytes, void** address) {
  return status_of(cudaMalloc(address, bytes), error_elsewhere);
}
void release(void* address) {
  cudaFree(address);
}
rope_status copy_in(void* device, const void* host, std::uint64_t bytes) {
  return status_of(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice), error_elsewhere);
}
rope_status copy_out(void* host, const void* device, std::uint64_t bytes) {
  return status_of(cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost), error_elsewhere);
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
    a.synchronize = synchronize;
    a.allocate = allocate;
    a.release = release;
    a.copy_in = copy_in;
    a.copy_out = copy_out;
    return a;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
