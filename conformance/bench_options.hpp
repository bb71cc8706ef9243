// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of bench reference, bench cpu and bench gpu.
#pragma once

#include "conformance/options.hpp"

namespace CLI {
class App;
}

namespace rope::conformance {

void add_bench_reference(CLI::App& app, BenchReferenceOptions& bench);
void add_bench_cpu(CLI::App& app, BenchCpuOptions& bench);
void add_bench_gpu(CLI::App& app, BenchGpuOptions& bench);

}  // namespace rope::conformance
