// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is timed on a CPU, in this process: copies and implementations.
#pragma once

#include <vector>

#include "conformance/bench/plugin.hpp"
#include "conformance/bench/timed.hpp"
#include "conformance/bench/work.hpp"

namespace rope::bench::kernels {

/// memcpy first, then a copy past the caches, then the plug-ins. All write to `out`, which has work.bytes; it, the work
/// and the plug-ins must outlive what is started.
std::vector<Entrant> host_entrants(const std::vector<Plugin>& plugins, const std::vector<rope_pairing>& pairings,
                                   const Work& work, const Array& out, int threads);

}  // namespace rope::bench::kernels
