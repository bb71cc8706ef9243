// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The function table of rope_impl.h over one arithmetic. A bundled plug-in is a class that derives from an arithmetic
// (arithmetic.hpp), adds `name`, `summary` and `contracts`, and hands itself to entry().
#pragma once

#include <cstdint>
#include <cstdio>
#include <new>
#include <vector>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/acceptance.hpp"
#include "impls/kernel/arithmetic.hpp"
#include "impls/kernel/positions.hpp"
#include "impls/kernel/rotation.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// Behind rope_handle. A handle whose prepare failed has an error text and no frequencies.
template <class Real>
struct Handle {
  rope_spec spec{};
  std::vector<Real> inv_freq;
  char error[160] = "";

  rope_status fail(Refusal refusal) {
    std::snprintf(error, sizeof(error), "%s", refusal.reason);
    return refusal.status;
  }
};

/// For a plug-in that declares no contract.
struct NoContracts {
  static constexpr const rope_contract* contracts = nullptr;
  static constexpr std::uint32_t contract_count = 0;
};

template <class Definition>
class Plugin {
  using Real = typename Definition::Real;
  using OwnHandle = Handle<Real>;

 public:
  static const rope_impl_info* describe() {
    static const rope_impl_info info = [] {
      rope_impl_info i{};
      i.struct_size = sizeof(i);
      i.name = Definition::name;
      i.version = "0.1.0";
      i.summary = Definition::summary;
      i.dtypes = ROPE_DTYPE_BIT(ROPE_F32) | ROPE_DTYPE_BIT(ROPE_F16) | ROPE_DTYPE_BIT(ROPE_BF16);
      i.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT) | ROPE_PAIRING_BIT(ROPE_INTERLEAVED);
      i.directions = ROPE_DIRECTION_BIT(ROPE_FORWARD) | ROPE_DIRECTION_BIT(ROPE_BACKWARD);
      i.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
      i.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT) | ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3) |
                   ROPE_FAMILY_BIT(ROPE_FAMILY_DYNAMIC_NTK);
      i.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD) | ROPE_LAYOUT_BIT(ROPE_BHSD) | ROPE_LAYOUT_BIT(ROPE_SBHD);
      i.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET) |
                         ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_BATCH_OFFSET) |
                         ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN);
      i.position_dtypes = ROPE_DTYPE_BIT(ROPE_I32) | ROPE_DTYPE_BIT(ROPE_I64);
      i.flags = ROPE_FLAG_IN_PLACE | ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
      i.out_of_range = ROPE_OUT_OF_RANGE_ERROR;
      i.contracts = Definition::contracts;
      i.contract_count = Definition::contract_count;
      return i;
    }();
    return &info;
  }

  static rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
    if (spec == nullptr || call == nullptr || result == nullptr || result->struct_size < sizeof(*result)) {
      return ROPE_INVALID_ARGUMENT;
    }
    const rope_spec asked = read_spec(*spec);
    Refusal refusal = refuse_spec(asked, Definition::position_limit);
    if (!refusal) {
      refusal = refuse_call(asked, read(*call));
    }
    result->supported = refusal ? 0 : 1;
    result->reason = refusal.reason;
    result->workspace_size = 0;
    return ROPE_OK;
  }

  static rope_status prepare(const rope_spec* spec, rope_handle** handle) {
    if (handle == nullptr) {
      return ROPE_INVALID_ARGUMENT;
    }
    *handle = nullptr;
    if (spec == nullptr) {
      return ROPE_INVALID_ARGUMENT;
    }
    auto* const own = new (std::nothrow) OwnHandle;
    if (own == nullptr) {
      return ROPE_OUT_OF_MEMORY;
    }
    *handle = reinterpret_cast<rope_handle*>(own);
    own->spec = read_spec(*spec);
    if (const Refusal refusal = refuse_spec(own->spec, Definition::position_limit)) {
      return own->fail(refusal);
    }
    try {
      const std::uint32_t pairs = own->spec.rotary_dim / 2;
      own->inv_freq.reserve(pairs);
      for (std::uint32_t pair = 0; pair < pairs; ++pair) {
        own->inv_freq.push_back(Definition::inv_freq(own->spec.angles.parametric, own->spec.rotary_dim, pair));
      }
    } catch (const std::bad_alloc&) {
      own->inv_freq.clear();
      return own->fail({ROPE_OUT_OF_MEMORY, "no memory for inv_freq"});
    }
    return ROPE_OK;
  }

  static rope_status apply(rope_handle* handle, const rope_call* call) {
    if (handle == nullptr || call == nullptr) {
      return ROPE_INVALID_ARGUMENT;
    }
    auto& own = *reinterpret_cast<OwnHandle*>(handle);
    if (own.inv_freq.empty()) {
      return own.fail({ROPE_INVALID_ARGUMENT, "prepare failed on this handle: it can only be closed"});
    }
    own.error[0] = '\0';
    const rope_call asked = read_call(*call);
    if (const Refusal refusal = refuse_call(own.spec, asked)) {
      return own.fail(refusal);
    }
    // Everything is checked before the first element is written.
    if (const Refusal refusal = refuse_data(asked)) {
      return own.fail(refusal);
    }
    if (const rope_status status = check_positions(own, asked); status != ROPE_OK) {
      return status;
    }
    try {
      switch (asked.q_in.dtype) {
        case ROPE_F32:
          rotate_call<Definition, Fp32>(own.spec, own.inv_freq, asked);
          break;
        case ROPE_F16:
          rotate_call<Definition, Fp16>(own.spec, own.inv_freq, asked);
          break;
        default:
          rotate_call<Definition, Bf16>(own.spec, own.inv_freq, asked);
      }
    } catch (const std::bad_alloc&) {
      return own.fail({ROPE_OUT_OF_MEMORY, "no memory for one row of cos and sin"});
    }
    return ROPE_OK;
  }

  static void close(rope_handle* handle) { delete reinterpret_cast<OwnHandle*>(handle); }

  static const char* last_error(rope_handle* handle) {
    return handle == nullptr ? "no memory for a handle, or an argument of prepare was NULL"
                             : reinterpret_cast<OwnHandle*>(handle)->error;
  }

  static rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
    if (handle == nullptr || (inv_freq == nullptr && count != 0)) {
      return ROPE_INVALID_ARGUMENT;
    }
    auto& own = *reinterpret_cast<OwnHandle*>(handle);
    if (count != own.inv_freq.size()) {
      return own.fail({ROPE_INVALID_ARGUMENT, "export_inv_freq: count must be rotary_dim/2"});
    }
    for (std::size_t i = 0; i < own.inv_freq.size(); ++i) {
      inv_freq[i] = own.inv_freq[i];
    }
    return ROPE_OK;
  }

  static rope_impl_api api() {
    rope_impl_api table{};
    table.struct_size = sizeof(table);
    table.abi_version = ROPE_IMPL_ABI_VERSION;
    table.describe = describe;
    table.query = query;
    table.prepare = prepare;
    table.apply = apply;
    table.close = close;
    table.last_error = last_error;
    table.export_inv_freq = export_inv_freq;
    return table;
  }

 private:
  static rope_spec read_spec(const rope_spec& given) {
    rope_spec spec = read(given);
    spec.angles = read(spec.angles);
    spec.angles.parametric = read(spec.angles.parametric);
    return spec;
  }

  static rope_call read_call(const rope_call& given) {
    rope_call call = read(given);
    call.q_in = read(call.q_in);
    call.q_out = read(call.q_out);
    call.k_in = read(call.k_in);
    call.k_out = read(call.k_out);
    call.positions = read(call.positions);
    return call;
  }

  static Refusal refuse_data(const rope_call& call) {
    const auto missing = [](const rope_tensor& t) { return !empty(t) && t.data == nullptr; };
    if (missing(call.q_in) || missing(call.q_out)) {
      return {ROPE_INVALID_ARGUMENT, "q_in and q_out must have data"};
    }
    if (present(call.k_in) && (missing(call.k_in) || missing(call.k_out))) {
      return {ROPE_INVALID_ARGUMENT, "k_in and k_out must have data where k is present"};
    }
    const bool tokens = call.q_in.shape[0] > 0 && call.q_in.shape[1] > 0;
    if (tokens && call.positions.kind != ROPE_POSITIONS_OFFSET && call.positions.data == nullptr) {
      return {ROPE_INVALID_ARGUMENT, "positions must have data"};
    }
    return {};
  }

  /// The declared policy: a position out of range is an error, and nothing is written.
  static rope_status check_positions(OwnHandle& own, const rope_call& call) {
    const std::int64_t limit = own.spec.max_position;
    for (std::int64_t b = 0; b < call.q_in.shape[0]; ++b) {
      for (std::int64_t s = 0; s < call.q_in.shape[1]; ++s) {
        const std::int64_t position = position_of(call.positions, b, s);
        if (position < -limit || position >= limit) {
          std::snprintf(own.error, sizeof(own.error), "position %lld of token %lld in row %lld is not in [-%lld, %lld)",
                        static_cast<long long>(position), static_cast<long long>(s), static_cast<long long>(b),
                        static_cast<long long>(limit), static_cast<long long>(limit));
          return ROPE_INVALID_ARGUMENT;
        }
      }
    }
    return ROPE_OK;
  }
};

/// The body of rope_impl_entry.
template <class Definition>
const rope_impl_api* entry(std::uint32_t abi_version) {
  static const rope_impl_api api = Plugin<Definition>::api();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}

}  // namespace rope::kernel
