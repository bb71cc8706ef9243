// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a frequency family is to the rest of the reference: a name, the values it accepts, and its exact inv_freq.
//
// To add one: a struct in spec.hpp (and in its variant), the three functions below for it, defined and instantiated in
// family_<name>.cpp. std::visit in families.cpp and exact.cpp finds them by overload.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reference/ball.hpp"
#include "reference/spec.hpp"

namespace rope {

std::string_view family_name(const DefaultFamily& family);
std::string_view family_name(const Llama3Family& family);
std::string_view family_name(const DynamicNtkFamily& family);
std::string_view family_name(const LinearFamily& family);
std::string_view family_name(const NtkFamily& family);
std::string_view family_name(const LengthScaledFamily& family);
std::string_view family_name(const YarnFamily& family);
std::string_view family_name(const LongRopeFamily& family);
std::string_view family_name(const ProportionalFamily& family);
std::string_view family_name(const NtkFixedFamily& family);
std::string_view family_name(const NtkMixedFamily& family);
std::string_view family_name(const GivenFamily& family);

/// Nothing where the family's own numbers are usable with the rest of the spec; otherwise as problem(spec).
std::optional<std::string> family_problem(const DefaultFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const Llama3Family& family, const Spec& spec);
std::optional<std::string> family_problem(const DynamicNtkFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const LinearFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const NtkFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const LengthScaledFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const YarnFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const LongRopeFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const ProportionalFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const NtkFixedFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const NtkMixedFamily& family, const Spec& spec);
std::optional<std::string> family_problem(const GivenFamily& family, const Spec& spec);

/// inv_freq of `pair`, for a spec without problems: a ball around the exact value, whose radius is proved in the
/// family's file; relative radius about 2^-(precision - 10). Nothing where this precision cannot decide which branch of
/// the formula holds.
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const DefaultFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const Llama3Family& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const DynamicNtkFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const LinearFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const NtkFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const LengthScaledFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const YarnFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const LongRopeFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const ProportionalFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const NtkFixedFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const NtkMixedFamily& family, const Spec& spec, int pair);
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const GivenFamily& family, const Spec& spec, int pair);

template <class Real>
std::optional<Ball<Real>> inv_freq_ball(const Spec& spec, int pair) {
  return std::visit([&](const auto& family) { return family_inv_freq<Real>(family, spec, pair); }, spec.family);
}

}  // namespace rope
