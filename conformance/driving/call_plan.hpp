// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From a request to calls: which arrangements an implementation claims to take, in the order in which they are asked
// for, and everything of such a call but the numbers in its tensors.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/driving/driver.hpp"
#include "conformance/driving/supplied_angles.hpp"
#include "conformance/driving/tensor_memory.hpp"
#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

/// The request's arrangement with nothing left open, once for every way that the description claims; or what it does
/// not claim, in a sentence. In order: layout, then kind of positions, then form of supplied numbers. The source of the
/// angles is one, so that whatever is accepted in the end has the same frequencies.
std::variant<std::vector<Arrangement>, std::string> claimed_arrangements(const Description& description,
                                                                         const RotateRequest& request);

/// The request's first run as a request of its own, without tensors.
RotateRequest first_run_of(const RotateRequest& request);

/// The suite supplies no more bytes of angles or tables than this.
inline constexpr std::uint64_t largest_supplied = std::uint64_t{256} << 20;

/// How many consecutive positions each run has; a run does not go on from one row to the next.
std::vector<std::int64_t> runs_of(const RotateRequest& request);

/// A call without places.
struct CallPlan {
  Arrangement used;
  std::optional<SuppliedKind> supplied;  ///< where the source is not parametric
  protocol::WireSpec spec;
  protocol::WireCall call;
  std::optional<TensorMemory> q_in, q_out, k_in, k_out;
  std::vector<std::byte> position_data, cu_seqlens, start_positions;
};

/// `arrangement` as claimed_arrangements() gives it; a sentence where the request cannot be put so. `alignment`: of
/// data pointers, in bytes.
std::variant<CallPlan, std::string> plan_of(const Description& description, const RotateRequest& request,
                                            const Arrangement& arrangement, std::size_t alignment);

}  // namespace rope::conformance
