// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inputs are made on the host and copied piece by piece: a long shape repeats what Work holds.
#include "conformance/bench/gpu/device_memory.hpp"

#include <algorithm>

#include "conformance/bench/gpu/runtime.hpp"

namespace rope::bench::kernels {
namespace {

/// Inputs and outputs together exceed the cache twice, where half of the memory has room for that.
std::size_t count_for(const Work& work, const Device& device) {
  const std::size_t both = 2 * work.bytes;
  const std::size_t beyond_the_cache = 2 * static_cast<std::size_t>(device.cache_bytes) / both + 1;
  return std::max<std::size_t>(std::min(beyond_the_cache, runtime::free_bytes() / 2 / both), 1);
}

/// The tokens held, again and again.
void fill(const Work& work, char* array) {
  const auto side = [&](const char* from, char* to, std::size_t row) {
    for (std::int64_t token = 0; token < work.tokens(); token += work.held_tokens) {
      const std::int64_t some = std::min(work.held_tokens, work.tokens() - token);
      runtime::copy_in(to + static_cast<std::size_t>(token) * row, from, static_cast<std::size_t>(some) * row);
    }
  };
  side(work.in.data(), array, work.q_row_bytes());
  side(work.in.data() + static_cast<std::size_t>(work.held_tokens) * work.q_row_bytes(), array + work.q_bytes,
       work.k_row_bytes());
}

}  // namespace

DeviceArray::DeviceArray(std::size_t bytes) : address_(static_cast<char*>(runtime::allocate(bytes))) {}

void DeviceArray::Free::operator()(char* address) const {
  runtime::release(address);
}

DeviceArrays::DeviceArrays(const Work& work, const Device& device)
    : work_(work), positions_(work.positions.size() * sizeof(std::int64_t)) {
  runtime::copy_in(positions_.data(), work.positions.data(), work.positions.size() * sizeof(std::int64_t));
  const std::size_t count = count_for(work, device);
  for (std::size_t n = 0; n < count; ++n) {
    in_.emplace_back(work.bytes);
    out_.emplace_back(work.bytes);
    fill(work, in_.back().data());
    refresh(n);
  }
}

void DeviceArrays::refresh(std::size_t n) const {
  fill(work_, out(n));
}

std::vector<char> DeviceArrays::rows(std::size_t n) const {
  const std::size_t q_row = work_.q_row_bytes(), k_row = work_.k_row_bytes();
  std::vector<char> rows;
  for (const std::int64_t token : work_.sampled_tokens()) {
    const std::size_t at = rows.size(), t = static_cast<std::size_t>(token);
    rows.resize(at + q_row + k_row);
    runtime::copy_out(rows.data() + at, out(n) + t * q_row, q_row);
    runtime::copy_out(rows.data() + at + q_row, out(n) + work_.q_bytes + t * k_row, k_row);
  }
  return rows;
}

DeviceClock::DeviceClock()
    : stream_(runtime::create_stream()), begin_(runtime::create_event()), end_(runtime::create_event()) {}

DeviceClock::~DeviceClock() {
  runtime::destroy_event(begin_);
  runtime::destroy_event(end_);
  runtime::destroy_stream(stream_);
}

void DeviceClock::begin(void* stream) {
  runtime::synchronize(stream);
  runtime::record(begin_, stream);
}

double DeviceClock::end(void* stream) {
  runtime::record(end_, stream);
  return runtime::seconds_between(begin_, end_);
}

}  // namespace rope::bench::kernels
