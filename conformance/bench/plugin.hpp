// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// An implementation loaded into the measuring process itself: a worker between would be part of what is timed.
#pragma once

#include <string>

#include "conformance/bench/deadline.hpp"
#include "conformance/bench/work.hpp"
#include "rope_impl.h"

namespace rope::bench::kernels {

/// Stays loaded until the process ends.
class Plugin {
 public:
  /// Throws std::runtime_error, with what the loader or the plug-in says. `on_device`: where its tensors must lie.
  Plugin(const std::string& path, bool on_device, Deadline& deadline);

  const rope_impl_api& api() const { return *api_; }
  const std::string& name() const { return name_; }
  std::uint64_t flags() const { return flags_; }
  Deadline& deadline() const { return *deadline_; }

 private:
  const rope_impl_api* api_ = nullptr;
  std::string name_;
  std::uint64_t flags_ = 0;
  Deadline* deadline_;
};

/// A handle of it for one Work and pairing. Members throw std::runtime_error where the plug-in says no; what() is its
/// reason.
class PreparedPlugin {
 public:
  PreparedPlugin(const Plugin& plugin, const Work& work, rope_pairing pairing, const rope_call& call);
  ~PreparedPlugin();
  PreparedPlugin(const PreparedPlugin&) = delete;
  PreparedPlugin& operator=(const PreparedPlugin&) = delete;

  /// Without waiting for a device.
  void apply(const rope_call& call);
  void synchronize(void* stream);

 private:
  void check(rope_status status, const char* function);

  const Plugin& plugin_;
  rope_handle* handle_ = nullptr;
};

}  // namespace rope::bench::kernels
