// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Frequencies come from the declared formula, never from outputs.
#include "conformance/checks/declared_truth.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "reference/pipeline/pipeline.hpp"

namespace rope::conformance {
namespace {

const std::vector<double>& frequencies(const Spec& spec) {
  return std::get<GivenFamily>(spec.family).inv_freq;
}

/// The contract's arithmetic where somebody else has made the frequencies.
Contract with_given_frequencies(Contract contract) {
  contract.frequency_formula = FrequencyFormula::given;
  contract.frequency_library = Library::unsaid;
  contract.frequency_ulp = contract.frequency_u = 0;
  return contract;
}

bool positions_are_exact(const Contract& contract, std::int64_t extent) {
  if (contract.position_operation != PositionOperation::none) return false;
  if (contract.position == PositionFormat::exact) return true;
  return contract.position == PositionFormat::f32 && extent <= std::int64_t{1} << format(DType::f32).precision;
}

}  // namespace

DeclaredTruth::DeclaredTruth(const Spec& held, const Contract& contract, DType dtype, std::int64_t extent)
    : table_(held, 0, extent), bounds_(held, with_given_frequencies(contract), dtype, frequencies(held)) {}

std::shared_ptr<const DeclaredTruth> DeclaredTruth::make(const Spec& spec, const Contract& contract, DType dtype,
                                                         std::int64_t extent) {
  if (extent < 1 || extent > CertifiedTable::longest || !positions_are_exact(contract, extent)) return nullptr;
  if (contract.angle_operation != AngleOperation::multiply || contract.angle_style == AngleStyle::tf32) return nullptr;
  auto held = declared_inv_freq(contract, spec);
  if (!held) return nullptr;
  if (!std::all_of(held->begin(), held->end(), [](double f) { return std::isfinite(f) && f >= 0; })) return nullptr;
  Spec with_held = spec;
  with_held.theta = 0;
  with_held.family = GivenFamily{std::move(*held)};
  if (problem(with_held)) return nullptr;
  return std::shared_ptr<const DeclaredTruth>(new DeclaredTruth(with_held, contract, dtype, extent));
}

}  // namespace rope::conformance
