// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The contract grammar: what is read, what is refused and how, and the floor.
#include "reference/contract.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rope {
namespace {

using ::testing::HasSubstr;

Contract parsed(std::string_view text, DType dtype) {
  const auto result = parse_contract(text, dtype);
  if (const auto* error = std::get_if<ContractError>(&result)) ADD_FAILURE() << error->message;
  return std::holds_alternative<Contract>(result) ? std::get<Contract>(result) : Contract{};
}

std::string refused(std::string_view text, DType dtype = DType::bf16) {
  const auto result = parse_contract(text, dtype);
  const auto* error = std::get_if<ContractError>(&result);
  if (error == nullptr) ADD_FAILURE() << "accepted: " << text;
  return error == nullptr ? std::string() : error->message;
}

TEST(Contract, ReadsEveryStage) {
  const Contract c =
      parsed("pos=int freq=f64:pow~1ulp angle=f64:mul trig=f64~1ulp table=none rotate=f64:fma out=bf16:rn repro=bits",
             DType::bf16);
  EXPECT_EQ(c.position, PositionFormat::exact);
  EXPECT_EQ(c.frequency_format, DType::f64);
  EXPECT_EQ(c.frequency_formula, FrequencyFormula::pow);
  EXPECT_EQ(c.frequency_ulp, 1);
  EXPECT_EQ(c.angle_format, DType::f64);
  EXPECT_EQ(c.trig_format, DType::f64);
  EXPECT_EQ(c.trig_ulp, 1);
  EXPECT_EQ(c.table_format, std::nullopt);
  EXPECT_EQ(c.rotation_format, DType::f64);
  EXPECT_EQ(c.fma, Contract::Fma::both);
  EXPECT_EQ(c.output_format, DType::bf16);
  EXPECT_EQ(c.output_rounding, Rounding::nearest);
  EXPECT_TRUE(c.bit_reproducible);
}

TEST(Contract, StagesLeftOutAreTheUsualPipeline) {
  EXPECT_EQ(parsed("freq=f32:rpow", DType::bf16), baseline_contract(DType::bf16));
}

TEST(Contract, NamedTrigonometryHasItsLibrarysError) {
  EXPECT_EQ(parsed("trig=f32:glibc", DType::f32).trig_ulp, 0.57);
  EXPECT_EQ(parsed("trig=f32:cr", DType::f32).trig_ulp, 0.5);
  EXPECT_EQ(parsed("trig=f32", DType::f32).trig_ulp, 4) << "nothing said: four ulp";
}

TEST(Contract, TextReadsBackTheSame) {
  for (const char* written :
       {"freq=f32:rpow", "pos=bf16 table=f16:rz rotate=f32:any out=bf16:rz", "freq=f32:exp2~15.5ulp",
        "freq=f64:cr angle=f64 trig=f64:cr table=none rotate=f64:mul out=bf16:rn repro=bits"}) {
    const Contract c = parsed(written, DType::bf16);
    EXPECT_EQ(parsed(text(c), DType::bf16), c) << text(c);
  }
}

TEST(Contract, RefusesByName) {
  EXPECT_THAT(refused(""), HasSubstr("empty"));
  EXPECT_THAT(refused("freq"), HasSubstr("\"freq\" is not a stage"));
  EXPECT_THAT(refused("freq=f32:powf"), HasSubstr("\"powf\""));
  EXPECT_THAT(refused("freq=f32:exp"), HasSubstr("error term"));
  EXPECT_THAT(refused("freq=f8:rpow"), HasSubstr("\"f8\""));
  EXPECT_THAT(refused("freq=f32:rpow~ulp"), HasSubstr("\"~ulp\""));
  EXPECT_THAT(refused("freq=f32:rpow~-1ulp"), HasSubstr("not negative"));
  EXPECT_THAT(refused("freq=f32:rpow~infulp"), HasSubstr("~infulp"));
  EXPECT_THAT(refused("trig=f32~3cm"), HasSubstr("~3cm"));
  EXPECT_THAT(refused("pos=int pos=int"), HasSubstr("twice"));
  EXPECT_THAT(refused("speed=fast"), HasSubstr("\"speed\""));
  EXPECT_THAT(refused("rotate=f32:mul"), HasSubstr("ends in f32")) << "a bf16 tensor needs a last rounding";
  EXPECT_THAT(refused("rotate=f32:mul out=f16:rn"), HasSubstr("ends in f16"));
  EXPECT_THAT(refused("rotate=bf16:mul out=f32:rn", DType::f32), HasSubstr("narrower than the f32 tensor"));
  EXPECT_THAT(refused("table=none:rn"), HasSubstr("none:rn"));
  EXPECT_THAT(refused("repro=maybe"), HasSubstr("\"maybe\""));
}

TEST(Contract, FloorNamesWhatIsWeaker) {
  EXPECT_EQ(below_floor(baseline_contract(DType::bf16)), std::nullopt);
  EXPECT_EQ(below_floor(parsed("pos=f32", DType::bf16)), std::nullopt) << "exact to 2^24";
  EXPECT_EQ(below_floor(parsed("freq=f32:exp2~40ulp", DType::bf16)), std::nullopt);
  EXPECT_THAT(below_floor(parsed("freq=bf16:rpow", DType::bf16)).value_or(""), HasSubstr("inv_freq"));
  EXPECT_THAT(below_floor(parsed("freq=f32:exp~41ulp", DType::bf16)).value_or(""), HasSubstr("41"));
  EXPECT_THAT(below_floor(parsed("pos=bf16", DType::bf16)).value_or(""), HasSubstr("positions"));
  EXPECT_THAT(below_floor(parsed("angle=bf16", DType::bf16)).value_or(""), HasSubstr("angle"));
  EXPECT_THAT(below_floor(parsed("trig=f16", DType::bf16)).value_or(""), HasSubstr("sine"));
  EXPECT_THAT(below_floor(parsed("trig=f32~1000000ulp", DType::bf16)).value_or(""), HasSubstr("more than 4"));
}

}  // namespace
}  // namespace rope
