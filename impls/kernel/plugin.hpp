// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The function table of rope_impl.h over one arithmetic. A bundled plug-in is a class that derives from an arithmetic
// (arithmetic.hpp), adds `name`, `summary` and `contracts`, and hands itself to entry().
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>
#include <optional>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/acceptance.hpp"
#include "impls/kernel/arithmetic.hpp"
#include "impls/kernel/call_acceptance.hpp"
#include "impls/kernel/call_data.hpp"
#include "impls/kernel/description.hpp"
#include "impls/kernel/handle.hpp"
#include "impls/kernel/rotation.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// One that has loops of its own instead of the steps' (impls/cpu/fused).
template <class Definition, class Real>
concept RotatesItself = requires(const Model<Real>& model, const rope_call& call) {
  Definition::rotate_call(model, call);
};

template <class Definition>
class Plugin {
  using Frequency = typename Definition::Frequency;
  using OwnHandle = Handle<Frequency>;

 public:
  static const rope_impl_info* describe() {
    static const rope_impl_info info = description<Definition>();
    return &info;
  }

  static rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
    if (spec == nullptr || call == nullptr || !can_hold_answer(result)) {
      return ROPE_INVALID_ARGUMENT;
    }
    const rope_spec asked = read_spec(*spec);
    Refusal refusal = refuse_spec(asked, Definition::position_limit);
    if (!refusal) {
      refusal = refuse_call(asked, read_call(*call));
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
    own->model.spec = read_spec(*spec);
    Refusal refusal = refuse_spec(own->model.spec, Definition::position_limit);
    if (!refusal) {
      refusal = refuse_supplied_data(own->model.spec.angles);
    }
    if (refusal) {
      return own->fail(refusal);
    }
    try {
      own->model.inv_freq = inv_freq_of<Definition>(own->model.spec);
    } catch (const std::bad_alloc&) {
      return own->fail({ROPE_OUT_OF_MEMORY, "no memory for inv_freq"});
    }
    own->model.spec.angles.parametric.short_factor = nullptr;  // the caller's, valid until here
    own->model.spec.angles.parametric.long_factor = nullptr;
    own->ready = true;
    return ROPE_OK;
  }

  static rope_status apply(rope_handle* handle, const rope_call* call) {
    if (handle == nullptr || call == nullptr) {
      return ROPE_INVALID_ARGUMENT;
    }
    auto& own = *reinterpret_cast<OwnHandle*>(handle);
    if (!own.ready) {
      return own.fail({ROPE_INVALID_ARGUMENT, "prepare failed on this handle: it can only be closed"});
    }
    LastError::clear(handle);
    const rope_call asked = read_call(*call);
    if (const Refusal refusal = refuse_call(own.model.spec, asked)) {
      return own.fail(refusal);
    }
    // Everything is checked before the first element is written.
    if (const Refusal refusal = refuse_data(asked)) {
      return own.fail(refusal);
    }
    if constexpr (Definition::out_of_range == ROPE_OUT_OF_RANGE_ERROR) {
      if (const std::optional<PositionOfToken> outside = position_outside(own.model.spec, asked)) {
        return fail(own, *outside);
      }
    }
    try {
      rotate(own.model, asked);
    } catch (const std::bad_alloc&) {
      return own.fail({ROPE_OUT_OF_MEMORY, "no memory for one row of cos and sin"});
    }
    return ROPE_OK;
  }

  static void close(rope_handle* handle) { delete reinterpret_cast<OwnHandle*>(handle); }

  static const char* last_error(rope_handle* handle) {
    return handle == nullptr ? "no memory for a handle, or an argument of prepare was NULL" : LastError::text(handle);
  }

  static rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
    if (handle == nullptr || (inv_freq == nullptr && count != 0)) {
      return ROPE_INVALID_ARGUMENT;
    }
    auto& own = *reinterpret_cast<OwnHandle*>(handle);
    const auto& used = own.model.inv_freq;
    if (own.ready && has_rows(own.model.spec.angles)) {
      return own.fail({ROPE_UNSUPPORTED, "export_inv_freq: supplied angles and tables are used without frequencies"});
    }
    if (count != used.size()) {
      return own.fail({ROPE_INVALID_ARGUMENT, "export_inv_freq: count must be rotary_dim/2"});
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
      inv_freq[i] = used[i];
    }
    return ROPE_OK;
  }

  static const void* extension(const char* id, std::uint32_t revision) {
    const bool known = id != nullptr && std::strcmp(id, ROPE_EXT_MUST_SUPPORT) == 0 && revision == 1;
    return known ? &promised : nullptr;
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
    table.extension = extension;
    return table;
  }

 private:
  static void rotate(const Model<Frequency>& model, const rope_call& call) {
    if constexpr (RotatesItself<Definition, Frequency>) {
      Definition::rotate_call(model, call);
    } else {
      switch (call.q_in.dtype) {
        case ROPE_F32:
          return rotate_call<Definition, Fp32>(model, call);
        case ROPE_F16:
          return rotate_call<Definition, Fp16>(model, call);
        default:
          return rotate_call<Definition, Bf16>(model, call);
      }
    }
  }

  static rope_status fail(OwnHandle& own, const PositionOfToken& outside) {
    const Range range = range_of(own.model.spec);
    LastError::set(&own, "position %lld of token %lld in row %lld is not in [%lld, %lld)",
                   static_cast<long long>(outside.position), static_cast<long long>(outside.token),
                   static_cast<long long>(outside.row), static_cast<long long>(range.first),
                   static_cast<long long>(range.end));
    return ROPE_INVALID_ARGUMENT;
  }
};

/// The body of rope_impl_entry of a plug-in that is wrong on purpose: `change` replaces functions of the table.
template <class Definition>
const rope_impl_api* changed_entry(std::uint32_t abi_version, void (*change)(rope_impl_api&)) {
  static const rope_impl_api api = [change] {
    rope_impl_api table = Plugin<Definition>::api();
    change(table);
    return table;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}

/// The body of rope_impl_entry.
template <class Definition>
const rope_impl_api* entry(std::uint32_t abi_version) {
  return changed_entry<Definition>(abi_version, [](rope_impl_api&) {});
}

}  // namespace rope::kernel
