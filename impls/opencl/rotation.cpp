// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The arguments of rotate.cl, in its order, and its grid.
#include "impls/opencl/rotation.hpp"

#include <cstddef>

#include "impls/kernel/abi.hpp"
#include "impls/opencl/failure.hpp"

namespace rope::opencl {
namespace {

constexpr std::size_t group = 32;  // reqd_work_group_size in rotate.cl

class Arguments {
 public:
  explicit Arguments(cl_kernel kernel) : kernel_(kernel) {}

  template <class Value>
  Arguments& operator<<(const Value& value) {
    require(clSetKernelArg(kernel_, index_++, sizeof(value), &value), "clSetKernelArg");
    return *this;
  }

 private:
  cl_kernel kernel_;
  cl_uint index_ = 0;
};

cl_long4 strides_of(const rope_tensor& tensor) {
  return {{tensor.strides[0], tensor.strides[1], tensor.strides[2], tensor.strides[3]}};
}

}  // namespace

Rotation::Rotation(const Runtime& runtime, const rope_spec& spec, const std::vector<float>& inv_freq)
    : spec_(spec),
      inv_freq_(runtime.buffer(inv_freq.size() * sizeof(float))),
      fp32_(runtime.kernel("rotate_fp32")),
      fp16_(runtime.kernel("rotate_fp16")),
      bf16_(runtime.kernel("rotate_bf16")) {
  require(clEnqueueWriteBuffer(runtime.copies(), inv_freq_.get(), CL_TRUE, 0, inv_freq.size() * sizeof(float),
                               inv_freq.data(), 0, nullptr, nullptr),
          "clEnqueueWriteBuffer");
}

Event Rotation::enqueue(cl_command_queue queue, const Side& in, const Side& out, const rope_positions& positions,
                        const Place& positions_place, rope_direction direction) {
  const rope_dtype dtype = in.tensor.dtype;
  const cl_kernel kernel = (dtype == ROPE_F32 ? fp32_ : dtype == ROPE_F16 ? fp16_ : bf16_).get();
  const cl_long pairs = spec_.rotary_dim / 2;
  // In place what does not rotate is where it belongs already.
  const bool in_place = kernel::same_place(in.tensor, out.tensor);
  const cl_long items = in_place ? pairs : spec_.head_dim - pairs;
  // A kernel argument must be a buffer, also one that is not looked at.
  const cl_mem positions_buffer = positions_place.buffer != nullptr ? positions_place.buffer : inv_freq_.get();

  Arguments(kernel) << in.place.buffer << cl_long{in.place.first} << strides_of(in.tensor) << out.place.buffer
                    << cl_long{out.place.first} << strides_of(out.tensor) << inv_freq_.get() << positions_buffer
                    << cl_long{positions_place.first} << cl_int{positions.dtype == ROPE_I64}
                    << static_cast<cl_int>(positions.kind) << cl_long2{{positions.batch_stride, positions.token_stride}}
                    << cl_long{positions.offset} << cl_long{spec_.max_position}
                    << cl_uint4{{spec_.head_dim, spec_.rotary_dim, spec_.dim_offset,
                                 spec_.pairing_in == ROPE_INTERLEAVED ? 1U : 0U}}
                    << cl_long2{{items, in.tensor.shape[1]}} << cl_double{spec_.attention_factor}
                    << cl_int{direction == ROPE_BACKWARD};

  const std::size_t global[3] = {(static_cast<std::size_t>(items) + group - 1) / group * group,
                                 static_cast<std::size_t>(in.tensor.shape[2]),
                                 static_cast<std::size_t>(in.tensor.shape[0] * in.tensor.shape[1])};
  const std::size_t local[3] = {group, 1, 1};
  cl_event event = nullptr;
  require(clEnqueueNDRangeKernel(queue, kernel, 3, nullptr, global, local, 0, nullptr, &event),
          "clEnqueueNDRangeKernel");
  return Event(event);
}

}  // namespace rope::opencl
