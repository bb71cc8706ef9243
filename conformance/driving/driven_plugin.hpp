// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One worker with an implementation in it: what is prepared there, and the memory that is shared with it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>

#include "conformance/driving/call_plan.hpp"
#include "conformance/driving/driver.hpp"
#include "conformance/driving/guarded_buffer.hpp"
#include "conformance/driving/session.hpp"
#include "conformance/driving/supplied_angles.hpp"
#include "conformance/driving/supplied_stock.hpp"

namespace rope::conformance {

/// Of no use any more once a member threw WorkerLost or rotate() answered crashed or timed_out, or where serves() says
/// no.
class DrivenPlugin {
 public:
  DrivenPlugin(const DriverOptions& options, std::filesystem::path library)
      : session_(options.worker, options.timeout_scale, options.interrupted), library_(std::move(library)) {}

  /// Throws WorkerLost.
  std::variant<Description, LoadProblem> load();

  /// Never throws WorkerLost: a lost worker is an answer.
  RotateAnswer rotate(const RotateRequest& request);

  /// Throws WorkerLost.
  Driver::MustSupport must_support();

  /// Ends the worker; of no use any more. Never throws WorkerLost.
  RotateAnswer end();

  /// An error on a device can stay with the process that had it: after an illegal address every function of CUDA fails
  /// until that process ends. Whatever is asked next must not answer for it.
  bool serves() const { return session_.alive() && !device_failed_; }
  std::string output() { return session_.process().output().text(); }
  std::string last_output() { return session_.process().output().end(512); }

 private:
  bool run(const RotateRequest& request, RotateAnswer& answer);
  bool take(const protocol::Outcome& outcome, RotateAnswer& answer);
  std::variant<CallPlan, std::string> accepted_plan(const RotateRequest& request, RotateAnswer& answer);
  struct Handle;
  bool prepare(std::uint32_t number, CallPlan& plan, RotateAnswer& answer);
  bool close(std::uint32_t number, RotateAnswer& answer);
  bool close_all_but_the_first(RotateAnswer& answer);
  bool apply(const RotateRequest& request, const protocol::WireCall& call, RotateAnswer& answer);
  bool export_inv_freq(const RotateRequest& request, RotateAnswer& answer);
  static void look_at_supplied(Handle& handle, RotateAnswer& answer, const char* when);
  protocol::Place place(GuardedBuffer& buffer, std::size_t bytes, std::size_t alignment);

  Session session_;
  std::filesystem::path library_;
  Description description_;

  bool device_failed_ = false;
  using Shape =
      std::tuple<rope_dtype, rope_direction, rope_layout, std::array<std::int64_t, 4>, std::array<std::int64_t, 4>>;
  struct Handle {
    bool prepared = false;
    protocol::WireSpec spec;                 // without places
    bool supplied_changed = false;           // by the implementation
    std::optional<SuppliedAngles> supplied;  // what it was given, mapped as matrices_of() its number and the next
    std::set<Shape> applied_shapes;
  };
  std::array<Handle, largest_handle + 1> handles_;
  SuppliedStock stock_{std::size_t{128} << 20};  // a dozen forms of a large head's tables for 4096 positions
  std::uint64_t workspace_bytes_ = 0;            // of the plan that query accepted last
  SuppliedForm accepted_form_;                   // of that plan

  GuardedBuffer q_in_{"q_in", 1}, q_out_{"q_out", 2}, k_in_{"k_in", 3}, k_out_{"k_out", 4}, positions_{"positions", 5},
      workspace_{"workspace", 6}, cu_seqlens_{"cu_seqlens", 7}, start_positions_{"start_positions", 8};
  static constexpr std::uint64_t matrices_of(std::uint32_t handle) { return 9 + 2 * std::uint64_t{handle}; }
};

}  // namespace rope::conformance
