// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One buffer of a call, in shared memory between two guards filled with a known pattern, and what can be said after the
// call: written outside, changed though an input, left unwritten though an output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/protocol/shared_memory.hpp"
#include "reference/dtype.hpp"

namespace rope::conformance {

class GuardedBuffer {
 public:
  /// At least this many bytes of guard on either side.
  static constexpr std::size_t guard_bytes = 4096;

  /// `memory`: its number in the protocol.
  GuardedBuffer(std::string name, std::uint64_t memory) : name_(std::move(name)), memory_number_(memory) {}

  std::uint64_t memory_number() const { return memory_number_; }
  const SharedMemory& memory() const { return *memory_; }

  /// Bytes from the start of the memory to the first element.
  std::size_t offset() const { return offset_; }

  /// Room for `bytes`, beginning at an odd multiple of `alignment` (a power of two, at least 64) up to 4096: aligned
  /// as promised and no better. True where the memory is another one, and so has to be mapped by the worker.
  bool resize(std::size_t bytes, std::size_t alignment);

  /// Elements that are not the tensor's although they lie between its own: one for each element of the buffer. Empty
  /// where there are none.
  using Gaps = std::vector<bool>;

  /// An input: these bytes, not to be changed; guards and gaps hold elements of `element_bytes` (2 or 4), `around`, a
  /// NaN, so that reading there shows in the results.
  void fill_input(std::span<const std::byte> data, std::size_t element_bytes, std::uint32_t around, Gaps gaps = {});

  /// An output that must be written whole but for its gaps: every element is `unwritten`, a NaN that the caller knows
  /// not to be a right answer.
  void fill_output(std::size_t element_bytes, std::uint32_t unwritten, Gaps gaps = {});

  /// An input and output in one: holds `data`, any change inside but in the gaps is allowed.
  void fill_in_place(std::span<const std::byte> data);
  void fill_in_place(std::span<const std::byte> data, std::size_t element_bytes, Gaps gaps);

  /// Adds a sentence for each fault found after the call. `complete`: outputs must have been written.
  void find_faults(std::vector<std::string>& faults, bool complete) const;

  /// Adds a sentence where elements of this output are what lies around those of `input`: arithmetic hands a NaN on,
  /// but for its sign.
  void find_what_lay_around(const GuardedBuffer& input, std::vector<std::string>& faults) const;

  /// Whether every byte is as it was filled.
  bool untouched() const;

  std::span<const std::byte> data() const { return memory_->bytes().subspan(offset_, bytes_); }

  /// NaNs, 2 or 4 bytes wide, with payloads that no computation gives by itself: one for outputs, one for what lies
  /// around inputs.
  static std::uint32_t default_unwritten(std::size_t element_bytes);
  static std::uint32_t default_around(std::size_t element_bytes);

 private:
  void fill(std::span<const std::byte> data, std::uint32_t element, bool nan_guards);
  void find_gap_faults(std::vector<std::string>& faults) const;

  std::string name_;
  std::uint64_t memory_number_;
  std::optional<SharedMemory> memory_;
  std::vector<SharedMemory> set_aside_;  // of other sizes, the latest last
  std::size_t offset_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::byte> image_;  // the memory as it was filled
  enum class Inside { unchanged, written, free } inside_ = Inside::free;
  std::size_t element_bytes_ = 4;
  std::uint32_t around_ = 0;  // of an input
  Gaps gaps_;
};

}  // namespace rope::conformance
