// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Host memory that plays a device's: closed to everybody, and opened only while the device itself is at work.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "impls/device/address_space.hpp"

namespace rope::device {

class HiddenBytes {
 public:
  /// Throws std::bad_alloc. A page without access stays on either side.
  explicit HiddenBytes(std::uint64_t bytes) : mapped_(bytes_with_guards(bytes)) {
    void* const base =
        mapped_ == 0 ? MAP_FAILED : mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(base);
  }
  HiddenBytes(HiddenBytes&& other) noexcept
      : base_(std::exchange(other.base_, nullptr)), mapped_(std::exchange(other.mapped_, 0)) {}
  HiddenBytes& operator=(HiddenBytes&&) = delete;
  ~HiddenBytes() {
    if (base_ != nullptr) munmap(base_, mapped_);
  }

  /// Not to be read or written while closed.
  std::byte* data() const { return base_ + page_bytes(); }

  void open() const { protect(PROT_READ | PROT_WRITE); }
  void close() const { protect(PROT_NONE); }

 private:
  void protect(int access) const {
    const std::uint64_t inside = mapped_ - 2 * page_bytes();
    if (inside > 0 && mprotect(data(), inside, access) != 0) throw std::bad_alloc();
  }

  std::byte* base_ = nullptr;
  std::uint64_t mapped_ = 0;
};

using HiddenMemory = AddressSpace<HiddenBytes>;

/// While it lives, all of the memory is open.
class Opened {
 public:
  explicit Opened(HiddenMemory& memory) : memory_(memory) {
    memory_.for_each([](const HiddenBytes& bytes) { bytes.open(); });
  }
  ~Opened() {
    memory_.for_each([](const HiddenBytes& bytes) { bytes.close(); });
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

 private:
  HiddenMemory& memory_;
};

}  // namespace rope::device
