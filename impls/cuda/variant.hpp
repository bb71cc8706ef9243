// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the plug-ins of this folder differ in: the arithmetic of their kernel, and what they say of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "impls/cuda/launch.hpp"
#include "rope_impl.h"

namespace rope::cuda {

/// inv_freq of each pair as the kernel reads it, and as export_inv_freq hands it out.
struct Frequencies {
  std::vector<std::byte> for_device;
  std::vector<double> exported;
};

struct Variant {
  const char* name;
  const char* summary;
  const rope_contract* contracts;
  std::uint32_t contract_count;
  std::int64_t position_limit;

  /// The spec's matrices lie on the host. Throws Failure.
  Frequencies (*frequencies)(const rope_spec& spec);

  /// Puts the kernel on a stream; the error's text, or an empty one.
  std::string (*launch)(const Launch& launch, const Grid& grid, void* stream);
};

/// Each plug-in defines its own.
const Variant& variant();

/// DeviceFrequency of each pair, one after the other.
template <class DeviceFrequency>
void append(std::vector<std::byte>& bytes, const DeviceFrequency& frequency) {
  const auto* const first = reinterpret_cast<const std::byte*>(&frequency);
  bytes.insert(bytes.end(), first, first + sizeof(frequency));
}

}  // namespace rope::cuda
