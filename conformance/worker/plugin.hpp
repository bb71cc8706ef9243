// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One loaded implementation, inside the worker: every call of a function of rope_impl.h happens here.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "conformance/protocol/messages.hpp"
#include "conformance/protocol/shared_memory.hpp"
#include "conformance/worker/foreign_memory.hpp"
#include "conformance/worker/fp_environment.hpp"

namespace rope::conformance::worker {

/// Called with the name of a function of the implementation just before it runs.
using Announce = std::function<void(const char* function)>;

class Plugin {
 public:
  explicit Plugin(Announce announce);

  /// dlopen, rope_impl_entry, describe.
  std::variant<protocol::Loaded, protocol::NotLoaded> load(const std::string& library);
  bool loaded() const { return api_.apply != nullptr; }

  /// The numbered memory of later calls; false where it cannot be mapped.
  bool map(std::uint64_t memory, const FileDescriptor& fd, std::uint64_t bytes);

  protocol::QueryAnswer query(const protocol::WireSpec& spec, const protocol::WireCall& call);
  protocol::Outcome prepare(const protocol::Prepare& request);  ///< closes the handle of that number
  // Each throws protocol::Violation on an unknown memory or a handle that is not there.
  protocol::Outcome apply(const protocol::Apply& request);
  protocol::Outcome together(const protocol::Together& request);
  protocol::InvFreqAnswer inv_freq(const protocol::InvFreq& request);
  protocol::Outcome close(std::uint32_t handle);
  protocol::Outcome end();  ///< the last call: closes the handles, gives device memory and the stream back

 private:
  struct Memory {
    SharedMemory host;
    void* device = nullptr;
  };

  // Calls one function: announces it, times it, stops exceptions, looks at the floating-point environment.
  template <class Function>
  bool call(const char* name, protocol::Outcome& outcome, Function function);
  // The same unannounced, on any thread.
  template <class Function>
  bool call_quietly(const char* name, protocol::Outcome& outcome, Function function) const;
  void explain(protocol::Outcome& outcome, rope_handle* handle);
  void explain_quietly(protocol::Outcome& outcome, rope_handle* handle) const;
  void close(std::uint32_t handle, protocol::Outcome& outcome);
  rope_handle* handle_of(std::uint32_t number) const;
  protocol::Outcome apply_quietly(rope_handle* handle, const rope_call& rope) const;
  std::string problem_of_api() const;

  bool device_memory() const { return (information_.flags & ROPE_FLAG_DEVICE_MEMORY) != 0; }
  void* address(const protocol::Place& place);
  rope_matrix matrix(const protocol::WireMatrix& wire);
  rope_spec wire_spec(const protocol::WireSpec& wire);
  rope_tensor tensor(const protocol::WireTensor& wire);
  rope_call wire_call(const protocol::WireCall& wire);
  bool to_device(std::uint64_t memory, protocol::Outcome& outcome);
  bool to_device(const std::vector<std::uint64_t>& memories, protocol::Outcome& outcome);
  bool from_device(const std::vector<std::uint64_t>& memories, protocol::Outcome& outcome);
  bool make_stream(protocol::Outcome& outcome);
  std::string read_extensions(protocol::Outcome& outcome);

  Announce announce_;
  ForeignMemory foreign_;
  FpEnvironment own_environment_;
  rope_impl_api api_{};
  protocol::Information information_;
  std::array<rope_handle*, protocol::max_handles> handles_{};
  rope_streams streams_{};  // create is NULL where the extension is not there
  void* stream_ = nullptr;  // the one that calls with own_stream are put on
  std::map<std::uint64_t, Memory> memories_;
};

}  // namespace rope::conformance::worker
