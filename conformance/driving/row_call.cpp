// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A row is the same memory, begun elsewhere.
#include "conformance/driving/row_call.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t bytes_of(rope_dtype dtype) {
  return dtype == ROPE_F64 || dtype == ROPE_I64 ? 8 : dtype == ROPE_F32 || dtype == ROPE_I32 ? 4 : 2;
}

void move(protocol::Place& place, std::int64_t bytes) {
  // In memory order a later row may come first.
  if (place.memory != 0) place.offset = static_cast<std::uint64_t>(static_cast<std::int64_t>(place.offset) + bytes);
}

void take_row(protocol::WireTensor& tensor, int row) {
  move(tensor.place, row * tensor.strides[0] * bytes_of(tensor.dtype));
  tensor.shape[0] = 1;
  // What it is in a batch of one, for whoever compares strides.
  if (tensor.layout == ROPE_SBHD) tensor.strides[0] = tensor.strides[1];
}

}  // namespace

std::optional<std::string> why_no_rows(const protocol::WireCall& call, bool run_by_run, std::uint32_t alignment) {
  if (run_by_run) return "calls at once need positions that one call can be given";
  if (call.q_in.shape[0] > static_cast<std::int64_t>(protocol::max_calls_at_once)) {
    return "each token is a row of its own, and these are too many calls at once";
  }
  if (call.q_in.layout == ROPE_THD || call.cu_seqlens_count > 0) {
    return "calls at once are the rows of a batch, and packed tokens have none";
  }
  bool aligned = alignment == 0 || call.positions.batch_stride * bytes_of(call.positions.dtype) % alignment == 0;
  for (const protocol::WireTensor* tensor :
       {&call.q_in, &call.q_out, call.k_in ? &*call.k_in : nullptr, call.k_out ? &*call.k_out : nullptr}) {
    if (tensor == nullptr || alignment == 0) continue;
    aligned = aligned && tensor->strides[0] * bytes_of(tensor->dtype) % alignment == 0;
  }
  if (!aligned) return "the rows of calls at once do not begin at multiples of " + std::to_string(alignment) + " bytes";
  return std::nullopt;
}

protocol::WireCall row_of(const protocol::WireCall& call, int row) {
  protocol::WireCall out = call;
  take_row(out.q_in, row);
  take_row(out.q_out, row);
  if (out.k_in) take_row(*out.k_in, row);
  if (out.k_out) take_row(*out.k_out, row);
  // Kind OFFSET has one for all rows; BATCH_OFFSET's batch stride is 1.
  move(out.positions.place, row * out.positions.batch_stride * bytes_of(out.positions.dtype));
  move(out.workspace, row * static_cast<std::int64_t>(workspace_step(call.workspace_bytes)));
  return out;
}

}  // namespace rope::conformance
