// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: every second apply of a handle rotates each token as if it stood one later, as a state does that
// one call leaves behind for the next.
#include <array>
#include <cstdint>
#include <new>

#include "impls/kernel/plugin.hpp"

namespace {

struct CallDependent : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "call-dependent";
  static constexpr const char* summary = "faulty on purpose: every second call of a handle is one position ahead";
};

struct OneLater : CallDependent {
  static float angle(std::int64_t position, float inv_freq) { return CallDependent::angle(position + 1, inv_freq); }
};

// Two handles take turns, so that both calls check their arguments alike.
struct Turns {
  std::array<rope_handle*, 2> handles{};
  std::size_t next = 0, last = 0;
};

std::array<rope_impl_api, 2> apis() {
  return {rope::kernel::Plugin<CallDependent>::api(), rope::kernel::Plugin<OneLater>::api()};
}

Turns& turns_of(rope_handle* handle) {
  return *reinterpret_cast<Turns*>(handle);
}

rope_status prepare(const rope_spec* spec, rope_handle** handle) {
  if (handle == nullptr) {
    return ROPE_INVALID_ARGUMENT;
  }
  *handle = nullptr;
  if (spec == nullptr) {
    return ROPE_INVALID_ARGUMENT;
  }
  auto* const turns = new (std::nothrow) Turns;
  if (turns == nullptr) {
    return ROPE_OUT_OF_MEMORY;
  }
  *handle = reinterpret_cast<rope_handle*>(turns);
  for (std::size_t i = 0; i < 2; ++i) {
    turns->last = i;
    if (const rope_status status = apis()[i].prepare(spec, &turns->handles[i]); status != ROPE_OK) {
      turns->next = i;  // the one that can say why
      return status;
    }
  }
  return ROPE_OK;
}

rope_status apply(rope_handle* handle, const rope_call* call) {
  if (handle == nullptr) {
    return ROPE_INVALID_ARGUMENT;
  }
  Turns& turns = turns_of(handle);
  turns.last = turns.next;
  const rope_status status = apis()[turns.last].apply(turns.handles[turns.last], call);
  if (status == ROPE_OK) {
    turns.next = 1 - turns.last;
  }
  return status;
}

void close(rope_handle* handle) {
  if (handle == nullptr) {
    return;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    apis()[i].close(turns_of(handle).handles[i]);
  }
  delete &turns_of(handle);
}

const char* last_error(rope_handle* handle) {
  if (handle == nullptr) {
    return apis()[0].last_error(nullptr);
  }
  const Turns& turns = turns_of(handle);
  return apis()[turns.last].last_error(turns.handles[turns.last]);
}

rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
  if (handle == nullptr) {
    return ROPE_INVALID_ARGUMENT;
  }
  turns_of(handle).last = 0;
  return apis()[0].export_inv_freq(turns_of(handle).handles[0], inv_freq, count);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  static const rope_impl_api api = [] {
    rope_impl_api table = apis()[0];
    table.prepare = prepare;
    table.apply = apply;
    table.close = close;
    table.last_error = last_error;
    table.export_inv_freq = export_inv_freq;
    return table;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
