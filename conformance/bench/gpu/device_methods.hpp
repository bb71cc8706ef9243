// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is timed on a GPU, from this process: a copy on the device, and implementations.
#pragma once

#include <vector>

#include "conformance/bench/gpu/device_memory.hpp"
#include "conformance/bench/plugin.hpp"
#include "conformance/bench/timed.hpp"

namespace rope::bench::kernels {

/// The copy first. Everything must outlive what is started.
std::vector<Entrant> device_entrants(const std::vector<Plugin>& plugins, const std::vector<rope_pairing>& pairings,
                                     const Work& work, const DeviceArrays& arrays, DeviceClock& clock,
                                     Deadline& deadline);

}  // namespace rope::bench::kernels
