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

TEST(Contract, EveryStageReadsBackTheSame) {
  for (const char* written : {"pos=tf32",
                              "pos=f32:div(4)",
                              "pos=bf16:mul(0.1)",
                              "freq=f32:rpow(glibc)",
                              "freq=f64:pow(cr)",
                              "freq=f32:exp(glibc)",
                              "freq=f32:exp2(cr)",
                              "freq=f32:iter(glibc)",
                              "freq=f32:iter~3ulp",
                              "freq=f16:given",
                              "freq=f32:rpow~1.5u",
                              "freq=f32:rpow~1ulp+0.5u",
                              "angle=tf32",
                              "angle=tf32:einsum",
                              "angle=f32x2:mul",
                              "freq=f32:pow~1ulp angle=f32:iter",
                              "angle=bf16:einsum",
                              "angle=f32~1ulp+2u",
                              "trig=f32:cr",
                              "trig=f64:glibc angle=f64",
                              "trig=f32:sleef",
                              "trig=f32:cuda",
                              "trig=f32:fast~4.2e-07abs+1arg",
                              "trig=f32~0ulp",
                              "trig=f32~2u+1e-9abs",
                              "af=none",
                              "af=f32@trig",
                              "af=bf16@stored",
                              "af=f64@out",
                              "q.af=f32@q k.af=f32@k",
                              "in=bf16",
                              "in=same",
                              "rotate=bf16/f32:mul out=bf16",
                              "rotate=bf16:fma",
                              "rotate=bf16:fma(xc,xs)",
                              "rotate=bf16:fma(ys, yc)",
                              "rotate=bf16:fma(xc,yc)",
                              "rotate=f32:any out=bf16:rna",
                              "rotate=f32:any out=bf16:sr",
                              "sub=ftz",
                              "sub=daz",
                              "k.rotate=f32:mul k.out=bf16:rn",
                              "backward.rotate=f32:fma backward.out=bf16:rz repro=bits",
                              "backward.sub=ftz k.trig=f32:cr q.table=none"}) {
    const Contract c = parsed(written, DType::bf16);
    EXPECT_EQ(parsed(text(c), DType::bf16), c) << written << " -> " << text(c);
    EXPECT_EQ(text(parsed(text(c), DType::bf16)), text(c));
  }
}

TEST(Contract, ReadsWhatStagesSay) {
  const Contract c = parsed(
      "pos=f32:div(4) freq=f32:iter(glibc) angle=f32x2 trig=f32:fast~2ulp+1e-7abs+3arg af=f32@stored "
      "in=bf16 rotate=bf16/f32:fma(xc, yc) out=bf16:rna sub=daz",
      DType::bf16);
  EXPECT_EQ(c.position, PositionFormat::f32);
  EXPECT_EQ(c.position_operation, PositionOperation::divide);
  EXPECT_EQ(c.position_scale, 4);
  EXPECT_EQ(c.frequency_formula, FrequencyFormula::iterated);
  EXPECT_EQ(c.frequency_library, Library::glibc);
  EXPECT_EQ(c.frequency_ulp, 0.82);
  EXPECT_EQ(c.angle_style, AngleStyle::f32x2);
  EXPECT_EQ(c.trig_ulp, 2);
  EXPECT_EQ(c.trig_abs, 1e-7);
  EXPECT_EQ(c.trig_arg, 3);
  EXPECT_EQ(c.factor_place, FactorPlace::stored);
  EXPECT_EQ(c.factor_format, DType::f32);
  EXPECT_EQ(c.input_format, DType::bf16);
  EXPECT_EQ(c.rotation_format, DType::bf16);
  EXPECT_EQ(c.arithmetic_format(), DType::f32);
  EXPECT_EQ(c.fused_first, Fused::x);
  EXPECT_EQ(c.fused_second, Fused::y);
  EXPECT_EQ(c.output_rounding, Rounding::away);
  EXPECT_EQ(c.subnormals, Subnormals::flush_operands_and_results);
}

TEST(Contract, SidesHaveTheirOwnStages) {
  const Contract c =
      parsed("rotate=f32:mul out=bf16:rn k.rotate=bf16:mul backward.out=bf16:rz backward.trig=f32:cr", DType::bf16);
  EXPECT_EQ(for_tensor(c, Tensor::q, Direction::forward), parsed("rotate=f32:mul out=bf16:rn", DType::bf16));
  EXPECT_EQ(for_tensor(c, Tensor::k, Direction::forward).rotation_format, DType::bf16);
  EXPECT_EQ(for_tensor(c, Tensor::k, Direction::forward).output_rounding, Rounding::nearest);
  const Contract back = for_tensor(c, Tensor::k, Direction::backward);
  EXPECT_EQ(back.rotation_format, DType::bf16);
  EXPECT_EQ(back.output_rounding, Rounding::truncate);
  EXPECT_EQ(back.trig_library, Library::correctly_rounded);
  EXPECT_TRUE(back.variations.empty());
}

TEST(Contract, RefusesWhatStagesCannotBe) {
  EXPECT_THAT(refused("freq=f32"), HasSubstr("ambiguous"));
  EXPECT_THAT(refused("freq=f32"), HasSubstr("f32:cr, f32:rpow(glibc) or f32:rpow~2ulp"));
  EXPECT_THAT(refused("freq=tf32:cr"), HasSubstr("tf32"));
  EXPECT_THAT(refused("freq=f32:cr(glibc)"), HasSubstr("cr(glibc)"));
  EXPECT_THAT(refused("freq=f32:pow(cuda)"), HasSubstr("pow(cuda)"));
  EXPECT_THAT(refused("freq=f32:iter"), HasSubstr("error term"));
  EXPECT_THAT(refused("freq=f32:rpow~1abs"), HasSubstr("ulp or u"));
  EXPECT_THAT(refused("freq=f32:cr~1ulp"), HasSubstr("no error term"));
  EXPECT_THAT(refused("pos=int:div(4)"), HasSubstr("f32:div(4)"));
  EXPECT_THAT(refused("pos=f32:div(0)"), HasSubstr("positive"));
  EXPECT_THAT(refused("pos=f32:div(4"), HasSubstr("div(4"));
  EXPECT_THAT(refused("pos=f64"), HasSubstr("f64"));
  EXPECT_THAT(refused("angle=tf32:mul"), HasSubstr("einsum"));
  EXPECT_THAT(refused("angle=f32x2:iter"), HasSubstr("mul"));
  EXPECT_THAT(refused("angle=f32~1arg"), HasSubstr("~1arg"));
  EXPECT_THAT(refused("freq=f32:exp(glibc) angle=f32:iter"), HasSubstr("pow, rpow or cr"));
  EXPECT_THAT(refused("trig=f32:fast"), HasSubstr("fast~"));
  EXPECT_THAT(refused("angle=f64 trig=f32:glibc"), HasSubstr("fp32 angle"));
  EXPECT_THAT(refused("trig=f32~1ulp+"), HasSubstr("~1ulp+"));
  EXPECT_THAT(refused("trig=f32~1ulp+2"), HasSubstr("~1ulp+2"));
  EXPECT_THAT(refused("af=f32"), HasSubstr("@trig"));
  EXPECT_THAT(refused("af=f32@table"), HasSubstr("@stored"));
  EXPECT_THAT(refused("af=f32@q"), HasSubstr("q.af="));
  EXPECT_THAT(refused("k.af=f32@q"), HasSubstr("k.af="));
  EXPECT_THAT(refused("in=f16"), HasSubstr("range"));
  EXPECT_THAT(refused("in=f16", DType::f32), HasSubstr("range"));
  EXPECT_THAT(refused("in=i8"), HasSubstr("\"i8\""));
  EXPECT_THAT(refused("rotate=f16:mul out=bf16:rn"), HasSubstr("narrower"));
  EXPECT_THAT(refused("rotate=f32/bf16:mul"), HasSubstr("sums are narrower"));
  EXPECT_THAT(refused("rotate=f32/f8:mul"), HasSubstr("f32/f8"));
  EXPECT_THAT(refused("rotate=bf16:fma(xs,xc)"), HasSubstr("fma(xc,xs)"));
  EXPECT_THAT(refused("out=bf16:rz"), HasSubstr("nothing to round"));
  EXPECT_THAT(refused("rotate=f32:mul out=bf16:ru"), HasSubstr("\"ru\""));
  EXPECT_THAT(refused("out=none:rz"), HasSubstr("none:rz"));
  EXPECT_THAT(refused("table=f32:rz"), HasSubstr("nothing to truncate"));
  EXPECT_THAT(refused("sub=flush"), HasSubstr("keep, ftz or daz"));
  EXPECT_THAT(refused("sub=ftz~1ulp"), HasSubstr("no error term"));
  EXPECT_THAT(refused("v.rotate=bf16:mul"), HasSubstr("q., k. or backward."));
  EXPECT_THAT(refused("k.freq=f32:cr"), HasSubstr("same angles"));
  EXPECT_THAT(refused("k.repro=bits"), HasSubstr("repro without"));
  EXPECT_THAT(refused("k.rotate=bf16:mul k.rotate=bf16:mul"), HasSubstr("twice"));
  EXPECT_THAT(refused("k.rotate=f32:mul"), HasSubstr("ends in f32"));
  EXPECT_THAT(refused("backward.rotate=f32:mul"), HasSubstr("ends in f32"));
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

TEST(Contract, FloorSeesThroughEveryStage) {
  const auto floor = [](const char* text, DType dtype = DType::bf16) {
    return below_floor(parsed(text, dtype)).value_or("");
  };
  EXPECT_EQ(floor("freq=f32:rpow(glibc) trig=f32:glibc"), "");
  EXPECT_EQ(floor("freq=f32:pow(glibc) angle=f32:iter"), "") << "looser by its grade, but no promise is missing";
  EXPECT_EQ(floor("freq=f32:cr angle=f32x2 trig=f32:cr table=none rotate=f32:fma(xc,xs) out=bf16:rz sub=ftz"), "");
  EXPECT_EQ(floor("freq=f32:rpow~30u+9ulp"), "");
  EXPECT_EQ(floor("trig=f32~1ulp+1.7e-7abs"), "");
  EXPECT_THAT(floor("pos=tf32"), HasSubstr("positions"));
  EXPECT_THAT(floor("pos=f32:div(4)"), HasSubstr("divided by 4"));
  EXPECT_THAT(floor("pos=f32:mul(0.25)"), HasSubstr("multiplied by 0.25"));
  EXPECT_THAT(floor("freq=f32:rpow~30u+11ulp"), HasSubstr("41"));
  EXPECT_THAT(floor("freq=f64:rpow~1e12ulp"), HasSubstr("more than 40")) << "in ulp of fp32";
  EXPECT_THAT(floor("freq=f32:iter~3ulp"), HasSubstr("iterated"));
  EXPECT_THAT(floor("freq=f32:pow~3ulp angle=f32:iter"), HasSubstr("iterated"));
  EXPECT_THAT(floor("angle=tf32"), HasSubstr("tf32"));
  EXPECT_THAT(floor("angle=bf16:einsum"), HasSubstr("bf16"));
  EXPECT_THAT(floor("angle=f32~41ulp"), HasSubstr("41"));
  EXPECT_THAT(floor("trig=f32:fast~1arg"), HasSubstr("grows with the angle"));
  EXPECT_THAT(floor("trig=f32:fast~4.2e-07abs"), HasSubstr("more than 4"));
  EXPECT_THAT(floor("angle=f64 trig=f64~1e12ulp"), HasSubstr("more than 4"));
  EXPECT_THAT(floor("table=bf16", DType::f32), HasSubstr("table"));
  EXPECT_THAT(floor("in=bf16", DType::f32), HasSubstr("elements"));
  EXPECT_THAT(floor("sub=ftz", DType::f16), HasSubstr("flushed"));
  EXPECT_THAT(floor("k.trig=f32~5ulp"), HasSubstr("more than 4"));
  EXPECT_THAT(floor("backward.table=bf16", DType::f32), HasSubstr("table"));
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
