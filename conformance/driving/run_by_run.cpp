// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of a batch are runs, too: each call has one row.
#include "conformance/driving/run_by_run.hpp"

#include <string>
#include <utility>
#include <vector>

#include "conformance/driving/call_plan.hpp"

namespace rope::conformance {
namespace {

using Status = RotateAnswer::Status;

// One that writes where it must not does so in every call; a few tell the story.
constexpr std::size_t most_faults = 8;

// The answer to a part, and what came of those before it.
void add_earlier(RotateAnswer&& earlier, RotateAnswer& last) {
  last.seconds += earlier.seconds;
  last.fp_environment_changed = last.fp_environment_changed || earlier.fp_environment_changed;
  if (!earlier.fp_environment.empty()) last.fp_environment = std::move(earlier.fp_environment);
  for (std::string& fault : last.memory_faults) {
    if (earlier.memory_faults.size() < most_faults) earlier.memory_faults.push_back(std::move(fault));
  }
  last.memory_faults = std::move(earlier.memory_faults);
  if (last.status != Status::ok) return;
  earlier.q.insert(earlier.q.end(), last.q.begin(), last.q.end());
  earlier.k.insert(earlier.k.end(), last.k.begin(), last.k.end());
  last.q = std::move(earlier.q);
  last.k = std::move(earlier.k);
}

}  // namespace

Arrangement offset_of(Arrangement arrangement) {
  arrangement.positions = PositionsAs::offset;
  return arrangement;
}

void rotate_run_by_run(const RotateRequest& request, RotateAnswer& answer,
                       const std::function<void(const RotateRequest&, RotateAnswer&)>& call) {
  const std::size_t q_elements = static_cast<std::size_t>(request.q_heads * request.spec.head_dim);
  const std::size_t k_elements = static_cast<std::size_t>(request.k_heads * request.spec.head_dim);
  const auto part = [](const std::vector<std::uint32_t>& all, std::size_t first, std::size_t count) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<std::uint32_t>(from, from + static_cast<std::ptrdiff_t>(count));
  };
  RotateRequest one = request;
  one.batch = 1;
  one.arrangement.positions = PositionsAs::offset;
  answer.q.clear();
  answer.k.clear();
  std::size_t first = 0;
  for (const std::int64_t length : runs_of(request)) {
    const auto tokens = static_cast<std::size_t>(length);
    one.positions.assign(request.positions.begin() + static_cast<std::ptrdiff_t>(first),
                         request.positions.begin() + static_cast<std::ptrdiff_t>(first + tokens));
    one.q = part(request.q, first * q_elements, tokens * q_elements);
    one.k = part(request.k, first * k_elements, tokens * k_elements);
    first += tokens;
    RotateAnswer its;
    call(one, its);
    add_earlier(std::move(answer), its);
    answer = std::move(its);
    if (answer.status != Status::ok) return;
  }
  answer.used.positions = PositionsAs::call_each;
}

}  // namespace rope::conformance
