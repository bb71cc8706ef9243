// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// must-support: query says yes to the calls that the implementation lists as ones it must not refuse.
#pragma once

#include "conformance/driving/driver.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// One case for the whole run: what the driver found.
reports::Case must_support(const Driver::MustSupport& found);

}  // namespace rope::conformance
