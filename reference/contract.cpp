// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What contracts say, besides being read: canonical text, one side's stages, the floor.
#include "reference/contract.hpp"

#include <array>
#include <charconv>
#include <cstddef>

#include "reference/contract_stages.hpp"

namespace rope {
namespace {

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

/// "~2ulp+1arg"; nothing where all are 0.
std::string terms_text(double ulp, double u, double abs, double arg) {
  std::string out;
  const auto add = [&](double k, const char* unit) {
    if (k == 0) return;
    out += out.empty() ? '~' : '+';
    out += number_text(k);
    out += unit;
  };
  add(ulp, "ulp");
  add(u, "u");
  add(abs, "abs");
  add(arg, "arg");
  return out;
}

/// As terms_text, for stages that mean something else without a term.
std::string some_terms_text(double ulp, double u, double abs, double arg) {
  const std::string out = terms_text(ulp, u, abs, arg);
  return out.empty() ? "~0ulp" : out;
}

std::string_view library_text(Library library) {
  return library == Library::glibc ? "glibc" : "cr";
}

std::string frequency_text(const Arithmetic& a) {
  constexpr std::array<std::string_view, 7> formulas{"cr", "rpow", "pow", "exp", "exp2", "iter", "given"};
  std::string out(format_text(a.frequency_format));
  out += ':';
  out += formulas[static_cast<std::size_t>(a.frequency_formula)];
  if (a.frequency_formula == FrequencyFormula::correctly_rounded || a.frequency_formula == FrequencyFormula::given) {
    return out;
  }
  if (a.frequency_library == Library::unsaid) return out + some_terms_text(a.frequency_ulp, a.frequency_u, 0, 0);
  out += '(';
  out += library_text(a.frequency_library);
  return out + ')';
}

std::string rotation_text(const Arithmetic& a) {
  std::string out(format_text(a.rotation_format));
  if (a.accumulation_format) {
    out += '/';
    out += format_text(*a.accumulation_format);
  }
  if (a.fma == Arithmetic::Fma::none) return out + ":mul";
  if (a.fma == Arithmetic::Fma::any) return out + ":any";
  if (a.fused_first == Fused::unsaid) return out + ":fma";
  out += a.fused_first == Fused::x ? ":fma(xc," : ":fma(ys,";
  return out + (a.fused_second == Fused::x ? "xs)" : "yc)");
}

std::string factor_text(const Arithmetic& a, std::optional<Side> side) {
  constexpr std::array<std::string_view, 5> places{"none", "trig", "stored", "", "out"};
  if (a.factor_place == FactorPlace::none) return "none";
  std::string out(format_text(a.factor_format.value_or(a.trig_format)));
  out += '@';
  if (a.factor_place == FactorPlace::elements) return out + (side == Side::k ? 'k' : 'q');
  out += places[static_cast<std::size_t>(a.factor_place)];
  return out;
}

/// What follows "=". Nothing where a stage is as it would be if left out and was always left out before.
std::string stage_text(StageOf stage, const Arithmetic& a, std::optional<Side> side) {
  constexpr std::array<std::string_view, 5> positions{"int", "f32", "bf16", "f16", "tf32"};
  constexpr std::array<std::string_view, 3> products{":mul", ":iter", ":einsum"};
  constexpr std::array<std::string_view, 4> roundings{":rn", ":rz", ":rna", ":sr"};
  constexpr std::array<std::string_view, 3> subnormals{"keep", "ftz", "daz"};
  std::string out;
  switch (stage) {
    case StageOf::pos:
      out = positions[static_cast<std::size_t>(a.position)];
      if (a.position_operation == PositionOperation::none) return out;
      out += a.position_operation == PositionOperation::divide ? ":div(" : ":mul(";
      return out + number_text(a.position_scale) + ")";
    case StageOf::freq:
      return frequency_text(a);
    case StageOf::angle:
      out = a.angle_style == AngleStyle::tf32    ? "tf32"
            : a.angle_style == AngleStyle::f32x2 ? "f32x2"
                                                 : format_text(a.angle_format);
      out += products[static_cast<std::size_t>(a.angle_operation)];
      return out + terms_text(a.angle_ulp, a.angle_u, 0, 0);
    case StageOf::trig:
      out = format_text(a.trig_format);
      if (a.trig_library == Library::unsaid) return out + some_terms_text(a.trig_ulp, a.trig_u, a.trig_abs, a.trig_arg);
      out += ':';
      out += library_text(a.trig_library);
      return out;
    case StageOf::af:
      return factor_text(a, side);
    case StageOf::table:
      if (!a.table_format) return "none";
      out = format_text(*a.table_format);
      return out + (a.table_truncates ? ":rz" : ":rn");
    case StageOf::in:
      return std::string(a.input_format ? format_text(*a.input_format) : "same");
    case StageOf::rotate:
      return rotation_text(a);
    case StageOf::out:
      if (!a.output_format) return "none";
      out = format_text(*a.output_format);
      out += roundings[static_cast<std::size_t>(a.output_rounding)];
      return out;
    case StageOf::sub:
      return std::string(subnormals[static_cast<std::size_t>(a.subnormals)]);
  }
  return out;
}

bool worth_saying(StageOf stage, const Arithmetic& a) {
  switch (stage) {
    case StageOf::af:
      return a.factor_place != FactorPlace::trigonometry || a.factor_format;
    case StageOf::in:
      return a.input_format.has_value();
    case StageOf::sub:
      return a.subnormals != Subnormals::keep;
    default:
      return true;
  }
}

void append(std::string& out, std::string_view prefix, StageOf stage, const std::string& value) {
  if (!out.empty()) out += ' ';
  out += prefix;
  out += stage_names[static_cast<std::size_t>(stage)];
  out += '=';
  out += value;
}

/// k ulp of a format, in ulp of fp32.
double in_fp32_ulp(double k, DType format) {
  return k * unit_roundoff(format) / unit_roundoff(DType::f32);
}

std::optional<std::string> below_floor_of(const Arithmetic& a) {
  const int single = format(DType::f32).precision;
  const int tensor = format(a.tensor_dtype()).precision;
  // fp32 holds every whole number up to 2^24; past it the grade, whose positions are exact, sees the difference.
  const bool whole = a.position == PositionFormat::exact || a.position == PositionFormat::f32;
  if (!whole) return "positions are rounded before the product";
  if (a.position_operation != PositionOperation::none) {
    return "positions are " +
           std::string(a.position_operation == PositionOperation::divide ? "divided by " : "multiplied by ") +
           number_text(a.position_scale) + ", which no spec of this version asks for";
  }
  if (format(a.frequency_format).precision < single) {
    return "inv_freq is held in " + std::string(name(a.frequency_format)) + ", below fp32";
  }
  const bool iterated =
      a.frequency_formula == FrequencyFormula::iterated || a.angle_operation == AngleOperation::iterated;
  const double frequency = in_fp32_ulp(a.frequency_ulp + a.frequency_u, a.frequency_format);
  if (frequency > 40) return "inv_freq is allowed " + number_text(frequency) + " ulp, more than 40";
  // Which d the pairs are counted to is not the contract's to say: the grade sees what they add up to.
  if (iterated && frequency > 2) {
    return "the factor of an iterated product is allowed " + number_text(frequency) + " ulp, more than 2";
  }
  if (a.angle_style == AngleStyle::tf32) return "the factors of the angle are held in tf32, below fp32";
  if (format(a.angle_format).precision < single) {
    return "the angle is computed in " + std::string(name(a.angle_format)) + ", below fp32";
  }
  const double angle = in_fp32_ulp(a.angle_ulp + a.angle_u, a.angle_format);
  if (angle > 40) return "the angle is allowed " + number_text(angle) + " ulp, more than 40";
  if (format(a.trig_format).precision < single) {
    return "sine and cosine are computed in " + std::string(name(a.trig_format)) + ", below fp32";
  }
  if (a.trig_arg > 0) {
    return "sine and cosine are allowed an error that grows with the angle (" + number_text(a.trig_arg) + "arg)";
  }
  // An absolute error counts as that many ulp of the largest values, [1/2, 1).
  const double trig = in_fp32_ulp(a.trig_ulp + a.trig_u, a.trig_format) + a.trig_abs / unit_roundoff(DType::f32);
  if (trig > 4) return "sine and cosine are allowed " + number_text(trig) + " ulp, more than 4";
  if (a.table_format && format(*a.table_format).precision < tensor) {
    return "the table is held in " + std::string(name(*a.table_format)) + ", narrower than the tensor";
  }
  if (a.input_format && format(*a.input_format).precision < tensor) {
    return "elements are rounded to " + std::string(name(*a.input_format)) + ", narrower than the tensor";
  }
  if (a.subnormals != Subnormals::keep && a.arithmetic_format() == DType::f16) {
    return "results below 2^-14 are flushed to zero in fp16";
  }
  return std::nullopt;
}

}  // namespace

std::string_view format_text(DType dtype) {
  switch (dtype) {
    case DType::f64:
      return "f64";
    case DType::f32:
      return "f32";
    case DType::f16:
      return "f16";
    case DType::bf16:
      return "bf16";
  }
  return {};
}

void copy_stage(StageOf stage, const Arithmetic& from, Arithmetic& to) {
  switch (stage) {
    case StageOf::pos:
      to.position = from.position;
      to.position_operation = from.position_operation;
      to.position_scale = from.position_scale;
      return;
    case StageOf::freq:
      to.frequency_format = from.frequency_format;
      to.frequency_formula = from.frequency_formula;
      to.frequency_ulp = from.frequency_ulp;
      to.frequency_u = from.frequency_u;
      to.frequency_library = from.frequency_library;
      return;
    case StageOf::angle:
      to.angle_format = from.angle_format;
      to.angle_style = from.angle_style;
      to.angle_operation = from.angle_operation;
      to.angle_ulp = from.angle_ulp;
      to.angle_u = from.angle_u;
      return;
    case StageOf::trig:
      to.trig_format = from.trig_format;
      to.trig_ulp = from.trig_ulp;
      to.trig_u = from.trig_u;
      to.trig_abs = from.trig_abs;
      to.trig_arg = from.trig_arg;
      to.trig_library = from.trig_library;
      return;
    case StageOf::af:
      to.factor_place = from.factor_place;
      to.factor_format = from.factor_format;
      return;
    case StageOf::table:
      to.table_format = from.table_format;
      to.table_truncates = from.table_truncates;
      return;
    case StageOf::in:
      to.input_format = from.input_format;
      return;
    case StageOf::rotate:
      to.rotation_format = from.rotation_format;
      to.accumulation_format = from.accumulation_format;
      to.fma = from.fma;
      to.fused_first = from.fused_first;
      to.fused_second = from.fused_second;
      return;
    case StageOf::out:
      to.output_format = from.output_format;
      to.output_rounding = from.output_rounding;
      return;
    case StageOf::sub:
      to.subnormals = from.subnormals;
      return;
  }
}

Contract for_tensor(const Contract& contract, Tensor tensor, Direction direction) {
  Contract one = contract;
  one.variations.clear();
  const Side own = tensor == Tensor::q ? Side::q : Side::k;
  for (const Contract::Variation& variation : contract.variations) {  // in the order q, k, backward
    const bool holds = variation.side == own || (variation.side == Side::backward && direction == Direction::backward);
    if (!holds) continue;
    for (std::size_t n = 0; n < stage_names.size(); ++n) {
      const auto stage = static_cast<StageOf>(n);
      if ((variation.stages & bit(stage)) != 0) copy_stage(stage, variation.values, one);
    }
  }
  return one;
}

Contract baseline_contract(DType dtype) {
  Contract contract;
  contract.table_format = dtype;
  contract.rotation_format = dtype;
  return contract;
}

std::string text(const Contract& contract) {
  std::string out;
  for (std::size_t n = 0; n < stage_names.size(); ++n) {
    const auto stage = static_cast<StageOf>(n);
    if (worth_saying(stage, contract)) append(out, "", stage, stage_text(stage, contract, std::nullopt));
  }
  for (const Contract::Variation& variation : contract.variations) {
    const std::string prefix = std::string(side_names[static_cast<std::size_t>(variation.side)]) + ".";
    for (std::size_t n = 0; n < stage_names.size(); ++n) {
      const auto stage = static_cast<StageOf>(n);
      if ((variation.stages & bit(stage)) != 0) {
        append(out, prefix, stage, stage_text(stage, variation.values, variation.side));
      }
    }
  }
  if (contract.bit_reproducible) out += " repro=bits";
  return out;
}

std::optional<std::string> below_floor(const Contract& contract) {
  for (const Direction direction : {Direction::forward, Direction::backward}) {
    for (const Tensor tensor : {Tensor::q, Tensor::k}) {
      if (const auto weaker = below_floor_of(for_tensor(contract, tensor, direction))) return weaker;
    }
  }
  return std::nullopt;
}

double library_ulp(Library library, Function function, DType format) {
  if (library == Library::correctly_rounded) return 0.5;
  // Of fp32 and of fp64; docs/numerics.md, "Libraries", names the files.
  struct Row {
    double single, twice;
  };
  constexpr std::array<Row, 6> glibc{
      {{0.82, 0.55}, {0.502, 0.511}, {0.502, 0.509}, {0.818, 0.52}, {0.752, 0.55}, {0.57, 0.57}}};
  const Row& row = glibc[static_cast<std::size_t>(function)];
  return format == DType::f64 ? row.twice : row.single;
}

}  // namespace rope
