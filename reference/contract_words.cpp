// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The lexical half of reading contracts.
#include "reference/contract_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "reference/contract_stages.hpp"

namespace rope {

using std::string_view;

std::string list(std::span<const string_view> names) {
  std::string out;
  for (std::size_t n = 0; n < names.size(); ++n) {
    out += n == 0 ? "" : n + 1 == names.size() ? " or " : ", ";
    out += names[n].empty() ? string_view("no operation") : names[n];
  }
  return out;
}

std::string without_inner_blanks(string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != ' ' || depth <= 0) out += c;
  }
  return out;
}

Stage split_stage(string_view word, std::string& error) {
  const std::size_t equals = word.find('=');
  if (equals == string_view::npos || equals == 0 || equals + 1 == word.size()) {
    error = "contract word \"" + std::string(word) + "\" is not a stage; expected name=format[:operation][~k unit]";
    return {};
  }
  Stage stage{word.substr(0, equals), {}, word.substr(0, equals), word.substr(equals + 1), {}, {}};
  const auto cut = [&](char at, string_view& rest, const char* expected) {
    const std::size_t place = stage.format.find(at);
    if (place == string_view::npos) return;
    rest = stage.format.substr(place + 1);
    stage.format = stage.format.substr(0, place);
    if (!rest.empty() || !error.empty()) return;
    error = "contract stage \"" + std::string(stage.full) + "\": nothing follows \"" + at + "\"; expected " + expected;
  };
  if (const std::size_t dot = stage.name.find('.'); dot != string_view::npos) {
    stage.prefix = stage.name.substr(0, dot);
    stage.name = stage.name.substr(dot + 1);
  }
  cut('~', stage.term, "a number and a unit, such as ~2ulp");
  cut(':', stage.operation, "an operation");
  return stage;
}

std::optional<Terms> read_terms(string_view text, std::span<const string_view> units) {
  Terms terms;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (bool more = true; more;) {
    double k = 0;
    const auto [rest, code] = std::from_chars(at, end, k);
    const char* const unit_end = std::find(rest, end, '+');
    const string_view unit(rest, static_cast<std::size_t>(unit_end - rest));
    const bool known = std::find(units.begin(), units.end(), unit) != units.end();
    if (code != std::errc{} || !known || !std::isfinite(k) || k < 0) return std::nullopt;
    double& sum = unit == "ulp" ? terms.ulp : unit == "u" ? terms.u : unit == "abs" ? terms.abs : terms.arg;
    sum += k;
    more = unit_end != end;
    at = more ? unit_end + 1 : end;
  }
  return terms;
}

std::optional<DType> parse_format(std::string_view text) {
  for (DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16}) {
    if (text == format_text(dtype)) return dtype;
  }
  return std::nullopt;
}

}  // namespace rope
