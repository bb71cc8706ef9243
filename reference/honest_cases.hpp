// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: where to look, term by term, for an honest implementation that needs the term. Each case draws specs,
// contracts, positions and inputs at which the term is large and the rest of the sum is small.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <ostream>
#include <random>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "reference/bound_formulas.hpp"
#include "reference/contract.hpp"
#include "reference/honest_pipeline.hpp"
#include "reference/spec.hpp"
#include "reference/spec_of.hpp"

namespace rope::honest {

using formulas::Formulas;
using formulas::Term;

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}
  double uniform(double low, double high) {
    return low + (high - low) * std::ldexp(static_cast<double>(bits_() >> 11), -53);
  }
  int below(int n) { return static_cast<int>(bits_() % static_cast<unsigned>(n)); }
  int sign() { return below(2) == 0 ? -1 : 1; }

 private:
  std::mt19937_64 bits_;
};

/// One implementation at one place.
struct Sample {
  Spec spec;
  DType dtype = DType::f32;
  std::string contract;
  honest::Choices choices = {};
  int pair = 0;
  std::int64_t position = 0;
  double x0 = 1, x1 = 0;
};

struct Case {
  std::string name;
  Term term;
  bool frequency_alone;  // compares inv_freq, not a rotation
  std::function<Sample(Random&)> sample;
};

inline void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

/// Nothing written is the usual pipeline.
inline Contract contract_of(const Sample& s) {
  if (s.contract.empty()) return baseline_contract(s.dtype);
  const auto parsed = parse_contract(s.contract, s.dtype);
  if (const auto* error = std::get_if<ContractError>(&parsed)) throw std::invalid_argument(error->message);
  return std::get<Contract>(parsed);
}

inline double exact_frequency(const Sample& s) {
  return Formulas(s.spec, Contract{}, DType::f32).frequency(s.pair).value;
}

// ---- inv_freq -------------------------------------------------------------------------------------------------------

inline constexpr const char* sharp_power = "freq=f32:rpow~0.5ulp";  // the power is correctly rounded

/// theta is a number of fp32 and, unless asked otherwise, d a power of two: no other term than those of the formula.
inline Sample plain(Random& random, const char* contract, int d = 128) {
  Sample s;
  s.spec = spec_of(d, std::round(std::exp2(random.uniform(10, 23))));
  s.contract = contract;
  s.pair = 1 + random.below(d / 2 - 1);
  return s;
}

/// 2i/d as a product with 1/d.
inline Sample exponent_by_reciprocal(Random& random, const char* contract, int d) {
  Sample s = plain(random, contract, d);
  s.choices.reciprocals = true;
  return s;
}

inline Sample theta_rounded(Random& random) {
  Sample s = plain(random, sharp_power);
  const int e = 10 + random.below(13);  // just above a power of two the loss is largest
  s.spec.theta = std::ldexp(1 + (random.below(1 << 16) + random.uniform(0.4, 0.6)) * 0x1p-23, e);
  return s;
}

/// Everything is divided.
inline Sample divided(Random& random, bool power_of_two) {
  Sample s = plain(random, sharp_power);
  const double factor = power_of_two ? 8 : std::exp2(random.below(5)) * random.uniform(1, 2);
  s.spec.family = Llama3Family{factor, 1e9, 2e9, 1024};
  s.choices.reciprocals = random.below(2) == 0;
  return s;
}

struct Band {
  double factor = 8;
  double low = 0.99, high = 1.01;  // the limits, in units of the pair's own turns
  bool limits_in_fp32 = true;
};

/// The pair lies in the band between.
inline Sample between(Random& random, const Band& band, const char* contract = sharp_power) {
  Sample s = plain(random, contract);
  constexpr int length = 8192;
  const double turns = length * exact_frequency(s) / (2 * std::numbers::pi);
  double low = turns * band.low, high = turns * band.high;
  if (band.limits_in_fp32) low = round_to(DType::f32, low), high = round_to(DType::f32, high);
  s.spec.family = Llama3Family{band.factor, low, high, length};
  s.choices.reciprocals = true;
  return s;
}

/// turns just above a power of two, where a limit next to it loses most.
inline Sample limits_rounded(Random& random) {
  Sample s = plain(random, sharp_power);
  const int e = 8 + random.below(4);
  const double per_length = exact_frequency(s) / (2 * std::numbers::pi);
  const auto length = static_cast<std::int64_t>(std::ldexp(1.02, e) / per_length);
  const auto limit = [&](double v) {
    const double step = std::ldexp(1.0, e - 23);
    return (std::floor(v / step) + 0.5 + 0.01 * random.sign()) * step;
  };
  const double turns = static_cast<double>(length) * per_length;
  s.spec.family = Llama3Family{8, limit(turns * 0.995), limit(turns * 1.0001), length};
  s.choices.reciprocals = true;
  return s;
}

inline Sample inaccurate_power(Sample s, Random& random) {
  s.contract = "freq=f32:rpow~20.5ulp";
  s.choices.power_ulp = 20 * random.sign();
  return s;
}

// ---- rotations ------------------------------------------------------------------------------------------------------

/// Pair 0 at an integer position: the angle has no error.
inline Sample pair_zero(Random& random, const char* contract, DType dtype = DType::f32) {
  Sample s;
  s.spec = spec_of(128, 5e5);
  s.dtype = dtype;
  s.contract = contract;
  s.position = 1 + random.below(131071);
  s.x0 = round_to(dtype, random.uniform(-1, 1));
  s.x1 = round_to(dtype, random.uniform(-1, 1));
  return s;
}

inline Sample any_pair(Random& random, const char* contract) {
  Sample s = pair_zero(random, contract);
  s.pair = 1 + random.below(20);
  return s;
}

inline Sample tiny(Sample s, Random& random) {
  const double smallest = ulp(s.dtype, 0);
  s.x0 = smallest * (1 + random.below(16));
  s.x1 = smallest * random.below(16) * random.sign();
  return s;
}

inline Sample with_factor(Random& random, double factor) {
  Sample s = pair_zero(random, "trig=f32~0.5ulp table=none rotate=f64:mul out=f32:rn");
  s.position = 1 + random.below(1 << 24);
  s.spec.attention_factor = factor;
  return s;
}

inline Sample inaccurate_trigonometry(Random& random) {
  Sample s = pair_zero(random, "trig=f32~2.5ulp table=none rotate=f64:mul out=f32:rn");
  s.choices.cos_ulp = 2 * random.sign();
  s.choices.sin_ulp = 2 * random.sign();
  return s;
}

inline std::vector<Case> cases() {
  using R = Random;
  return {
      {"power", Term::power, true, [](R& r) { return plain(r, sharp_power); }},
      {"division", Term::division, true, [](R& r) { return plain(r, sharp_power); }},
      {"exponent_at_d_80_of_the_usual_pipeline", Term::exponent, true,
       [](R& r) { return plain(r, "freq=f32:rpow~2ulp", 80); }},
      {"exponent_at_d_96_of_the_usual_pipeline", Term::exponent, true,
       [](R& r) { return plain(r, "freq=f32:rpow~2ulp", 96); }},
      {"exponent_reciprocal_at_d_80", Term::exponent_reciprocal, true,
       [](R& r) { return exponent_by_reciprocal(r, sharp_power, 80); }},
      {"exponent_reciprocal_at_d_96_of_the_usual_pipeline", Term::exponent_reciprocal, true,
       [](R& r) { return exponent_by_reciprocal(r, "freq=f32:rpow~2ulp", 96); }},
      {"exponent_reciprocal_at_d_112_of_the_usual_pipeline", Term::exponent_reciprocal, true,
       [](R& r) { return exponent_by_reciprocal(r, "freq=f32:rpow~2ulp", 112); }},
      {"exponent_reciprocal_at_d_192_of_the_usual_pipeline", Term::exponent_reciprocal, true,
       [](R& r) { return exponent_by_reciprocal(r, "freq=f32:rpow~2ulp", 192); }},
      {"exponent_reciprocal_of_pow", Term::exponent_reciprocal, true,
       [](R& r) { return exponent_by_reciprocal(r, "freq=f32:pow~2ulp", 112); }},
      {"base", Term::base, true, theta_rounded},
      {"whole_formula", Term::whole_formula, true, [](R& r) { return plain(r, "freq=f32:pow~0.5ulp"); }},
      {"whole_formula_exp", Term::whole_formula, true, [](R& r) { return plain(r, "freq=f32:exp~20ulp"); }},
      {"stored", Term::stored, true, [](R& r) { return plain(r, "freq=bf16:rpow~2ulp"); }},
      {"correctly_rounded", Term::correctly_rounded, true, [](R& r) { return plain(r, "freq=f32:cr"); }},

      {"llama3_scaled_inherited", Term::scaled_inherited, true, [](R& r) { return divided(r, true); }},
      {"llama3_scaled_factor", Term::scaled_factor, true, [](R& r) { return divided(r, false); }},
      {"llama3_scaled_quotient", Term::scaled_quotient, true, [](R& r) { return divided(r, false); }},
      {"llama3_exponent_reciprocal", Term::exponent_reciprocal, true,
       [](R& r) {
         Sample s = exponent_by_reciprocal(r, "freq=f32:rpow~2ulp", 112);
         s.spec.family = Llama3Family{8, 1e9, 2e9, 1024};
         return s;
       }},
      {"llama3_turns_inherited", Term::turns_inherited, true,
       [](R& r) { return inaccurate_power(between(r, Band{}), r); }},
      {"llama3_turns_roundings", Term::turns_roundings, true, [](R& r) { return between(r, Band{}); }},
      {"llama3_turns_roundings_beside_rounded_limits", Term::turns_roundings, true, limits_rounded},
      {"llama3_low_branch", Term::low_branch, true,
       [](R& r) {
         return between(r, Band{8, 0.5, 1e6});
       }},
      {"llama3_high_branch", Term::high_branch, true,
       [](R& r) {
         return inaccurate_power(between(r, Band{8, 0.001, 1.01}), r);
       }},
      {"llama3_last_sum", Term::last_sum, true,
       [](R& r) {
         return between(r, Band{8, 0.5, 1e6});
       }},

      {"frequency", Term::frequency, false,
       [](R& r) { return any_pair(r, "angle=f64:mul trig=f64~1ulp table=none rotate=f64:mul out=f32:rn"); }},
      {"position", Term::position, false,
       [](R& r) { return pair_zero(r, "pos=bf16 freq=f64:cr trig=f64~1ulp table=none rotate=f64:mul out=f32:rn"); }},
      {"product", Term::product, false,
       [](R& r) { return any_pair(r, "freq=f64:cr trig=f64~1ulp table=none rotate=f64:mul out=f32:rn"); }},
      {"turned_in_the_usual_pipeline", Term::turned, false, [](R& r) { return any_pair(r, ""); }},
      {"trigonometry", Term::trigonometry, false, inaccurate_trigonometry},
      {"factor_rounded", Term::factor_rounded, false, [](R& r) { return with_factor(r, 1 + 0x1.8p-23); }},
      {"factor_product", Term::factor_product, false,
       [](R& r) { return with_factor(r, 1 + (r.below(4096) + 0.5) * 0x1p-23); }},
      {"table", Term::table, false,
       [](R& r) { return pair_zero(r, "table=bf16:rn rotate=f32:any out=bf16:rn", DType::bf16); }},
      {"table_fp16", Term::table, false,
       [](R& r) { return pair_zero(r, "table=f16:rn rotate=f32:any out=f16:rn", DType::f16); }},
      {"table_truncates", Term::table_truncates, false,
       [](R& r) { return pair_zero(r, "table=bf16:rz rotate=f32:any out=bf16:rn", DType::bf16); }},
      {"rotation_without_fma", Term::rotation, false,
       [](R& r) { return pair_zero(r, "trig=f32~0.5ulp table=none rotate=f32:mul"); }},
      {"rotation_with_fma", Term::rotation, false,
       [](R& r) { return pair_zero(r, "trig=f32~0.5ulp table=none rotate=f32:fma"); }},
      {"rotation_mixed", Term::rotation, false,
       [](R& r) { return pair_zero(r, "trig=f32~0.5ulp table=none rotate=f32:any"); }},
      {"rotation_of_the_usual_pipeline_bf16", Term::rotation, false,
       [](R& r) { return pair_zero(r, "", DType::bf16); }},
      {"output", Term::output, false,
       [](R& r) { return pair_zero(r, "trig=f64~1ulp table=none rotate=f64:mul out=f32:rn"); }},
      {"output_bf16", Term::output, false,
       [](R& r) { return pair_zero(r, "table=none rotate=f32:any out=bf16:rn", DType::bf16); }},
      {"output_truncates", Term::output_truncates, false,
       [](R& r) { return pair_zero(r, "trig=f64~1ulp table=none rotate=f64:mul out=f32:rz"); }},
      {"underflow_arithmetic_fp16", Term::underflow_arithmetic, false,
       [](R& r) { return tiny(pair_zero(r, "", DType::f16), r); }},
      {"underflow_arithmetic_fp32", Term::underflow_arithmetic, false, [](R& r) { return tiny(pair_zero(r, ""), r); }},
      {"underflow_output_fp16", Term::underflow_output, false,
       [](R& r) { return tiny(pair_zero(r, "table=none rotate=f32:any out=f16:rn", DType::f16), r); }},
      {"underflow_output_truncates", Term::underflow_output, false,
       [](R& r) { return tiny(pair_zero(r, "table=none rotate=f32:any out=f16:rz", DType::f16), r); }},
  };
}

}  // namespace rope::honest
