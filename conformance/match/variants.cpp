// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Variants are written in the contract grammar and read by its parser, so that a report can say exactly what fits.
#include "conformance/match/variants.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "reference/pipeline/pipeline.hpp"

namespace rope::conformance {
namespace {

/// Words that replace those of the same stages. T is the tensor's format.
constexpr std::array<std::string_view, 72> alternatives{
    "pos=int", "pos=f32", "pos=bf16", "pos=f16", "freq=f32:cr", "freq=f64:cr", "freq=bf16:cr", "freq=f16:cr",
    "freq=f32:rpow(glibc)", "freq=f32:pow(glibc)", "freq=f32:exp(glibc)", "freq=f32:exp2(glibc)",
    "freq=f32:iter(glibc)", "freq=f32:rpow(cr)", "freq=f32:pow(cr)", "freq=f32:exp(cr)", "freq=f32:exp2(cr)",
    "freq=f32:iter(cr)", "freq=f64:rpow(glibc)", "freq=f64:pow(glibc)", "freq=f64:exp(glibc)", "freq=f64:exp2(glibc)",
    "freq=f64:iter(glibc)", "freq=bf16:rpow(glibc)", "freq=f16:rpow(glibc)", "freq=bf16:pow(glibc)",
    "freq=f16:pow(glibc)", "angle=f32:mul", "angle=f64:mul", "angle=bf16:mul", "angle=f16:mul", "angle=f32:iter",
    "angle=f64:iter", "angle=f32:einsum", "angle=bf16:einsum", "angle=f16:einsum", "angle=f32x2:mul", "trig=f32:cr",
    "trig=f32:glibc", "trig=f64:cr", "trig=f64:glibc", "trig=T:cr", "af=f32@trig", "af=f64@trig", "af=T@stored",
    "af=f32@stored", "af=f32@out", "table=none", "table=T:rn", "table=T:rz", "table=f32:rn", "table=f32:rz",
    "table=bf16:rn", "table=f16:rn", "in=bf16", "in=f16", "rotate=T:mul", "rotate=T:fma(xc,xs)", "rotate=T:fma(xc,yc)",
    "rotate=T:fma(ys,xs)", "rotate=T:fma(ys,yc)", "out=T:rn", "out=T:rz", "out=T:rna", "sub=ftz", "sub=daz",
    // Stages that change together in practice.
    "table=none rotate=f32:mul out=T:rn", "table=T:rn rotate=T:mul out=none", "table=T:rn rotate=f32:mul out=T:rn",
    "table=none rotate=f64:mul out=T:rn", "freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc",
    "freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc"};

/// The same in the format that the contract's rotation computes in, where that is not the tensor's.
constexpr std::array<std::string_view, 8> wide_rotations{
    "rotate=f32:mul",        "rotate=f32:fma(xc,xs)", "rotate=f32:fma(xc,yc)", "rotate=f32:fma(ys,xs)",
    "rotate=f32:fma(ys,yc)", "rotate=f64:mul",        "rotate=f64:fma(xc,xs)", "rotate=f64:fma(ys,yc)"};

std::string_view format_word(DType dtype) {
  switch (dtype) {
    case DType::f16:
      return "f16";
    case DType::bf16:
      return "bf16";
    case DType::f64:
      return "f64";
    case DType::f32:
      break;
  }
  return "f32";
}

std::string with_format(std::string_view text, std::string_view format) {
  std::string out;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const bool letter = text[n] == 'T' && n > 0 && text[n - 1] == '=';
    letter ? out.append(format) : out.append(1, text[n]);
  }
  return out;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string_view stage_of(std::string_view word) {
  return word.substr(0, word.find('='));
}

/// The contract's text with these words in place of those of the same stages.
std::string replaced(std::vector<std::string> all, const std::vector<std::string>& changes) {
  for (const std::string& change : changes) {
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const std::string& word) { return stage_of(word) == stage_of(change); });
    if (same == all.end()) {
      all.push_back(change);
    } else {
      *same = change;
    }
  }
  std::string out;
  for (const std::string& word : all) out.append(out.empty() ? "" : " ").append(word);
  return out;
}

std::string joined_stages(const std::vector<std::string>& changes) {
  std::string out;
  for (const std::string& change : changes) out.append(out.empty() ? "" : ", ").append(stage_of(change));
  return out;
}

}  // namespace

std::vector<Variant> one_stage_variants(const Contract& contract, const Spec& spec, DType dtype) {
  std::vector<Variant> out;
  const std::vector<std::string> base = words(text(contract));
  const auto add = [&](const std::string& written) {
    const std::vector<std::string> changes = words(written);
    const auto parsed = parse_contract(replaced(base, changes), dtype);
    const auto* const changed = std::get_if<Contract>(&parsed);
    if (changed == nullptr || *changed == contract || not_pinned(*changed, spec)) return;
    if (changed->tensor_dtype() != dtype) return;
    const bool known =
        std::any_of(out.begin(), out.end(), [&](const Variant& one) { return one.contract == *changed; });
    if (!known) out.push_back({joined_stages(changes), written, *changed});
  };
  for (std::string_view one : alternatives) {
    if (one.find(' ') == std::string_view::npos) add(with_format(one, format_word(dtype)));
  }
  for (std::string_view one : wide_rotations) add(std::string(one));
  for (std::string_view one : alternatives) {
    if (one.find(' ') != std::string_view::npos) add(with_format(one, format_word(dtype)));
  }
  return out;
}

}  // namespace rope::conformance
