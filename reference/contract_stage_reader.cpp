// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each stage's own grammar.
#include "reference/contract_stage_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

namespace rope {

using std::string_view;

namespace {

constexpr double unknown_trig_ulp = 4;  // the largest that a contract may leave unsaid (docs/numerics.md, S3)

struct Named {
  string_view name;
  double ulp;
};
// Largest error of libraries that are not emulated, in ulp. SLEEF: the u10 functions' own claim; CUDA: CUDA C++
// programming guide, appendix on mathematical functions.
constexpr std::array<Named, 2> trig_libraries{{{"sleef", 1}, {"cuda", 2}}};

class StageReader {
 public:
  explicit StageReader(std::string& error) : error_(error) {}

  void read(StageOf number, const Stage& stage, Arithmetic& to, std::optional<Side> side) {
    switch (number) {
      case StageOf::pos:
        return position(stage, to);
      case StageOf::freq:
        return frequency(stage, to);
      case StageOf::angle:
        return angle(stage, to);
      case StageOf::trig:
        return trigonometry(stage, to);
      case StageOf::af:
        return factor(stage, to, side);
      case StageOf::table:
        return table(stage, to);
      case StageOf::in:
        return input(stage, to);
      case StageOf::rotate:
        return rotation(stage, to);
      case StageOf::out:
        return output(stage, to);
      case StageOf::sub:
        return subnormals(stage, to);
    }
  }

 private:
  void fail(const Stage& stage, const std::string& found, const std::string& accepted) {
    refuse_stage(stage, found, accepted, error_);
  }
  void no_operation(const Stage& stage) { refuse_operation(stage, error_); }
  void no_term(const Stage& stage) { refuse_term(stage, error_); }

  /// What stands after "~", in the units that this stage takes.
  Terms terms(const Stage& stage, std::span<const string_view> units) {
    if (const auto read = read_terms(stage.term, units)) return *read;
    fail(stage, "found \"~" + std::string(stage.term) + "\"",
         "numbers that are not negative, each with " + list(units) + ", such as ~2ulp, joined by \"+\"");
    return {};
  }

  std::optional<DType> format_of(const Stage& stage) {
    const auto dtype = parse_format(stage.format);
    if (!dtype) fail(stage, "found format \"" + std::string(stage.format) + "\"", "f64, f32, f16 or bf16");
    return dtype;
  }

  bool only(const Stage& stage, std::span<const string_view> operations) {
    if (std::find(operations.begin(), operations.end(), stage.operation) != operations.end()) return true;
    fail(stage, "found operation \"" + std::string(stage.operation) + "\"", list(operations));
    return false;
  }

  void position(const Stage& stage, Arithmetic& to) {
    no_term(stage);
    constexpr std::array<string_view, 5> formats{"int", "f32", "bf16", "f16", "tf32"};
    const auto* const found = std::find(formats.begin(), formats.end(), stage.format);
    if (found == formats.end()) {
      return fail(stage, "found \"" + std::string(stage.format) + "\"", list(formats));
    }
    to.position = static_cast<PositionFormat>(found - formats.begin());
    if (stage.operation.empty()) return;
    const string_view word = stage.operation.substr(0, std::min<std::size_t>(4, stage.operation.size()));
    double scale = 0;
    const char* const end = stage.operation.data() + stage.operation.size();
    const auto [rest, code] = std::from_chars(stage.operation.data() + word.size(), end, scale);
    const bool read = code == std::errc{} && rest + 1 == end && *rest == ')';
    if ((word != "div(" && word != "mul(") || !read || !std::isfinite(scale) || scale <= 0) {
      return fail(stage, "found operation \"" + std::string(stage.operation) + "\"",
                  "no operation, div(s) or mul(s) with a positive number s");
    }
    if (to.position == PositionFormat::exact) {
      return fail(stage, "found \"int:" + std::string(stage.operation) + "\"",
                  "the format in which that is computed, such as f32:" + std::string(stage.operation));
    }
    to.position_operation = word == "div(" ? PositionOperation::divide : PositionOperation::multiply;
    to.position_scale = scale;
  }

  void frequency(const Stage& stage, Arithmetic& to) {
    const auto format = format_of(stage);
    if (!format) return;
    to.frequency_format = *format;
    if (stage.operation.empty()) {
      return fail(stage,
                  "found \"" + std::string(stage.format) +
                      "\" without a formula, which is ambiguous: fp32 inv_freq that is correctly rounded and that of a "
                      "powf lie 0.01 rad apart at position 131072",
                  "one, such as f32:cr, f32:rpow(glibc) or f32:rpow~2ulp");
    }
    constexpr std::array<string_view, 7> formulas{"cr", "rpow", "pow", "exp", "exp2", "iter", "given"};
    constexpr std::array<string_view, 2> units{"ulp", "u"};
    const std::size_t open = std::min(stage.operation.find('('), stage.operation.size());
    const string_view library = stage.operation.substr(open);
    const auto* const found = std::find(formulas.begin(), formulas.end(), stage.operation.substr(0, open));
    const bool alone = found == formulas.begin() || found == formulas.end() - 1;
    const bool named = library == "(cr)" || library == "(glibc)";
    if (found == formulas.end() || (!library.empty() && (!named || alone))) {
      return fail(stage, "found operation \"" + std::string(stage.operation) + "\"",
                  "cr, given, rpow, pow, exp, exp2 or iter, the last five also with (cr) or (glibc)");
    }
    to.frequency_formula = static_cast<FrequencyFormula>(found - formulas.begin());
    to.frequency_library = Library::unsaid;
    to.frequency_u = 0;
    if (alone) {
      to.frequency_ulp = 0.5;
      return no_term(stage);
    }
    if (!stage.term.empty()) {  // an error term is what counts then, whoever computes
      const Terms said = terms(stage, units);
      to.frequency_ulp = said.ulp;
      to.frequency_u = said.u;
      return;
    }
    if (named) {
      to.frequency_library = library == "(cr)" ? Library::correctly_rounded : Library::glibc;
      const DType wide = *format == DType::f64 ? DType::f64 : DType::f32;
      const Function function = to.frequency_formula == FrequencyFormula::exp    ? Function::exp
                                : to.frequency_formula == FrequencyFormula::exp2 ? Function::exp2
                                                                                 : Function::pow;
      to.frequency_ulp = library_ulp(to.frequency_library, function, wide);
      return;
    }
    to.frequency_ulp = 2;
    const bool usual = to.frequency_formula == FrequencyFormula::rpow || to.frequency_formula == FrequencyFormula::pow;
    if (!usual) {
      const std::string operation(stage.operation);
      std::string accepted = "one, such as :";
      accepted += operation + "~16ulp, or a library, such as :" + operation + "(glibc)";
      fail(stage, "found no error term", accepted);
    }
  }

  void angle(const Stage& stage, Arithmetic& to) {
    constexpr std::array<string_view, 4> operations{"", "mul", "iter", "einsum"};
    constexpr std::array<string_view, 2> einsum{"", "einsum"};
    constexpr std::array<string_view, 2> mul{"", "mul"};
    constexpr std::array<string_view, 2> units{"ulp", "u"};
    to.angle_style = stage.format == "tf32"    ? AngleStyle::tf32
                     : stage.format == "f32x2" ? AngleStyle::f32x2
                                               : AngleStyle::plain;
    to.angle_operation = stage.operation == "iter"     ? AngleOperation::iterated
                         : stage.operation == "einsum" ? AngleOperation::einsum
                                                       : AngleOperation::multiply;
    to.angle_format = DType::f32;
    if (to.angle_style == AngleStyle::tf32) {
      only(stage, einsum);
      to.angle_operation = AngleOperation::einsum;
    } else if (to.angle_style == AngleStyle::f32x2) {
      only(stage, mul);
    } else if (const auto format = parse_format(stage.format)) {
      only(stage, operations);
      to.angle_format = *format;
    } else {
      fail(stage, "found format \"" + std::string(stage.format) + "\"", "f64, f32, tf32, f16, bf16 or f32x2");
    }
    const Terms said = stage.term.empty() ? Terms{} : terms(stage, units);
    to.angle_ulp = said.ulp;
    to.angle_u = said.u;
  }

  void trigonometry(const Stage& stage, Arithmetic& to) {
    constexpr std::array<string_view, 6> operations{"", "cr", "glibc", "sleef", "cuda", "fast"};
    constexpr std::array<string_view, 4> units{"ulp", "u", "abs", "arg"};
    const auto format = format_of(stage);
    if (!format || !only(stage, operations)) return;
    Terms said{unknown_trig_ulp, 0, 0, 0};
    to.trig_format = *format;
    to.trig_library = Library::unsaid;
    for (const Named& library : trig_libraries) {
      if (stage.operation == library.name) said.ulp = library.ulp;
    }
    if (!stage.term.empty()) {  // an error term is what counts then, whoever computes
      said = terms(stage, units);
    } else if (stage.operation == "fast") {
      return fail(stage, "found no error term", "what it may lose, such as trig=f32:fast~4.2e-07abs+1arg");
    } else if (stage.operation == "cr" || stage.operation == "glibc") {
      to.trig_library = stage.operation == "cr" ? Library::correctly_rounded : Library::glibc;
      said.ulp = library_ulp(to.trig_library, Function::cos_sin, *format);
    }
    to.trig_ulp = said.ulp;
    to.trig_u = said.u;
    to.trig_abs = said.abs;
    to.trig_arg = said.arg;
  }

  void factor(const Stage& stage, Arithmetic& to, std::optional<Side> side) {
    no_term(stage);
    no_operation(stage);
    to.factor_format = std::nullopt;
    to.factor_place = FactorPlace::none;
    if (stage.format == "none") return;
    const std::size_t at = std::min(stage.format.find('@'), stage.format.size());
    to.factor_format = parse_format(stage.format.substr(0, at));
    const string_view where = stage.format.substr(std::min(at + 1, stage.format.size()));
    const std::string found = "found \"" + std::string(stage.format) + "\"";
    if (where == "trig") {
      to.factor_place = FactorPlace::trigonometry;
    } else if (where == "stored") {
      to.factor_place = FactorPlace::stored;
    } else if (where == "out") {
      to.factor_place = FactorPlace::output;
    } else if (where == "q" || where == "k") {
      to.factor_place = FactorPlace::elements;
      const bool own = (where == "q" && side == Side::q) || (where == "k" && side == Side::k);
      if (!own) {
        return fail(stage, found + ", which speaks of one tensor",
                    "q.af=FORMAT@q and k.af=FORMAT@k: both tensors have the factor");
      }
    }
    if (!to.factor_format || to.factor_place == FactorPlace::none) {
      fail(stage, found, "none, or a format and a place, such as f32@trig: @trig, @stored, @q, @k or @out");
    }
  }

  void table(const Stage& stage, Arithmetic& to) {
    no_term(stage);
    constexpr std::array<string_view, 3> operations{"", "rn", "rz"};
    only(stage, operations);
    to.table_truncates = stage.operation == "rz";
    to.table_format = std::nullopt;
    if (stage.format != "none") {
      to.table_format = format_of(stage);
    } else if (!stage.operation.empty()) {
      fail(stage, "found \"none:" + std::string(stage.operation) + "\"", "no operation on none");
    }
  }

  void input(const Stage& stage, Arithmetic& to) {
    no_term(stage);
    no_operation(stage);
    to.input_format = std::nullopt;
    if (stage.format == "same") return;
    to.input_format = parse_format(stage.format);
    if (!to.input_format) {
      fail(stage, "found format \"" + std::string(stage.format) + "\"", "same, f64, f32, f16 or bf16");
    }
  }

  void rotation(const Stage& stage, Arithmetic& to) {
    no_term(stage);
    constexpr std::array<string_view, 8> operations{"",           "mul",        "any",        "fma",
                                                    "fma(xc,xs)", "fma(xc,yc)", "fma(ys,xs)", "fma(ys,yc)"};
    if (!only(stage, operations)) return;
    const std::size_t slash = std::min(stage.format.find('/'), stage.format.size());
    const auto operands = parse_format(stage.format.substr(0, slash));
    to.accumulation_format = std::nullopt;
    if (slash != stage.format.size()) to.accumulation_format = parse_format(stage.format.substr(slash + 1));
    if (!operands || (slash != stage.format.size() && !to.accumulation_format)) {
      return fail(stage, "found format \"" + std::string(stage.format) + "\"",
                  "f64, f32, f16 or bf16, or two of them, such as bf16/f32");
    }
    to.rotation_format = *operands;
    to.fma = stage.operation == "mul"                ? Arithmetic::Fma::none
             : stage.operation.substr(0, 3) == "fma" ? Arithmetic::Fma::both
                                                     : Arithmetic::Fma::any;
    to.fused_first = to.fused_second = Fused::unsaid;
    if (stage.operation.size() > 3 && to.fma == Arithmetic::Fma::both) {
      to.fused_first = stage.operation[4] == 'x' ? Fused::x : Fused::y;
      to.fused_second = stage.operation[7] == 'x' ? Fused::x : Fused::y;
    }
  }

  void output(const Stage& stage, Arithmetic& to) {
    no_term(stage);
    constexpr std::array<string_view, 5> operations{"", "rn", "rz", "rna", "sr"};
    if (!only(stage, operations)) return;
    to.output_rounding = stage.operation == "rz"    ? Rounding::truncate
                         : stage.operation == "rna" ? Rounding::away
                         : stage.operation == "sr"  ? Rounding::stochastic
                                                    : Rounding::nearest;
    to.output_format = std::nullopt;
    if (stage.format != "none") {
      to.output_format = format_of(stage);
    } else if (!stage.operation.empty()) {
      fail(stage, "found \"none:" + std::string(stage.operation) + "\"", "no operation on none");
    }
  }

  void subnormals(const Stage& stage, Arithmetic& to) {
    no_term(stage);
    no_operation(stage);
    constexpr std::array<string_view, 3> kinds{"keep", "ftz", "daz"};
    const auto* const found = std::find(kinds.begin(), kinds.end(), stage.format);
    if (found == kinds.end()) return fail(stage, "found \"" + std::string(stage.format) + "\"", list(kinds));
    to.subnormals = static_cast<Subnormals>(found - kinds.begin());
  }

  std::string& error_;
};

}  // namespace

void refuse_stage(const Stage& stage, const std::string& found, const std::string& accepted, std::string& error) {
  if (!error.empty()) return;
  error = "contract stage \"" + std::string(stage.full) + "\": " + found + "; expected " + accepted;
}

void refuse_operation(const Stage& stage, std::string& error) {
  if (stage.operation.empty()) return;
  refuse_stage(stage, "found \":" + std::string(stage.operation) + "\"", "no operation here", error);
}

void refuse_term(const Stage& stage, std::string& error) {
  if (stage.term.empty()) return;
  refuse_stage(stage, "found \"~" + std::string(stage.term) + "\"", "no error term on this stage", error);
}

void read_stage(StageOf number, const Stage& stage, std::optional<Side> side, Arithmetic& to, std::string& error) {
  StageReader(error).read(number, stage, to, side);
}

}  // namespace rope
