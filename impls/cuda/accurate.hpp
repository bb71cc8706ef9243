// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The accurate arithmetic of impls/kernel as an arithmetic of a block.
#pragma once

#include <cstdint>

#include "impls/cuda/variant.hpp"
#include "impls/kernel/device_arithmetic.hpp"
#include "impls/kernel/device_contracts.hpp"
#include "impls/kernel/handle.hpp"

namespace rope::cuda {

struct Accurate : kernel::DeviceArithmetic, kernel::DeviceContracts {
  using Number = kernel::TwoFloats;
  using DeviceFrequency = kernel::Turns;

  ROPE_HD static Number number(const kernel::TwoFloats& x) { return x; }
  ROPE_HD static kernel::Turn<Number> turn_at(const DeviceFrequency& frequency, std::int64_t position, Number factor) {
    return kernel::turn_at(frequency, position, factor);
  }
  ROPE_HD static kernel::Turn<Number> turn_of_angle(double angle, Number factor) {
    return kernel::turn_of_angle(angle, factor);
  }
  template <class Element>
  ROPE_HD static kernel::RotatedFloats rotated(float x0, float x1, const kernel::Turn<Number>& turn, Number scale) {
    return Element::dtype == ROPE_F32 ? kernel::rotated_to_binary32(x0, x1, turn, scale)
                                      : kernel::rotated_to_16_bits(x0, x1, turn, scale);
  }

  static Frequencies frequencies(const rope_spec& spec) {
    Frequencies made;
    for (const kernel::DeviceFrequency& frequency : kernel::inv_freq_of<kernel::DeviceArithmetic>(spec)) {
      append(made.for_device, frequency.turns);
      made.exported.push_back(frequency);
    }
    return made;
  }
};

}  // namespace rope::cuda
