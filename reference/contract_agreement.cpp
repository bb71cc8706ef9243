// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Stages that cannot stand beside each other, each with what to write instead.
#include "reference/contract_agreement.hpp"

#include "reference/contract_stages.hpp"

namespace rope {
namespace {

bool holds_range(DType of, DType what) {
  return format(of).min_exponent <= format(what).min_exponent;
}

}  // namespace

std::optional<std::string> disagreement(const Arithmetic& a, DType dtype) {
  const std::string tensor(format_text(dtype));
  const std::string operands(format_text(a.rotation_format));
  const std::string sums(format_text(a.arithmetic_format()));
  if (a.tensor_dtype() != dtype) {
    return "contract for " + tensor + " tensors ends in " + std::string(format_text(a.tensor_dtype())) +
           ": expected out=" + tensor + ":rn, or rotate=" + tensor + " with out=none";
  }
  if (format(a.rotation_format).precision < format(dtype).precision || !holds_range(a.rotation_format, dtype)) {
    return "contract stage \"rotate\": " + operands + " is narrower than the " + tensor +
           " tensor, whose elements would be rounded first; expected " + tensor + " or wider";
  }
  if (format(a.arithmetic_format()).precision < format(a.rotation_format).precision ||
      !holds_range(a.arithmetic_format(), a.rotation_format)) {
    return "contract stage \"rotate\": found " + operands + "/" + sums + ", whose sums are narrower than what is " +
           "multiplied; expected a second format that is as wide or wider";
  }
  if (a.input_format && !holds_range(*a.input_format, dtype)) {
    return "contract stage \"in\": " + std::string(format_text(*a.input_format)) + " does not hold the range of " +
           tensor + "; expected same, bf16, f32 or f64";
  }
  const DType table = a.table_format.value_or(a.trig_format);
  if (a.table_truncates && format(table).precision >= format(a.trig_format).precision) {
    return "contract stage \"table\": there is nothing to truncate from " + std::string(format_text(a.trig_format)) +
           " to " + std::string(format_text(table)) + "; expected :rn, or a narrower format";
  }
  if (a.output_format && format(*a.output_format).precision > format(a.arithmetic_format()).precision) {
    return "contract stage \"out\": " + std::string(format_text(*a.output_format)) + " is wider than the rotation's " +
           sums + "; expected rotate=" + tensor + " or wider";
  }
  if (a.trig_library == Library::glibc && a.trig_format != DType::f64 &&
      (a.angle_format == DType::f64 || a.angle_style == AngleStyle::f32x2)) {
    return "contract stage \"trig\": the C library's functions of " + std::string(format_text(a.trig_format)) +
           " take an fp32 angle; expected angle=f32, trig=f64:glibc, or an error term such as ~1ulp";
  }
  if (a.angle_operation == AngleOperation::iterated) {
    const bool power = a.frequency_formula == FrequencyFormula::correctly_rounded ||
                       a.frequency_formula == FrequencyFormula::rpow || a.frequency_formula == FrequencyFormula::pow;
    if (!power) {
      return "contract stage \"angle\": iter multiplies by theta^(-2/d), which freq describes; expected freq=" +
             std::string(format_text(a.frequency_format)) + ":pow, rpow or cr";
    }
  }
  return std::nullopt;
}

std::optional<std::string> idle_rounding(const Arithmetic& a) {
  const bool one_format = a.output_format && *a.output_format == a.arithmetic_format();
  if (!one_format || a.output_rounding == Rounding::nearest) return std::nullopt;
  const std::string sums(format_text(a.arithmetic_format()));
  return "contract stage \"out\": " + sums + " results have nothing to round away in " + sums +
         "; expected :rn, or out=none";
}

}  // namespace rope
