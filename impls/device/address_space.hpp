// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Addresses to hand out for memory that the host cannot address: behind them there is nothing, so that whoever reads or
// writes there instead of asking the device is ended by SIGSEGV.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace rope::device {

inline std::uint64_t page_bytes() {
  return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Whole pages for this many bytes, and one more on either side. 0 where there is no such number.
inline std::uint64_t bytes_with_guards(std::uint64_t bytes) {
  const std::uint64_t page = page_bytes();
  if (bytes > (std::uint64_t{1} << 47)) return 0;
  return (bytes + page - 1) / page * page + 2 * page;
}

/// `Block` is what really lies behind a range of addresses: bytes elsewhere, a buffer of a device, a stream.
template <class Block>
class AddressSpace {
 public:
  struct Found {
    Block* block;
    std::uint64_t offset;
  };

  AddressSpace() = default;
  AddressSpace(const AddressSpace&) = delete;
  AddressSpace& operator=(const AddressSpace&) = delete;

  /// A range of `bytes` addresses, aligned to a page; NULL where there are none left. It is never handed out a second
  /// time, so that an address used after its release is seen.
  void* reserve(std::uint64_t bytes, Block block) {
    const std::uint64_t reserved = bytes_with_guards(bytes);
    if (reserved == 0) return nullptr;
    void* const base = mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) return nullptr;
    void* const address = static_cast<char*>(base) + page_bytes();
    ranges_.emplace(number(address), Range{bytes, std::move(block)});
    return address;
  }

  /// Where [address, address + bytes) lies; nothing unless all of it is inside one range.
  std::optional<Found> find(const void* address, std::uint64_t bytes) {
    auto range = ranges_.upper_bound(number(address));
    if (range == ranges_.begin()) return std::nullopt;
    --range;
    const std::uint64_t offset = number(address) - range->first;
    if (offset > range->second.bytes || bytes > range->second.bytes - offset) return std::nullopt;
    return Found{&range->second.block, offset};
  }

  /// The block of the range that begins exactly here, or NULL.
  Block* at(const void* address) {
    const auto range = ranges_.find(number(address));
    return range == ranges_.end() ? nullptr : &range->second.block;
  }

  /// Ends the range that begins exactly here; false where none does.
  bool release(const void* address) { return ranges_.erase(number(address)) == 1; }

  std::size_t size() const { return ranges_.size(); }

  template <class Visit>
  void for_each(Visit visit) {
    for (auto& [start, range] : ranges_) visit(range.block);
  }

 private:
  struct Range {
    std::uint64_t bytes;
    Block block;
  };
  static std::uintptr_t number(const void* address) { return reinterpret_cast<std::uintptr_t>(address); }

  std::map<std::uintptr_t, Range> ranges_;
};

}  // namespace rope::device
