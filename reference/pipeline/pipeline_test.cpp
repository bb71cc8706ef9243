// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each stage of the emulator against the same operations written out, and what is not pinned is refused by name.
#include "reference/pipeline/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "reference/spec_of.hpp"

namespace rope {
namespace {

using ::testing::HasSubstr;

Contract parsed(const std::string& text, DType dtype) {
  const auto result = parse_contract(text, dtype);
  if (const auto* error = std::get_if<ContractError>(&result)) throw std::invalid_argument(error->message);
  return std::get<Contract>(result);
}

Pipeline pipeline_of(const std::string& text, DType dtype, const Spec& spec) {
  return Pipeline(spec, for_tensor(parsed(text, dtype), Tensor::q, Direction::forward), dtype);
}

const std::string trig32 = " trig=f32:glibc table=f32";

float f32(double x) {
  return static_cast<float>(x);
}

TEST(PipelineFrequencies, AreTheFormulasWrittenOut) {
  const Spec spec = spec_of(80, 5e5);
  const auto held = [&](const std::string& freq) {
    return pipeline_of("freq=" + freq + " trig=f64:cr table=none rotate=f64:mul out=f32:rn", DType::f32, spec)
        .inv_freq();
  };
  const auto rpow = held("f32:rpow(glibc)"), pow = held("f32:pow(glibc)"), exp = held("f32:exp(glibc)"),
             exp2 = held("f32:exp2(glibc)"), iter = held("f32:iter(glibc)"), cr = held("f32:cr"),
             stored = held("bf16:rpow(glibc)"), twice = held("f64:rpow(glibc)");
  const Exact exact(spec);
  float product = 1;
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    const auto i = static_cast<std::size_t>(pair);
    const float x = f32(2 * pair) / 80.0F;
    EXPECT_EQ(rpow[i], static_cast<double>(1.0F / std::pow(5e5F, x)));
    EXPECT_EQ(pow[i], static_cast<double>(std::pow(5e5F, -x)));
    EXPECT_EQ(exp[i], static_cast<double>(std::exp(-(x * std::log(5e5F)))));
    EXPECT_EQ(exp2[i], static_cast<double>(std::exp2(-(x * std::log2(5e5F)))));
    EXPECT_EQ(iter[i], static_cast<double>(product));
    EXPECT_EQ(cr[i], round_to(DType::f32, exact.inv_freq(pair).hi)) << "no such inv_freq is that near a midpoint";
    EXPECT_EQ(stored[i], round_to(DType::bf16, rpow[i]));
    EXPECT_EQ(twice[i], 1.0 / std::pow(5e5, 2.0 * pair / 80.0));
    product *= std::pow(5e5F, -2.0F / 80.0F);
  }
}

TEST(PipelineFrequencies, GivenOnesAreRoundedOnce) {
  const double halfway = 1 + 0x1p-11 + 0x1p-30;  // in fp32 a midpoint of fp16
  const Spec spec = spec_of(4, 0, GivenFamily{{halfway, 0}});
  const auto held = [&](const char* freq) {
    return *declared_inv_freq(parsed(std::string("freq=") + freq, DType::f32), spec);
  };
  EXPECT_EQ(held("f16:given"), (std::vector<double>{1 + 0x1p-10, 0}));
  EXPECT_EQ(held("f16:cr"), (std::vector<double>{1, 0})) << "by way of fp32";
  EXPECT_EQ(held("f64:given"), (std::vector<double>{halfway, 0}));
}

TEST(PipelineAngles, AreTheOperationsWrittenOut) {
  const Spec spec = spec_of(96, 5e5);
  const std::string freq = " freq=f32:rpow(glibc) trig=f32:cr table=none rotate=f64:mul out=f32:rn";
  const auto angle = [&](const std::string& text, std::int64_t p, int pair) {
    return pipeline_of(text + freq, DType::f32, spec).stages(p, pair).angle;
  };
  for (const std::int64_t p : {1, 4097, 100001, -77777}) {
    for (const int pair : {0, 1, 17, 47}) {
      const float f = 1.0F / std::pow(5e5F, f32(2 * pair) / 96.0F);
      const float held = static_cast<float>(p);
      EXPECT_EQ(angle("angle=f32:mul", p, pair), static_cast<double>(held * f));
      EXPECT_EQ(angle("angle=f64:mul", p, pair), static_cast<double>(p) * static_cast<double>(f));
      EXPECT_EQ(angle("angle=f32x2:mul", p, pair), static_cast<double>(p) * static_cast<double>(f));
      const double p16 = round_to(DType::bf16, static_cast<double>(p)), f16 = round_to(DType::bf16, f);
      EXPECT_EQ(angle("angle=bf16:einsum", p, pair), round_to(DType::bf16, p16 * f16));
      EXPECT_EQ(angle("pos=bf16 angle=f32:mul", p, pair), static_cast<double>(f32(p16) * f));
      EXPECT_EQ(angle("pos=f32:div(3) angle=f32:mul", p, pair), static_cast<double>(held / 3.0F * f));
      EXPECT_EQ(angle("pos=f32:mul(0.3) angle=f32:mul", p, pair), static_cast<double>(held * 0.3F * f));
    }
  }
  // A position that fp32 does not hold enters exactly as an integer, and rounded first in fp32.
  const std::int64_t odd = (std::int64_t{1} << 24) + 1;
  EXPECT_EQ(angle("pos=int angle=f64:mul", odd, 0), 0x1p24 + 1);
  EXPECT_EQ(angle("pos=f32 angle=f64:mul", odd, 0), 0x1p24);
  EXPECT_THROW(angle("angle=f32x2:mul", odd + 1, 3), std::invalid_argument);
}

TEST(PipelineAngles, IteratedAsGgmlDoesOnACpu) {
  const Spec spec = spec_of(96, 1e6);
  const Pipeline pipeline = pipeline_of("pos=f32 freq=f32:pow(glibc) angle=f32:iter" + trig32, DType::f32, spec);
  const float scale = std::pow(1e6F, -2.0F / 96.0F);
  std::vector<double> cos(48), sin(48);
  for (const std::int64_t p : {0, 1, 12345, -131071}) {
    auto theta = static_cast<float>(p);
    pipeline.table(p, cos.data(), sin.data());
    for (int pair = 0; pair < 48; ++pair) {
      const auto stages = pipeline.stages(p, pair);
      EXPECT_EQ(stages.angle, static_cast<double>(theta));
      EXPECT_EQ(stages.table_cos, static_cast<double>(std::cos(theta)));
      EXPECT_EQ(cos[static_cast<std::size_t>(pair)], stages.table_cos);
      EXPECT_EQ(sin[static_cast<std::size_t>(pair)], stages.table_sin);
      theta *= scale;
    }
  }
}

TEST(PipelineTables, TakeTheFactorAtItsPlace) {
  const Spec spec = spec_of(64, 1e4, DefaultFamily{}, 1.2079441541679836);
  const float a = 1.2079441541679836F;
  const auto table = [&](const std::string& text) {
    return pipeline_of("freq=f32:rpow(glibc) trig=f32:glibc rotate=bf16:mul " + text, DType::bf16, spec)
        .stages(1000, 5);
  };
  const auto plain = table("af=f32@trig table=none");
  const double c = plain.trig_cos;
  const auto bf16 = [](double x) { return round_to(DType::bf16, x); };
  EXPECT_EQ(table("table=bf16").table_cos, bf16(static_cast<double>(f32(c) * a)));
  EXPECT_EQ(table("table=f16").table_cos, bf16(round_to(DType::f16, static_cast<double>(f32(c) * a))));
  EXPECT_EQ(table("af=f32@stored table=bf16").table_cos, bf16(bf16(c) * static_cast<double>(a)));
  EXPECT_EQ(table("af=bf16@stored table=bf16").table_cos, bf16(bf16(c) * bf16(1.2079441541679836)));
  EXPECT_EQ(table("af=f32@out table=bf16").table_cos, bf16(c));
  const double truncated = table("table=bf16:rz").table_cos;
  EXPECT_LE(std::fabs(truncated), std::fabs(static_cast<double>(f32(c) * a)));
}

struct Pair {
  std::array<std::uint32_t, 2> y;
};

TEST(PipelineRotation, EveryFusedFormIsThatOfTheMachine) {
  const Spec spec = spec_of(64, 1e4);
  std::mt19937 random(31);
  const auto one = [&] { return std::bit_cast<float>(0x3f000000U | static_cast<std::uint32_t>(random() >> 7)); };
  const std::string start = "freq=f32:cr" + trig32 + " rotate=f32:";
  const Pipeline mul = pipeline_of(start + "mul", DType::f32, spec),
                 xx = pipeline_of(start + "fma(xc,xs)", DType::f32, spec),
                 xy = pipeline_of(start + "fma(xc, yc)", DType::f32, spec),
                 yx = pipeline_of(start + "fma(ys,xs)", DType::f32, spec),
                 yy = pipeline_of(start + "fma(ys,yc)", DType::f32, spec);
  int different = 0;
  for (int n = 0; n < 2000; ++n) {
    const float c = one() - 0.75F, s = one() - 0.75F, x = one(), y = -one();
    for (const Direction direction : {Direction::forward, Direction::backward}) {
      const float sn = direction == Direction::backward ? -s : s;
      const auto expect = [&](const Pipeline& pipeline, float y0, float y1) {
        const auto got = pipeline.rotate(static_cast<double>(c), static_cast<double>(s),
                                         std::bit_cast<std::uint32_t>(x), std::bit_cast<std::uint32_t>(y), direction);
        EXPECT_EQ(std::bit_cast<float>(got[0]), y0);
        EXPECT_EQ(std::bit_cast<float>(got[1]), y1);
      };
      const float xc = x * c, ys = y * sn, xs = x * sn, yc = y * c;
      expect(mul, xc - ys, xs + yc);
      expect(xx, std::fma(x, c, -ys), std::fma(x, sn, yc));
      expect(xy, std::fma(x, c, -ys), std::fma(y, c, xs));
      expect(yx, std::fma(-y, sn, xc), std::fma(x, sn, yc));
      expect(yy, std::fma(-y, sn, xc), std::fma(y, c, xs));
      different += std::fma(x, c, -ys) != std::fma(-y, sn, xc) ? 1 : 0;
    }
  }
  EXPECT_GT(different, 100);
}

TEST(PipelineRotation, LastRoundingsElementsAndFlushing) {
  const Spec spec = spec_of(64, 1e4);
  const auto y0 = [&](const std::string& text, DType dtype, double c, double x) {
    const auto bits = static_cast<std::uint32_t>(round_to_bits(dtype, x));
    const auto got = pipeline_of("freq=f32:cr trig=f32:cr table=none " + text, dtype, spec)
                         .rotate(c, 0, bits, 0, Direction::forward);
    return to_double(dtype, got[0]);
  };
  const double tie = 1 + 0x1p-8;  // of bf16
  EXPECT_EQ(y0("rotate=f32:mul out=bf16:rn", DType::bf16, tie, 1), 1);
  EXPECT_EQ(y0("rotate=f32:mul out=bf16:rna", DType::bf16, tie, 1), 1 + 0x1p-7);
  EXPECT_EQ(y0("rotate=f32:mul out=bf16:rz", DType::bf16, tie + 0x1p-9, 1), 1);
  EXPECT_EQ(y0("rotate=f32:mul in=bf16", DType::f32, 1, tie + 0x1p-20), 1 + 0x1p-7);
  EXPECT_EQ(y0("rotate=f16:mul", DType::f16, 0.5, 0x1p-14), 0x1p-15);
  EXPECT_EQ(y0("rotate=f16:mul sub=ftz", DType::f16, 0.5, 0x1p-14), 0);
  EXPECT_EQ(y0("rotate=f16:mul sub=ftz", DType::f16, 4, 0x1p-15), 0x1p-13) << "operands are kept";
  EXPECT_EQ(y0("rotate=f16:mul sub=daz", DType::f16, 4, 0x1p-15), 0);
  EXPECT_EQ(y0("rotate=bf16/f32:mul out=bf16:rn", DType::bf16, 1.5, 1 + 0x1p-7),
            round_to(DType::bf16, 1.5 * (1 + 0x1p-7)));
}

TEST(PipelineRotation, FactorWithElementsOrOutputs) {
  const Spec spec = spec_of(64, 1e4, DefaultFamily{}, 1.3);
  const auto bits = static_cast<std::uint32_t>(round_to_bits(DType::f32, 0.7));
  const auto y = [&](const std::string& text) {
    const auto got = pipeline_of("freq=f32:cr trig=f32:cr table=none rotate=f32:mul " + text, DType::f32, spec)
                         .rotate(0.6, 0, bits, 0, Direction::forward);
    return std::bit_cast<float>(got[0]);
  };
  EXPECT_EQ(y("q.af=f32@q k.af=f32@k"), (0.7F * 1.3F) * 0.6F);
  EXPECT_EQ(y("af=f32@out"), (0.7F * 0.6F) * 1.3F);
}

TEST(Pinned, WhatIsLeftOpenIsNamed) {
  const Spec spec = spec_of(64, 1e4, DefaultFamily{}, 1.3), llama = spec_of(64, 1e4, Llama3Family{8, 1, 4, 8192});
  const std::string good = "freq=f32:rpow(glibc) trig=f32:glibc";
  EXPECT_EQ(not_pinned(parsed(good, DType::bf16), spec), std::nullopt);
  const auto open = [](const std::string& text, const Spec& of) {
    return not_pinned(parsed(text, DType::bf16), of).value_or("");
  };
  EXPECT_THAT(open("trig=f32:glibc", spec), HasSubstr("which power function"));
  EXPECT_THAT(open("freq=f32:rpow~1ulp trig=f32:glibc", spec), HasSubstr("rpow(glibc)"));
  EXPECT_THAT(open("freq=f32:given trig=f32:glibc", spec), HasSubstr("gives parameters"));
  EXPECT_THAT(open("freq=f32:cr", spec), HasSubstr("trig=f32"));
  EXPECT_THAT(open("freq=f32:cr trig=f32:glibc~1ulp", spec), HasSubstr("trig=f32"));
  EXPECT_THAT(open(good + " rotate=f32:any out=bf16:rn", spec), HasSubstr("any leaves open"));
  EXPECT_THAT(open(good + " rotate=f32:fma out=bf16:rn", spec), HasSubstr("fma leaves open"));
  EXPECT_THAT(open(good + " rotate=f32:mul out=bf16:sr", spec), HasSubstr("random"));
  EXPECT_THAT(open(good + " angle=tf32", spec), HasSubstr("tf32"));
  EXPECT_THAT(open(good + " pos=tf32", spec), HasSubstr("tf32"));
  EXPECT_THAT(open(good + " angle=f32~1ulp", spec), HasSubstr("error term"));
  EXPECT_THAT(open(good + " af=none", spec), HasSubstr("attention factor"));
  EXPECT_THAT(open(good + " k.rotate=f32:mul k.out=bf16:rn", spec), HasSubstr("for_tensor"));
  EXPECT_THAT(open("freq=f32:pow(glibc) angle=f32:iter trig=f32:glibc", llama), HasSubstr("llama3"));
  EXPECT_THAT(open("freq=f64:cr angle=f32x2 trig=f32:cr", spec), HasSubstr("f32x2"));
  EXPECT_THROW(Pipeline(spec, parsed("trig=f32", DType::bf16), DType::bf16), std::invalid_argument);
  EXPECT_THROW(Pipeline(spec, parsed(good, DType::bf16), DType::f32), std::invalid_argument);
  EXPECT_EQ(declared_inv_freq(parsed("trig=f32:glibc", DType::bf16), spec), std::nullopt);
}

}  // namespace
}  // namespace rope
