// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is behind rope_handle: the accepted spec, or why there is none.
#pragma once

#include <cstdio>
#include <vector>

#include "impls/kernel/matrix.hpp"
#include "impls/kernel/refusal.hpp"
#include "impls/kernel/source.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// The text of last_error. Several threads may use one handle at once, so that each has its own last failure.
class LastError {
 public:
  template <class... Arguments>
  static void set(const void* handle, const char* format, Arguments... arguments) {
    LastError& own = of_this_thread();
    own.handle_ = handle;
    std::snprintf(own.text_, sizeof(own.text_), format, arguments...);
  }
  static void clear(const void* handle) {
    LastError& own = of_this_thread();
    if (own.handle_ == handle) own.handle_ = nullptr;
  }
  static const char* text(const void* handle) {
    const LastError& own = of_this_thread();
    return own.handle_ == handle ? own.text_ : "";
  }

 private:
  static LastError& of_this_thread() {
    thread_local LastError own;
    return own;
  }

  const void* handle_ = nullptr;
  char text_[160] = "";
};

/// A handle whose prepare failed has an error text and is not ready.
template <class Frequency>
struct Handle {
  Model<Frequency> model;
  bool ready = false;

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { LastError::clear(this); }

  rope_status fail(Refusal refusal) {
    LastError::set(this, "%s", refusal.reason);
    return refusal.status;
  }
};

/// inv_freq of each pair, made from parameters or supplied; none where angles or tables are supplied. May throw.
template <class Definition>
std::vector<typename Definition::Frequency> inv_freq_of(const rope_spec& spec) {
  using Frequency = typename Definition::Frequency;
  std::vector<Frequency> inv_freq;
  if (has_rows(spec.angles)) {
    return inv_freq;
  }
  const std::uint32_t pairs = spec.rotary_dim / 2;
  inv_freq.reserve(pairs);
  for (std::uint32_t pair = 0; pair < pairs; ++pair) {
    inv_freq.push_back(spec.angles.source == ROPE_SOURCE_INV_FREQ
                           ? static_cast<Frequency>(value(spec.angles.first, 0, pair))
                           : Definition::inv_freq(spec.angles.parametric, spec.rotary_dim, pair));
  }
  return inv_freq;
}

}  // namespace rope::kernel
