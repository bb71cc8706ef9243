// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A call for each run of consecutive positions, for an implementation that takes an offset and nothing else.
#pragma once

#include <functional>

#include "conformance/driving/rotate_request.hpp"

namespace rope::conformance {

/// The arrangement of such a call.
Arrangement offset_of(Arrangement arrangement);

/// Asks `call` for the runs of the request's positions, in order, until one goes wrong, and joins what came: `answer`
/// is the last one's with the outputs, times and faults of those before it, and of `answer` itself.
void rotate_run_by_run(const RotateRequest& request, RotateAnswer& answer,
                       const std::function<void(const RotateRequest&, RotateAnswer&)>& call);

}  // namespace rope::conformance
