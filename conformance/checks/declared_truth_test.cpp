// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which contracts have a truth of their own, what it is, and that it excuses nothing.
#include "conformance/checks/declared_truth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "conformance/checks/golden.hpp"
#include "conformance/checks/judge.hpp"
#include "conformance/testing/synthetic.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

Contract contract(const std::string& text, DType dtype = DType::f32) {
  const auto parsed = parse_contract(text, dtype);
  if (const auto* error = std::get_if<ContractError>(&parsed)) throw std::invalid_argument(error->message);
  return std::get<Contract>(parsed);
}

constexpr const char* rest = " angle=f32:mul trig=f32:glibc rotate=f32:mul out=f32:rn";

TEST(DeclaredTruth, IsTheExactFunctionOfTheFrequenciesAsHeld) {
  const Spec& spec = small_fixture().spec;
  const auto truth = DeclaredTruth::make(spec, contract(std::string("pos=int freq=f32:cr") + rest), DType::f32, 16384);
  ASSERT_NE(truth, nullptr);
  const Exact exact(spec);
  const auto& held = std::get<GivenFamily>(truth->spec().family).inv_freq;
  ASSERT_EQ(held.size(), static_cast<std::size_t>(spec.pairs()));
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    const double f = round_to(DType::f32, exact.inv_freq(pair).hi);
    EXPECT_EQ(held[static_cast<std::size_t>(pair)], f);
    EXPECT_EQ(truth->bounds().frequency(pair), 0);
    EXPECT_NEAR(truth->table().at(16383, pair).cos.hi, std::cos(16383 * f), 1e-11);
  }
}

TEST(DeclaredTruth, IsNotThereWhereSomethingBeforeTheAngleIsOpen) {
  const Spec& spec = small_fixture().spec;
  for (const char* open : {"pos=int freq=f32:rpow~2ulp", "pos=bf16 freq=f32:cr"}) {
    EXPECT_EQ(DeclaredTruth::make(spec, contract(std::string(open) + rest), DType::f32, 16384), nullptr) << open;
  }
  const Contract pinned = contract(std::string("pos=f32 freq=f32:cr") + rest);
  EXPECT_NE(DeclaredTruth::make(spec, pinned, DType::f32, 1 << 24), nullptr);
  EXPECT_EQ(DeclaredTruth::make(spec, pinned, DType::f32, (1 << 24) + 1), nullptr);
}

// Exact frequencies are better than those declared, and still not what was declared: against the exact truth with S1 in
// the bound nothing shows, on the declared truth it does.
TEST(DeclaredTruth, SeesFrequenciesThatAreNotTheDeclaredOnes) {
  const fixtures::Fixture& fixture = small_fixture();
  const Response exact = respond_with(fixture, DType::f32, Pairing::half_split, {});
  const Judge open(fixture, DType::f32, contract(std::string("pos=int freq=f32:rpow~2ulp") + rest));
  EXPECT_EQ(golden_table(exact, fixture, open, false).record.verdict, reports::Verdict::pass);
  const Judge pinned(fixture, DType::f32,
                     contract("pos=int freq=f32:cr angle=f64:mul trig=f64:cr table=none rotate=f64:mul out=f32:rn"));
  ASSERT_NE(pinned.declared_truth(), nullptr);
  const JudgedCase judged = golden_table(exact, fixture, pinned, false);
  EXPECT_EQ(judged.record.verdict, reports::Verdict::fail);
  EXPECT_NE(judged.record.message.find("outside the declared contract"), std::string::npos) << judged.record.message;
}

}  // namespace
}  // namespace rope::conformance
