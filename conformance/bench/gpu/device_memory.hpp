// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The arrays of one Work on a device, and its clock. Members throw std::runtime_error with the runtime's own words.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "conformance/bench/report.hpp"
#include "conformance/bench/work.hpp"

namespace rope::bench::kernels {

class DeviceArray {
 public:
  explicit DeviceArray(std::size_t bytes);
  char* data() const { return address_.get(); }

 private:
  struct Free {
    void operator()(char* address) const;
  };
  std::unique_ptr<char, Free> address_;
};

/// Of one Work on the device: positions, and as many inputs and outputs, taken in turn, as together exceed its cache
/// twice. One pair of them where memory has no room for more.
class DeviceArrays {
 public:
  DeviceArrays(const Work& work, const Device& device);

  std::size_t count() const { return in_.size(); }
  char* in(std::size_t n) const { return in_[n].data(); }
  char* out(std::size_t n) const { return out_[n].data(); }
  const std::int64_t* positions() const { return reinterpret_cast<const std::int64_t*>(positions_.data()); }

  /// Inputs as they were into output n.
  void refresh(std::size_t n) const;
  /// Work::rows_of() of output n.
  std::vector<char> rows(std::size_t n) const;

 private:
  const Work& work_;
  DeviceArray positions_;
  std::vector<DeviceArray> in_, out_;
};

/// Two events, and a stream for copies.
class DeviceClock {
 public:
  DeviceClock();
  ~DeviceClock();
  DeviceClock(const DeviceClock&) = delete;
  DeviceClock& operator=(const DeviceClock&) = delete;

  void* own_stream() const { return stream_; }
  void begin(void* stream);
  /// Waits, and gives the seconds since begin() on the same stream.
  double end(void* stream);

 private:
  void *stream_ = nullptr, *begin_ = nullptr, *end_ = nullptr;
};

}  // namespace rope::bench::kernels
