// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A property check judged on the synthetic kernel, or on any function in its place.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "conformance/checks/properties.hpp"
#include "conformance/testing/synthetic_kernel.hpp"

namespace rope::conformance {

using Check = reports::Case (*)(const Probe&);

/// The small fixture with four elements before the rotated ones and four behind them.
const fixtures::Fixture& partial_fixture();

/// Claims all that rope_impl.h knows; positions outside are clamped.
const Description& claims_everything();

struct Setting {
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  std::optional<Contract> contract = std::nullopt;
  bool accept_declared = false;
  const Description* description = &claims_everything();
  bool bits_required = false;
};

reports::Case judged(Check check, const Rotate& rotate, const Setting& setting = {});
reports::Case judged(Check check, const Spoil& spoil, const Setting& setting = {});

/// Right in everything that a request may ask for.
RotateAnswer rotate_rightly(const RotateRequest& request);

/// Right but for requests that are changed before they are read.
Rotate reading(const std::function<void(RotateRequest&)>& change);

/// Right where it does not refuse.
Rotate refusing(const std::function<bool(const RotateRequest&)>& refuses, const std::string& reason);

/// The first two tokens change places.
void swap_two_tokens(RotateRequest& request);

/// In each dtype and pairing; `says` stands in the message.
void expect_failure(Check check, const Rotate& rotate, const char* says);

/// Each dtype in each pairing.
std::vector<Setting> every_setting();

}  // namespace rope::conformance
