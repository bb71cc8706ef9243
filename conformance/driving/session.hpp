// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One worker and the conversation with it: requests, deadlines, and what a death, a silence or nonsense means.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <variant>

#include "conformance/driving/worker_process.hpp"
#include "conformance/protocol/messages.hpp"
#include "conformance/protocol/shared_memory.hpp"

namespace rope::conformance {

/// The worker cannot be used any more; it has been ended and reaped.
class WorkerLost : public std::runtime_error {
 public:
  enum class How { crashed, timed_out };
  WorkerLost(How how, const std::string& message) : std::runtime_error(message), how_(how) {}
  How how() const { return how_; }

 private:
  How how_;
};

class Session {
 public:
  /// Starts a worker and agrees on the protocol. Throws std::runtime_error where that cannot be done: no fault of any
  /// implementation.
  Session(const std::filesystem::path& worker, double timeout_scale, std::function<bool()> interrupted = {});
  ~Session();

  // Each throws WorkerLost, and std::runtime_error where the worker could not do its own part (map memory, say).
  std::variant<protocol::Loaded, protocol::NotLoaded> load(const std::string& library);
  void map(std::uint64_t memory, const SharedMemory& shared);
  protocol::QueryAnswer query(const protocol::WireSpec& spec, const protocol::WireCall& call);
  protocol::Outcome prepare(const protocol::Prepare& request);
  protocol::Outcome close(std::uint32_t handle);
  /// `first`: the first call of its shape on this handle, which may compile.
  protocol::Outcome apply(const protocol::Apply& request, bool first, std::uint64_t elements);
  protocol::Outcome together(const protocol::Together& request, std::uint64_t elements);
  protocol::InvFreqAnswer inv_freq(const protocol::InvFreq& request);
  /// The last one: closes what is open and waits for the process to end by itself.
  protocol::Outcome end();

  bool alive() const { return process_.pid() >= 0; }
  WorkerProcess& process() { return process_; }

 private:
  using Seconds = std::chrono::duration<double>;

  /// `deadline` is scaled by timeout_scale where it is the implementation's.
  template <class Expected>
  Expected ask(const protocol::Request& request, Seconds deadline, int pass = -1);
  protocol::Answer exchange(const protocol::Request& request, Seconds deadline, int pass);
  [[noreturn]] void lose(WorkerLost::How how, const std::string& message);
  std::string where(const std::string& function) const;

  WorkerProcess process_;
  double timeout_scale_;
  std::function<bool()> interrupted_;
  std::uint64_t last_id_ = 0;
};

}  // namespace rope::conformance
