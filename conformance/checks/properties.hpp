// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The property checks: what must hold of any rotation, whatever its frequencies. Rules R7 to R16 of
// docs/conformance.md; bounds in docs/numerics.md, "Properties".
#pragma once

#include <array>
#include <string_view>

#include "conformance/checks/probe.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

reports::Case norm(const Probe& probe);               ///< |R x| = A |x|
reports::Case composition(const Probe& probe);        ///< R_m R_n x = A R_(m+n) x
reports::Case inverse(const Probe& probe);            ///< backward(forward(x)) = A^2 x
reports::Case position_zero(const Probe& probe);      ///< R_0 x = A x
reports::Case offsets(const Probe& probe);            ///< an offset means the positions that it stands for
reports::Case pass_through_dims(const Probe& probe);  ///< elements outside rotary_dim are copied
reports::Case dtype_preserved(const Probe& probe);    ///< outputs use the whole significand of their dtype
reports::Case in_place(const Probe& probe);           ///< in place = out of place
reports::Case special_values(const Probe& probe);     ///< a NaN or infinity stays in its own pair
reports::Case determinism(const Probe& probe);        ///< the same call gives the same bits

struct Property {
  std::string_view check;
  reports::Case (*judge)(const Probe&);
};
inline constexpr std::array<Property, 10> properties{{{"norm", norm},
                                                      {"composition", composition},
                                                      {"inverse", inverse},
                                                      {"position-zero", position_zero},
                                                      {"offsets", offsets},
                                                      {"pass-through-dims", pass_through_dims},
                                                      {"dtype-preserved", dtype_preserved},
                                                      {"in-place", in_place},
                                                      {"special-values", special_values},
                                                      {"determinism", determinism}}};

/// Null where the check is none of them.
constexpr const Property* find_property(std::string_view check) {
  for (const Property& property : properties) {
    if (property.check == check) return &property;
  }
  return nullptr;
}

}  // namespace rope::conformance
