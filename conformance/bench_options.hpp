// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of bench reference and bench cpu.
#pragma once

#include "conformance/options.hpp"

namespace CLI {
class App;
}

namespace rope::conformance {

void add_bench_reference(CLI::App& app, BenchReferenceOptions& bench);
void add_bench_cpu(CLI::App& app, BenchCpuOptions& bench);

}  // namespace rope::conformance
