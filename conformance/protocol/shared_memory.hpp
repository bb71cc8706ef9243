// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory that the suite and the worker share: a memfd of fixed size. The suite creates it, the worker maps it between
// two inaccessible pages.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "conformance/protocol/file_descriptor.hpp"

namespace rope::conformance {

class SharedMemory {
 public:
  /// Creates. `bytes` is rounded up to whole pages; the size is sealed, so that the other side cannot cut the memory
  /// off under us. Throws std::system_error.
  explicit SharedMemory(std::size_t bytes);

  /// Maps one that was received, with a page without access on either side; nothing where it cannot be mapped or is
  /// smaller than `bytes`.
  static std::optional<SharedMemory> map(const FileDescriptor& fd, std::size_t bytes);

  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  ~SharedMemory();

  int fd() const { return fd_.get(); }
  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  SharedMemory() = default;
  void unmap();

  FileDescriptor fd_;  // the creator's
  void* reserved_ = nullptr;
  std::size_t reserved_size_ = 0;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rope::conformance
