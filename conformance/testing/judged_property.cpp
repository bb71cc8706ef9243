// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The partial fixture, so that what does not rotate is looked at, too.
#include "conformance/testing/judged_property.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "conformance/testing/synthetic.hpp"
#include "rope_impl.h"

namespace rope::conformance {

const fixtures::Fixture& partial_fixture() {
  static const fixtures::Fixture fixture = [] {
    fixtures::Fixture partial = small_fixture();
    partial.spec.head_dim += 8;
    partial.spec.dim_offset = 4;
    return partial;
  }();
  return fixture;
}

const Description& claims_everything() {
  static const Description description = [] {
    Description all;
    all.dtypes = all.pairings = all.directions = all.sources = all.families = all.layouts = all.position_kinds =
        all.position_dtypes = all.flags = ~std::uint64_t{0};
    all.flags &= ~ROPE_FLAG_IN_PLACE_ONLY;
    all.out_of_range = ROPE_OUT_OF_RANGE_CLAMP;
    return all;
  }();
  return description;
}

reports::Case judged(Check check, const Rotate& rotate, const Setting& setting) {
  const Judge judge(partial_fixture(), setting.dtype, setting.contract);
  Probe probe{rotate, partial_fixture(), judge};
  probe.dtype = setting.dtype;
  probe.pairing = setting.pairing;
  probe.accept_declared = setting.accept_declared;
  probe.description = setting.description;
  probe.bits_required = setting.bits_required;
  return check(probe);
}

reports::Case judged(Check check, const Spoil& spoil, const Setting& setting) {
  const std::vector<double> inv_freq = partial_fixture().frequencies();
  const std::uint32_t policy = setting.description->out_of_range;
  return judged(
      check, [&](const RotateRequest& request) { return rotate_synthetically(request, inv_freq, spoil, policy); },
      setting);
}

RotateAnswer rotate_rightly(const RotateRequest& request) {
  return rotate_synthetically(request, partial_fixture().frequencies(), {});
}

std::vector<Setting> every_setting() {
  std::vector<Setting> out;
  for (DType dtype : tensor_dtypes) {
    for (Pairing pairing : {Pairing::half_split, Pairing::interleaved}) out.push_back({dtype, pairing});
  }
  return out;
}

Rotate reading(const std::function<void(RotateRequest&)>& change) {
  return [change](const RotateRequest& request) {
    RotateRequest read = request;
    change(read);
    return rotate_rightly(read);
  };
}

Rotate refusing(const std::function<bool(const RotateRequest&)>& refuses, const std::string& reason) {
  return [=](const RotateRequest& request) {
    if (!refuses(request)) return rotate_rightly(request);
    RotateAnswer refusal;
    refusal.status = RotateAnswer::Status::unsupported;
    refusal.message = reason;
    return refusal;
  };
}

void swap_two_tokens(RotateRequest& request) {
  if (request.positions.size() > 1) std::swap(request.positions[0], request.positions[1]);
}

void expect_failure(Check check, const Rotate& rotate, const char* says) {
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(check, rotate, setting);
    EXPECT_EQ(result.verdict, reports::Verdict::fail) << name(setting.dtype) << " " << name(setting.pairing);
    EXPECT_THAT(result.message, ::testing::HasSubstr(says)) << name(setting.dtype);
  }
}

}  // namespace rope::conformance
