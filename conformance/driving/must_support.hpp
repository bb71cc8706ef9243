// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A case of the extension rope.must_support as a request.
#pragma once

#include <string>

#include "conformance/driving/driver.hpp"

namespace rope::conformance {

struct MustSupportRequest {
  RotateRequest request;
  std::string words;    ///< "fp16, head_dim 128, half-split, bhsd"
  std::string problem;  ///< why the case has no meaning; empty where it has one
};

/// What the case leaves open ("any") is what the description claims first.
MustSupportRequest request_of(const Description& description, const rope_must_support_case& listed);

}  // namespace rope::conformance
