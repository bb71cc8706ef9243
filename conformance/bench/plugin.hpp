// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// An implementation loaded into the measuring process itself: a worker between would be part of what is timed.
#pragma once

#include <string>

#include "conformance/bench/work.hpp"
#include "rope_impl.h"

namespace rope::bench::cpu {

/// Stays loaded until the process ends.
class Plugin {
 public:
  /// Throws std::runtime_error, with what the loader or the plug-in says.
  explicit Plugin(const std::string& path);

  const rope_impl_api& api() const { return *api_; }
  const std::string& name() const { return name_; }

 private:
  const rope_impl_api* api_ = nullptr;
  std::string name_;
};

/// One call of it, prepared.
class PreparedCall {
 public:
  /// Throws std::runtime_error where the plug-in does not take the call; what() is its reason.
  PreparedCall(const Plugin& plugin, rope_pairing pairing, const Work& work, bool in_place);
  ~PreparedCall();
  PreparedCall(const PreparedCall&) = delete;
  PreparedCall& operator=(const PreparedCall&) = delete;

  /// Throws std::runtime_error where apply fails.
  void operator()();

 private:
  const rope_impl_api& api_;
  rope_call call_;
  rope_handle* handle_ = nullptr;
};

}  // namespace rope::bench::cpu
