// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What takes part in the rounds: a copy, an implementation's call, a peer's method; on a CPU or on a device.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rope_impl.h"

namespace rope::bench::kernels {

/// One line of the report.
struct Method {
  enum class Kind : std::uint8_t { plain_copy, stream_copy, plugin, peer } kind = Kind::plain_copy;
  std::string name;  ///< the plug-in's, or the peer's and its method's; empty for copies
  rope_pairing pairing = 0;
  bool in_place = false;

  bool rotates() const { return kind == Kind::plugin || kind == Kind::peer; }
  friend bool operator==(const Method&, const Method&) = default;
};

/// One method on one Work. Members throw std::runtime_error where it fails; what() is the reason.
class Timed {
 public:
  Timed() = default;
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  virtual ~Timed() = default;

  /// The first call, on fresh inputs. Of a rotation the outputs at Work::sampled_tokens(), as Work::input_rows() has
  /// the inputs; of a copy nothing.
  virtual std::vector<char> first() = 0;
  /// Seconds that a call takes, of `repeats` that follow each other.
  virtual double seconds_of(int repeats) = 0;
};

/// A method, and what makes it ready; throws as Timed does.
struct Entrant {
  Method method;
  std::function<std::unique_ptr<Timed>()> start;
};

}  // namespace rope::bench::kernels
