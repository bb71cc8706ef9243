// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading memory at addresses that the implementation gave us, without trusting them: an address that cannot be read is
// an answer, not a crash.
#pragma once

#include <cstddef>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "conformance/protocol/file_descriptor.hpp"

namespace rope::conformance::worker {

/// Of use to several threads at once.
class ForeignMemory {
 public:
  ForeignMemory();

  /// The first bytes at `address`, as many of `bytes` as can be read.
  std::vector<std::byte> read(const void* address, std::size_t bytes) const;

  /// A struct of rope_impl.h, which begins with its size: as much as lies inside struct_size, the rest zero. On a
  /// problem, nothing, and `problem` says what ("its struct_size is 4000000000, ...").
  template <class T>
  std::optional<T> read_struct(const void* address, std::size_t least_bytes, std::string& problem) const {
    T value{};
    const std::optional<std::vector<std::byte>> bytes = read_sized(address, least_bytes, sizeof(T), problem);
    if (!bytes) return std::nullopt;
    std::memcpy(static_cast<void*>(&value), bytes->data(), bytes->size());
    return value;
  }

  /// A NUL-terminated UTF-8 string of at most `max_bytes`; on a problem, nothing, and `problem` says what ("it is
  /// NULL", "it is not valid UTF-8").
  std::optional<std::string> read_string(const char* address, std::size_t max_bytes, std::string& problem) const;

  /// A string for people: cut at `max_bytes`, made printable, its problem in its place in brackets. Empty for NULL.
  std::string read_message(const char* address, std::size_t max_bytes) const;

 private:
  std::optional<std::vector<std::byte>> read_sized(const void* address, std::size_t least_bytes, std::size_t most_bytes,
                                                   std::string& problem) const;

  FileDescriptor scratch_;
  mutable std::mutex reading_;  // one at a time has the scratch file
};

}  // namespace rope::conformance::worker
