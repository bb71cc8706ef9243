// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Parsing and printing contracts. What the grammar has and this version cannot bound is refused by name, never ignored.
#include "reference/contract.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <vector>

namespace rope {
namespace {

constexpr double unknown_trig_ulp =
    4;  // truth of nothing: the largest a contract may leave unsaid (docs/numerics.md, S3)

struct Named {
  std::string_view name;
  double ulp;
};
// Largest error of each library's single-precision sine and cosine, in ulp. glibc: s_sinf.c, s_cosf.c, "Worst-case ULP
// is 0.5607"; SLEEF: the u10 functions' own claim; CUDA: CUDA C++ programming guide, appendix on mathematical
// functions.
constexpr std::array<Named, 4> trig_libraries{{{"cr", 0.5}, {"glibc", 0.57}, {"sleef", 1}, {"cuda", 2}}};

std::string list(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t n = 0; n < names.size(); ++n) {
    out += n == 0 ? "" : n + 1 == names.size() ? " or " : ", ";
    out += names[n];
  }
  return out;
}

/// One stage: name=fmt[:op][~k unit]
struct Stage {
  std::string_view name, format, operation, term;
};

std::string format_text(DType dtype) {
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

std::optional<DType> parse_format(std::string_view text) {
  for (DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16}) {
    if (text == format_text(dtype)) return dtype;
  }
  return std::nullopt;
}

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

class Parser {
 public:
  Parser(std::string_view text, DType dtype) : text_(text), dtype_(dtype), contract_(baseline_contract(dtype)) {}

  std::variant<Contract, ContractError> parse() {
    std::vector<std::string_view> seen;
    for (std::size_t at = 0; at < text_.size();) {
      if (text_[at] == ' ') {
        ++at;
        continue;
      }
      const std::size_t end = std::min(text_.find(' ', at), text_.size());
      const std::string_view word = text_.substr(at, end - at);
      at = end;
      const Stage stage = split(word);
      if (error_.empty()) {
        for (std::string_view other : seen) {
          if (other == stage.name) fail(stage, "stands twice", "each stage once");
        }
        seen.push_back(stage.name);
      }
      if (error_.empty()) apply(stage);
      if (!error_.empty()) return ContractError{error_};
    }
    if (seen.empty()) return ContractError{"the contract is empty: expected stages such as \"freq=f32:rpow\""};
    finish();
    if (!error_.empty()) return ContractError{error_};
    return contract_;
  }

 private:
  void fail(const Stage& stage, const std::string& found, const std::string& accepted) {
    if (!error_.empty()) return;
    error_ = "contract stage \"" + std::string(stage.name) + "\": " + found + "; expected " + accepted;
  }

  Stage split(std::string_view word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == word.size()) {
      error_ = "contract word \"" + std::string(word) + "\" is not a stage; expected name=format[:operation][~k unit]";
      return {};
    }
    Stage stage{word.substr(0, equals), word.substr(equals + 1), {}, {}};
    if (const std::size_t tilde = stage.format.find('~'); tilde != std::string_view::npos) {
      stage.term = stage.format.substr(tilde + 1);
      stage.format = stage.format.substr(0, tilde);
      if (stage.term.empty()) fail(stage, "nothing follows \"~\"", "a number and \"ulp\", such as ~2ulp");
    }
    if (const std::size_t colon = stage.format.find(':'); colon != std::string_view::npos) {
      stage.operation = stage.format.substr(colon + 1);
      stage.format = stage.format.substr(0, colon);
      if (stage.operation.empty()) fail(stage, "nothing follows \":\"", "an operation");
    }
    return stage;
  }

  /// The term after "~" in ulp, or `otherwise` where there is none.
  double ulp(const Stage& stage, double otherwise) {
    if (stage.term.empty()) return otherwise;
    double k = 0;
    const char* const end = stage.term.data() + stage.term.size();
    const auto [rest, code] = std::from_chars(stage.term.data(), end, k);
    if (code != std::errc{} || std::string_view(rest, static_cast<std::size_t>(end - rest)) != "ulp" ||
        !std::isfinite(k) || k < 0) {
      fail(stage, "found \"~" + std::string(stage.term) + "\"",
           "a number that is not negative and \"ulp\", such as ~2ulp");
    }
    return k;
  }

  DType dtype_of(const Stage& stage) {
    const auto dtype = parse_format(stage.format);
    if (!dtype) fail(stage, "found format \"" + std::string(stage.format) + "\"", "f64, f32, f16 or bf16");
    return dtype.value_or(DType::f32);
  }

  void only(const Stage& stage, std::span<const std::string_view> operations) {
    for (std::string_view operation : operations) {
      if (stage.operation == operation) return;
    }
    fail(stage, "found operation \"" + std::string(stage.operation) + "\"", list(operations) + " in this version");
  }

  void no_term(const Stage& stage) {
    if (!stage.term.empty()) fail(stage, "found \"~" + std::string(stage.term) + "\"", "no error term on this stage");
  }

  void apply(const Stage& stage) {
    using std::string_view;
    if (stage.name == "pos") {
      no_term(stage);
      constexpr std::array<string_view, 1> none{""};
      only(stage, none);
      if (stage.format == "int") {
        contract_.position = PositionFormat::exact;
      } else if (stage.format == "f32") {
        contract_.position = PositionFormat::f32;
      } else if (stage.format == "bf16") {
        contract_.position = PositionFormat::bf16;
      } else if (stage.format == "f16") {
        contract_.position = PositionFormat::f16;
      } else {
        fail(stage, "found \"" + std::string(stage.format) + "\"", "int, f32, f16 or bf16 in this version");
      }
    } else if (stage.name == "freq") {
      contract_.frequency_format = dtype_of(stage);
      constexpr std::array<string_view, 5> formulas{"cr", "rpow", "pow", "exp", "exp2"};
      only(stage, formulas);
      for (std::size_t n = 0; n < formulas.size(); ++n) {
        if (stage.operation == formulas[n]) contract_.frequency_formula = static_cast<FrequencyFormula>(n);
      }
      if (stage.operation == "cr") {
        no_term(stage);
        contract_.frequency_ulp = 0.5;
      } else if (stage.operation == "exp" || stage.operation == "exp2") {
        if (stage.term.empty()) fail(stage, "found no error term", "one, such as :exp~16ulp");
        contract_.frequency_ulp = ulp(stage, 0);
      } else {
        contract_.frequency_ulp = ulp(stage, 2);
      }
    } else if (stage.name == "angle") {
      no_term(stage);
      constexpr std::array<string_view, 2> operations{"", "mul"};
      only(stage, operations);
      contract_.angle_format = dtype_of(stage);
    } else if (stage.name == "trig") {
      contract_.trig_format = dtype_of(stage);
      double known = unknown_trig_ulp;
      constexpr std::array<string_view, 5> operations{"", "cr", "glibc", "sleef", "cuda"};
      only(stage, operations);
      for (const Named& library : trig_libraries) {
        if (stage.operation == library.name) known = library.ulp;
      }
      contract_.trig_ulp = ulp(stage, known);
    } else if (stage.name == "table") {
      no_term(stage);
      constexpr std::array<string_view, 3> operations{"", "rn", "rz"};
      only(stage, operations);
      contract_.table_truncates = stage.operation == "rz";
      contract_.table_format = std::nullopt;
      if (stage.format != "none") {
        contract_.table_format = dtype_of(stage);
      } else if (!stage.operation.empty()) {
        fail(stage, "found \"none:" + std::string(stage.operation) + "\"", "no operation on none");
      }
    } else if (stage.name == "rotate") {
      no_term(stage);
      constexpr std::array<string_view, 4> operations{"", "mul", "fma", "any"};
      only(stage, operations);
      contract_.rotation_format = dtype_of(stage);
      contract_.fma = stage.operation == "mul"   ? Contract::Fma::none
                      : stage.operation == "fma" ? Contract::Fma::both
                                                 : Contract::Fma::any;
    } else if (stage.name == "out") {
      no_term(stage);
      constexpr std::array<string_view, 3> operations{"", "rn", "rz"};
      only(stage, operations);
      contract_.output_truncates = stage.operation == "rz";
      contract_.output_format = std::nullopt;
      if (stage.format != "none") contract_.output_format = dtype_of(stage);
    } else if (stage.name == "repro") {
      no_term(stage);
      if (stage.format != "bits" && stage.format != "bounded") {
        fail(stage, "found \"" + std::string(stage.format) + "\"", "bits or bounded");
      }
      contract_.bit_reproducible = stage.format == "bits";
    } else {
      fail(stage, "not a stage of this version", "pos, freq, angle, trig, table, rotate, out or repro");
    }
  }

  /// What stages must agree on with each other and with the tensor.
  void finish() {
    const DType out = contract_.output_format.value_or(contract_.rotation_format);
    if (out != dtype_) {
      const std::string tensor = format_text(dtype_);
      error_ = "contract for " + tensor + " tensors ends in " + format_text(out) + ": expected out=" + tensor +
               ":rn, or rotate=" + tensor + " with out=none";
    } else if (format(contract_.rotation_format).precision < format(dtype_).precision) {
      error_ = "contract stage \"rotate\": " + format_text(contract_.rotation_format) + " is narrower than the " +
               format_text(dtype_) + " tensor, whose elements would be rounded first; expected " + format_text(dtype_) +
               " or wider";
    }
  }

  std::string_view text_;
  DType dtype_;
  Contract contract_;
  std::string error_;
};

}  // namespace

Contract baseline_contract(DType dtype) {
  Contract contract;
  contract.table_format = dtype;
  contract.rotation_format = dtype;
  return contract;
}

std::variant<Contract, ContractError> parse_contract(std::string_view text, DType dtype) {
  return Parser(text, dtype).parse();
}

std::string text(const Contract& contract) {
  constexpr std::array<std::string_view, 4> positions{"int", "f32", "bf16", "f16"};
  constexpr std::array<std::string_view, 5> formulas{"cr", "rpow", "pow", "exp", "exp2"};
  constexpr std::array<std::string_view, 3> products{"mul", "fma", "any"};
  std::string out = "pos=" + std::string(positions[static_cast<std::size_t>(contract.position)]);
  out += " freq=" + format_text(contract.frequency_format) + ":" +
         std::string(formulas[static_cast<std::size_t>(contract.frequency_formula)]);
  if (contract.frequency_formula != FrequencyFormula::correctly_rounded) {
    out += "~" + number_text(contract.frequency_ulp) + "ulp";
  }
  out += " angle=" + format_text(contract.angle_format) + ":mul";
  out += " trig=" + format_text(contract.trig_format) + "~" + number_text(contract.trig_ulp) + "ulp";
  out += " table=";
  out += contract.table_format ? format_text(*contract.table_format) + (contract.table_truncates ? ":rz" : ":rn")
                               : std::string("none");
  out += " rotate=" + format_text(contract.rotation_format) + ":" +
         std::string(products[static_cast<std::size_t>(contract.fma)]);
  out += " out=";
  out += contract.output_format ? format_text(*contract.output_format) + (contract.output_truncates ? ":rz" : ":rn")
                                : std::string("none");
  if (contract.bit_reproducible) out += " repro=bits";
  return out;
}

std::optional<std::string> below_floor(const Contract& contract) {
  const int single = format(DType::f32).precision;
  // fp32 holds every whole number up to 2^24; past it the grade, whose positions are exact, sees the difference.
  const bool whole = contract.position == PositionFormat::exact || contract.position == PositionFormat::f32;
  if (!whole) return "positions are rounded before the product";
  if (format(contract.frequency_format).precision < single) {
    return "inv_freq is held in " + std::string(name(contract.frequency_format)) + ", below fp32";
  }
  if (contract.frequency_format == DType::f32 && contract.frequency_ulp > 40) {
    return "inv_freq is allowed " + number_text(contract.frequency_ulp) + " ulp, more than 40";
  }
  if (format(contract.angle_format).precision < single) {
    return "the angle is computed in " + std::string(name(contract.angle_format)) + ", below fp32";
  }
  if (format(contract.trig_format).precision < single) {
    return "sine and cosine are computed in " + std::string(name(contract.trig_format)) + ", below fp32";
  }
  if (contract.trig_format == DType::f32 && contract.trig_ulp > 4) {
    return "sine and cosine are allowed " + number_text(contract.trig_ulp) + " ulp, more than 4";
  }
  return std::nullopt;
}

}  // namespace rope
