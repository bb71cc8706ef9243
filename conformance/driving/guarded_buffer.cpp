// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Guards are compared byte by byte with an image kept on the suite's side, which the implementation cannot reach.
#include "conformance/driving/guarded_buffer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace rope::conformance {
namespace {

// Never 0, the byte most often written by mistake, and different for neighbours at any distance a vector store has.
std::byte guard_byte(std::size_t index) {
  return static_cast<std::byte>(((index * 0x9E3779B97F4A7C15u) >> 56) | 1u);
}

struct Difference {
  std::size_t count = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

Difference compare(std::span<const std::byte> expected, std::span<const std::byte> found) {
  Difference difference;
  if (std::memcmp(expected.data(), found.data(), expected.size()) == 0) return difference;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == found[i]) continue;
    if (difference.count++ == 0) difference.first = i;
    difference.last = i;
  }
  return difference;
}

}  // namespace

std::uint32_t GuardedBuffer::default_unwritten(std::size_t element_bytes) {
  return element_bytes == 2 ? 0x7FE5u : 0x7FE5'A35Cu;  // 0x7FE5 is a NaN in fp16 and in bf16
}

std::uint32_t GuardedBuffer::default_around(std::size_t element_bytes) {
  return element_bytes == 2 ? 0x7FF5u : 0x7FF5'C3A5u;
}

bool GuardedBuffer::resize(std::size_t bytes, std::size_t alignment) {
  const std::size_t offset = guard_bytes + std::max<std::size_t>(alignment, 64);
  const std::size_t total = offset + bytes + guard_bytes;
  bytes_ = bytes;
  offset_ = offset;
  // Kept while it fits well: a page more of guard does no harm.
  if (memory_ && memory_->bytes().size() >= total && memory_->bytes().size() < total + guard_bytes) return false;
  memory_.emplace(total);
  return true;
}

void GuardedBuffer::fill(std::span<const std::byte> data, std::uint32_t element, bool nan_guards) {
  image_.resize(memory_->bytes().size());
  // The memory is whole pages and elements begin at a multiple of 64, so four bytes at a time keep their phase.
  const std::uint32_t four_bytes = element_bytes_ == 2 ? (element & 0xFFFFu) * 0x1'0001u : element;
  for (std::size_t i = 0; i < image_.size(); i += sizeof four_bytes) {
    std::memcpy(image_.data() + i, &four_bytes, sizeof four_bytes);
  }
  if (!nan_guards) {
    for (std::size_t i = 0; i < offset_; ++i) image_[i] = guard_byte(i);
    for (std::size_t i = offset_ + bytes_; i < image_.size(); ++i) image_[i] = guard_byte(i);
  }
  if (!data.empty()) std::memcpy(image_.data() + offset_, data.data(), data.size());
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    if (!gaps_[i]) continue;
    for (std::size_t at = offset_ + i * element_bytes_; at < offset_ + (i + 1) * element_bytes_; ++at) {
      if (nan_guards) {
        std::memcpy(image_.data() + at, reinterpret_cast<const std::byte*>(&four_bytes) + at % element_bytes_, 1);
      } else {
        image_[at] = guard_byte(at);
      }
    }
  }
  std::memcpy(memory_->bytes().data(), image_.data(), image_.size());
}

void GuardedBuffer::fill_input(std::span<const std::byte> data, std::size_t element_bytes, std::uint32_t around,
                               Gaps gaps) {
  element_bytes_ = element_bytes;
  gaps_ = std::move(gaps);
  around_ = around;
  inside_ = Inside::unchanged;
  fill(data, around, true);
}

void GuardedBuffer::fill_output(std::size_t element_bytes, std::uint32_t unwritten, Gaps gaps) {
  element_bytes_ = element_bytes;
  gaps_ = std::move(gaps);
  inside_ = Inside::written;
  fill({}, unwritten, false);
}

void GuardedBuffer::fill_in_place(std::span<const std::byte> data) {
  fill_in_place(data, 4, {});
}

void GuardedBuffer::fill_in_place(std::span<const std::byte> data, std::size_t element_bytes, Gaps gaps) {
  element_bytes_ = element_bytes;
  gaps_ = std::move(gaps);
  inside_ = Inside::free;
  fill(data, default_unwritten(element_bytes), false);
}

void GuardedBuffer::find_what_lay_around(const GuardedBuffer& input, std::vector<std::string>& faults) const {
  const std::uint32_t but_sign = element_bytes_ == 2 ? 0x7FFFu : 0x7FFF'FFFFu;
  const std::span<const std::byte> found = data();
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i + element_bytes_ <= bytes_; i += element_bytes_) {
    if (!gaps_.empty() && gaps_[i / element_bytes_]) continue;
    std::uint32_t element = 0;
    std::memcpy(&element, found.data() + i, element_bytes_);  // little-endian
    if ((element & but_sign) != (input.around_ & but_sign)) continue;
    if (count++ == 0) first = i;
  }
  if (count > 0) {
    faults.push_back(
        fmt::format("read the gaps of {} or beyond its ends: {} elements of {} are the NaN that stands there, the "
                    "first at offset {}",
                    input.name_, count, name_, first));
  }
}

bool GuardedBuffer::untouched() const {
  return std::memcmp(memory_->bytes().data(), image_.data(), image_.size()) == 0;
}

void GuardedBuffer::find_gap_faults(std::vector<std::string>& faults) const {
  const std::span<const std::byte> found = memory_->bytes();
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    const std::size_t at = offset_ + i * element_bytes_;
    if (!gaps_[i] || std::memcmp(image_.data() + at, found.data() + at, element_bytes_) == 0) continue;
    if (count++ == 0) first = at - offset_;
  }
  if (count > 0) {
    faults.push_back(
        fmt::format("wrote {} elements of {} into gaps between its own, the first at offset {}", count, name_, first));
  }
}

void GuardedBuffer::find_faults(std::vector<std::string>& faults, bool complete) const {
  const std::span<const std::byte> found = memory_->bytes();
  const std::span<const std::byte> expected(image_);
  const Difference before = compare(expected.first(offset_), found.first(offset_));
  if (before.count > 0) {
    faults.push_back(fmt::format("wrote {} bytes before {}, at offsets -{} to -{} from its start", before.count, name_,
                                 offset_ - before.first, offset_ - before.last));
  }
  const std::size_t end = offset_ + bytes_;
  const Difference after = compare(expected.subspan(end), found.subspan(end));
  if (after.count > 0) {
    faults.push_back(
        fmt::format("wrote {} bytes past the end of {}, at offsets {} to {} from its start ({} bytes long)",
                    after.count, name_, bytes_ + after.first, bytes_ + after.last, bytes_));
  }
  if (inside_ == Inside::unchanged) {
    const Difference changed = compare(expected.subspan(offset_, bytes_), found.subspan(offset_, bytes_));
    if (changed.count > 0) {
      faults.push_back(fmt::format("changed {}, an input: {} bytes, at offsets {} to {}", name_, changed.count,
                                   changed.first, changed.last));
    }
  }
  if (inside_ != Inside::unchanged) find_gap_faults(faults);
  if (complete && inside_ == Inside::written) {
    std::size_t count = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i + element_bytes_ <= bytes_; i += element_bytes_) {
      if (!gaps_.empty() && gaps_[i / element_bytes_]) continue;
      if (std::memcmp(image_.data() + offset_ + i, found.data() + offset_ + i, element_bytes_) != 0) continue;
      if (count++ == 0) first = i;
    }
    if (count > 0) {
      faults.push_back(fmt::format("left {} of {} elements of {} unwritten, the first at offset {}", count,
                                   bytes_ / element_bytes_, name_, first));
    }
  }
}

}  // namespace rope::conformance
