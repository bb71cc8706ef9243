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

constexpr std::size_t most_set_aside = 6;
constexpr std::size_t most_set_aside_bytes = std::size_t{1} << 20;

constexpr std::uint64_t guard_step = 0x9E3779B97F4A7C15u;

constexpr std::byte guard_byte_of(std::uint64_t product) {
  return static_cast<std::byte>((product >> 56) | 1u);
}

// Never 0, the byte most often written by mistake, and different for neighbours at any distance a vector store has.
std::byte guard_byte(std::size_t index) {
  return guard_byte_of(index * guard_step);
}

// guard_byte() from `begin` to `end`, without a multiplication for each.
void fill_guard(std::span<std::byte> image, std::size_t begin, std::size_t end) {
  std::uint64_t product = begin * guard_step;
  for (std::size_t i = begin; i < end; ++i, product += guard_step) image[i] = guard_byte_of(product);
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

// Whether anything can be found at all, in loops that a compiler makes vectors of: hardly ever, and then it is looked
// for one by one.

template <class Element>
Element element_at(std::span<const std::byte> bytes, std::size_t i) {
  Element element = 0;
  std::memcpy(&element, bytes.data() + i * sizeof element, sizeof element);  // little-endian
  return element;
}

template <class Element>
bool is_anywhere(Element wanted, Element mask, std::span<const std::byte> bytes) {
  unsigned found = 0;
  for (std::size_t i = 0; i < bytes.size() / sizeof wanted; ++i) {
    found |= (element_at<Element>(bytes, i) & mask) == wanted ? 1U : 0U;
  }
  return found != 0;
}

template <class Element>
bool any_equal(std::span<const std::byte> a, std::span<const std::byte> b) {
  unsigned found = 0;
  for (std::size_t i = 0; i < a.size() / sizeof(Element); ++i) {
    found |= element_at<Element>(a, i) == element_at<Element>(b, i) ? 1U : 0U;
  }
  return found != 0;
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
  const auto fits = [&](const SharedMemory& memory) {
    return memory.bytes().size() >= total && memory.bytes().size() < total + guard_bytes;
  };
  if (memory_ && fits(*memory_)) return false;
  // Checks go to and fro between a few sizes. What is set aside is small, and filled like any other before it is used.
  const auto known = std::find_if(set_aside_.begin(), set_aside_.end(), fits);
  std::optional<SharedMemory> other;
  if (known != set_aside_.end()) {
    other = std::move(*known);
    set_aside_.erase(known);
  } else {
    other.emplace(total);
  }
  if (memory_ && memory_->bytes().size() <= most_set_aside_bytes) {
    if (set_aside_.size() == most_set_aside) set_aside_.erase(set_aside_.begin());
    set_aside_.push_back(std::move(*memory_));
  }
  memory_ = std::move(other);
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
    fill_guard(image_, 0, offset_);
    fill_guard(image_, offset_ + bytes_, image_.size());
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
  const std::uint32_t wanted = input.around_ & but_sign;
  const bool anywhere = element_bytes_ == 2
                            ? is_anywhere(static_cast<std::uint16_t>(wanted), std::uint16_t{0x7FFF}, found)
                            : is_anywhere(wanted, but_sign, found);
  if (!anywhere) return;
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i + element_bytes_ <= bytes_; i += element_bytes_) {
    if (!gaps_.empty() && gaps_[i / element_bytes_]) continue;
    std::uint32_t element = 0;
    std::memcpy(&element, found.data() + i, element_bytes_);  // little-endian
    if ((element & but_sign) != wanted) continue;
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
  const auto any_unwritten = [&] {
    const auto before_call = expected.subspan(offset_, bytes_);
    const auto after_call = found.subspan(offset_, bytes_);
    return element_bytes_ == 2 ? any_equal<std::uint16_t>(before_call, after_call)
                               : any_equal<std::uint32_t>(before_call, after_call);
  };
  if (complete && inside_ == Inside::written && any_unwritten()) {
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
