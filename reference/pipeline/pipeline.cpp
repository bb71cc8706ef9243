// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The stages one after another, each with the operations that its contract names.
#include "reference/pipeline/pipeline.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "reference/contract_stages.hpp"
#include "reference/pipeline/frequencies.hpp"
#include "reference/pipeline/functions.hpp"
#include "reference/pipeline/operations.hpp"

namespace rope {
namespace {

using namespace pipeline;

bool single_or_narrower(DType dtype) {
  return format(dtype).precision <= format(DType::f32).precision;
}

std::optional<std::string> angle_not_pinned(const Contract& c, const Spec& spec) {
  if (c.position == PositionFormat::tf32 || c.angle_style == AngleStyle::tf32) {
    return "tf32 leaves open how numbers are rounded to it: some hardware truncates, some rounds";
  }
  if (c.angle_ulp > 0 || c.angle_u > 0) return "angle has an error term";
  if (c.angle_style == AngleStyle::f32x2 && !single_or_narrower(c.frequency_format)) {
    return "angle=f32x2 holds the product of two fp32 numbers; an inv_freq in fp64 does not fit";
  }
  if (c.angle_operation == AngleOperation::iterated) {
    const bool power =
        std::holds_alternative<DefaultFamily>(spec.family) || std::holds_alternative<DynamicNtkFamily>(spec.family);
    if (!power) {
      return "angle=" + std::string(format_text(c.angle_format)) + ":iter leaves open how the frequencies of family " +
             std::string(name(spec.family)) + ", which are no powers of one number, enter";
    }
  }
  return std::nullopt;
}

std::optional<std::string> rotation_not_pinned(const Contract& c, const Spec& spec) {
  const std::string rotate = "rotate=" + std::string(format_text(c.rotation_format));
  if (c.factor_place == FactorPlace::none && spec.attention_factor != 1) {
    return "af=none: this spec has an attention factor, and no stage multiplies by it";
  }
  if (c.fma == Contract::Fma::any) return rotate + ":any leaves open which products are fused";
  if (c.fma == Contract::Fma::both && c.fused_first == Fused::unsaid) {
    return rotate +
           ":fma leaves open which product of each output is fused; write fma(xc,xs), fma(xc,yc), fma(ys,xs) " +
           "or fma(ys,yc)";
  }
  if (c.output_rounding == Rounding::stochastic) return "out=…:sr draws random numbers";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> not_pinned(const Contract& contract, const Spec& spec) {
  if (!contract.variations.empty()) {
    return "q, k or backward have stages of their own: take one side's contract (for_tensor)";
  }
  if (auto open = frequency_not_pinned(contract, spec)) return open;
  if (auto open = angle_not_pinned(contract, spec)) return open;
  const std::string trig = "trig=" + std::string(format_text(contract.trig_format));
  if (contract.trig_library == Library::unsaid) {
    return trig + " leaves open which sine and cosine are used, and so does any error term (~…ulp); write " + trig +
           ":cr or " + trig + ":glibc, with no error term";
  }
  if (contract.trig_library == Library::glibc && !has_glibc()) {
    return trig + ":glibc: this program runs with another C library";
  }
  return rotation_not_pinned(contract, spec);
}

std::optional<std::vector<double>> declared_inv_freq(const Contract& contract, const Spec& spec) {
  if (frequency_not_pinned(contract, spec)) return std::nullopt;
  return frequencies(contract, spec);
}

struct Pipeline::State {
  Spec spec;
  Contract contract;
  DType dtype = DType::f32;
  std::vector<double> inv_freq;
  double factor = 1;            // from one angle to the next of angle=…:iter
  double attention_factor = 1;  // as held

  DType stored() const { return contract.table_format.value_or(contract.trig_format); }
  bool iterated() const { return contract.angle_operation == AngleOperation::iterated; }

  /// Rounded position, where it is not the exact one.
  double position(std::int64_t p) const {
    DType format = DType::f64;
    switch (contract.position) {
      case PositionFormat::exact:
      case PositionFormat::tf32:  // never here
        return static_cast<double>(p);
      case PositionFormat::f32:
        format = DType::f32;
        break;
      case PositionFormat::bf16:
        format = DType::bf16;
        break;
      case PositionFormat::f16:
        format = DType::f16;
        break;
    }
    const double held = from_integer(format, p);
    const double scale = round_to(format, contract.position_scale);
    if (contract.position_operation == PositionOperation::divide) return quotient(format, held, scale);
    if (contract.position_operation == PositionOperation::multiply) return pipeline::product(format, held, scale);
    return held;
  }

  bool reaches(std::int64_t p) const {
    if (contract.angle_style != AngleStyle::f32x2) return true;
    const double held = position(p);
    return !std::isfinite(held) || std::fabs(held) <= 0x1p24;  // past its format's range the product is infinite
  }

  /// The position times f, or, of the first angle of an iteration, times 1.
  double angle(std::int64_t p, double f) const {
    DType format = contract.angle_format;
    const bool exact = contract.position == PositionFormat::exact;
    if (contract.angle_style == AngleStyle::f32x2) {
      // Two factors of 24 bits: their product is exact in two words, and in binary64.
      const double held = position(p);
      if (!reaches(p)) {
        throw std::invalid_argument(
            "angle=f32x2: position " + std::to_string(p) +
            " is past 2^24, where the product does not fit two fp32 numbers; expected |p| <= 2^24");
      }
      return held * f;
    }
    if (contract.angle_operation == AngleOperation::einsum) {
      const double held = exact ? from_integer(format, p) : round_to(format, position(p));
      return pipeline::product(format, held, round_to(format, f));
    }
    return exact ? pipeline::product(format, p, f) : pipeline::product(format, position(p), f);
  }

  CosSin trig(double angle) const { return cos_sin(contract.trig_library, contract.trig_format, angle); }

  double table(double value) const {
    double v = value;
    if (contract.factor_place == FactorPlace::trigonometry) {
      v = pipeline::product(contract.trig_format, v, attention_factor);
    }
    if (contract.table_format) v = contract.table_truncates ? truncated(stored(), v) : round_to(stored(), v);
    if (contract.factor_place == FactorPlace::stored) v = pipeline::product(stored(), v, attention_factor);
    return round_to(contract.rotation_format, v);
  }

  // ---- the rotation -------------------------------------------------------------------------------------------------

  DType sums() const { return contract.arithmetic_format(); }

  double result(double x) const { return contract.subnormals == Subnormals::keep ? x : flushed(sums(), x); }

  double operand(double x) const {
    return contract.subnormals == Subnormals::flush_operands_and_results ? flushed(sums(), x) : x;
  }

  double element(std::uint32_t bits) const {
    double x = to_double(dtype, bits);
    if (contract.input_format) x = round_to(*contract.input_format, x);
    if (contract.factor_place == FactorPlace::elements) {
      x = pipeline::product(contract.rotation_format, x, attention_factor);
    }
    return operand(round_to(contract.rotation_format, x));
  }

  double product(double a, double b) const {
    if (sums() == DType::f32) return result(static_cast<double>(static_cast<float>(a) * static_cast<float>(b)));
    return result(pipeline::product(sums(), a, b));
  }

  /// a·b + c·d, the first product that of x, the second that of y.
  double output(Fused which, double a, double b, double c, double d) const {
    double y = 0;
    if (contract.fma == Contract::Fma::none) {
      y = sum(sums(), product(a, b), product(c, d));
    } else if (which == Fused::x) {
      y = fused(sums(), a, b, product(c, d));
    } else {
      y = fused(sums(), c, d, product(a, b));
    }
    return result(y);
  }

  std::uint32_t bits(double y) const {
    double v = y;
    if (contract.factor_place == FactorPlace::output) v = result(pipeline::product(sums(), v, attention_factor));
    if (contract.output_format) v = rounded(dtype, v, contract.output_rounding);
    return static_cast<std::uint32_t>(round_to_bits(dtype, v));
  }
};

Pipeline::Pipeline(const Spec& spec, const Contract& contract, DType dtype) {
  if (const auto wrong = problem(spec)) throw std::invalid_argument(*wrong);
  if (const auto open = not_pinned(contract, spec)) throw std::invalid_argument(*open);
  if (contract.tensor_dtype() != dtype) {
    throw std::invalid_argument("a contract for " + std::string(name(contract.tensor_dtype())) +
                                " tensors was given for " + std::string(name(dtype)) + " tensors");
  }
  auto state = std::make_unique<State>();
  state->spec = spec;
  state->contract = contract;
  state->dtype = dtype;
  state->attention_factor = round_to(contract.factor_format.value_or(contract.trig_format), spec.attention_factor);
  if (state->iterated()) {
    state->factor = iteration_factor(contract, spec);
    double f = 1;
    for (int pair = 0; pair < spec.pairs(); ++pair) {  // what position 1 gets
      state->inv_freq.push_back(f);
      f = pipeline::product(contract.angle_format, f, state->factor);
    }
  } else {
    state->inv_freq = frequencies(contract, spec);
  }
  state_ = std::move(state);
}

Pipeline::~Pipeline() = default;
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;

DType Pipeline::dtype() const {
  return state_->dtype;
}

const std::vector<double>& Pipeline::inv_freq() const {
  return state_->inv_freq;
}

bool Pipeline::reaches(std::int64_t position) const {
  return state_->reaches(position);
}

Pipeline::Stages Pipeline::stages(std::int64_t position, int pair) const {
  const State& s = *state_;
  Stages out;
  out.position = s.position(position);
  out.inv_freq = s.inv_freq.at(static_cast<std::size_t>(pair));
  if (s.iterated()) {
    out.angle = s.angle(position, 1);
    for (int i = 0; i < pair; ++i) out.angle = pipeline::product(s.contract.angle_format, out.angle, s.factor);
  } else {
    out.angle = s.angle(position, out.inv_freq);
  }
  const CosSin trig = s.trig(out.angle);
  out.trig_cos = trig.cos;
  out.trig_sin = trig.sin;
  out.table_cos = s.table(trig.cos);
  out.table_sin = s.table(trig.sin);
  return out;
}

void Pipeline::table(std::int64_t position, double* cos, double* sin) const {
  const State& s = *state_;
  double angle = s.iterated() ? s.angle(position, 1) : 0;
  for (std::size_t i = 0; i < s.inv_freq.size(); ++i) {
    if (!s.iterated()) angle = s.angle(position, s.inv_freq[i]);
    const CosSin trig = s.trig(angle);
    cos[i] = s.table(trig.cos);
    sin[i] = s.table(trig.sin);
    if (s.iterated()) angle = pipeline::product(s.contract.angle_format, angle, s.factor);
  }
}

std::array<double, 2> Pipeline::sums(double table_cos, double table_sin, std::uint32_t x0, std::uint32_t x1,
                                     Direction direction) const {
  const State& s = *state_;
  const double c = s.operand(table_cos);
  const double sin = s.operand(direction == Direction::backward ? -table_sin : table_sin);
  const double x = s.element(x0), y = s.element(x1);
  return {s.output(s.contract.fused_first, x, c, y, -sin), s.output(s.contract.fused_second, x, sin, y, c)};
}

std::array<std::uint32_t, 2> Pipeline::rotate(double table_cos, double table_sin, std::uint32_t x0, std::uint32_t x1,
                                              Direction direction) const {
  const auto results = sums(table_cos, table_sin, x0, x1, direction);
  return {state_->bits(results[0]), state_->bits(results[1])};
}

}  // namespace rope
