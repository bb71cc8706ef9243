// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The property checks: what must hold of any rotation, whatever its frequencies. Rules R7 to R16 and
// R19 to R40 but R33 of docs/conformance.md; bounds in docs/numerics.md, "Properties".
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

// The whole interface: ways of asking for the same.
reports::Case strides(const Probe& probe);                ///< strides change nothing
reports::Case layouts(const Probe& probe);                ///< the order of the axes in memory changes nothing
reports::Case gqa(const Probe& probe);                    ///< nor does the number of heads; k is rotated as q
reports::Case packed(const Probe& probe);                 ///< a packed sequence is what it is alone
reports::Case position_ids(const Probe& probe);           ///< a token depends on its own position only
reports::Case position_out_of_range(const Probe& probe);  ///< positions outside are treated as declared
reports::Case padding_rows(const Probe& probe);           ///< filling a row up changes no real token
reports::Case decode_equals_prefill(const Probe& probe);  ///< one token at a time = all at once
reports::Case batch_invariance(const Probe& probe);       ///< a row is what it is alone
reports::Case head_permutation(const Probe& probe);       ///< heads in another order: outputs in that order
reports::Case backward_adjoint(const Probe& probe);       ///< <R x, g> = <x, R^T g>
reports::Case power_of_two_scaling(const Probe& probe);   ///< R (2^e x) = 2^e R x
reports::Case head_sizes(const Probe& probe);             ///< other head sizes are right, too
reports::Case position_axes(const Probe& probe);          ///< a pair takes the position of its axis
reports::Case combinations(const Probe& probe);           ///< every two ways of asking together
reports::Case negative_positions(const Probe& probe);     ///< R_-p is the transpose of R_p
reports::Case multi_axis(const Probe& probe);             ///< several positions for each token, as models have them

// Once for a run: they ask for several dtypes and specs themselves, or for what is the same in all.
reports::Case threads(const Probe& probe);            ///< threads do not disturb each other
reports::Case stale_state(const Probe& probe);        ///< earlier calls and other handles change nothing
reports::Case exported_inv_freq(const Probe& probe);  ///< export_inv_freq tells the truth
reports::Case families(const Probe& probe);           ///< each claimed family, whatever the models have

struct Property {
  std::string_view check;
  reports::Case (*judge)(const Probe&);
};
inline constexpr std::array<Property, 31> properties{{{"norm", norm},
                                                      {"composition", composition},
                                                      {"inverse", inverse},
                                                      {"position-zero", position_zero},
                                                      {"offsets", offsets},
                                                      {"pass-through-dims", pass_through_dims},
                                                      {"dtype-preserved", dtype_preserved},
                                                      {"in-place", in_place},
                                                      {"special-values", special_values},
                                                      {"determinism", determinism},
                                                      {"strides", strides},
                                                      {"layouts", layouts},
                                                      {"gqa", gqa},
                                                      {"packed", packed},
                                                      {"position-ids", position_ids},
                                                      {"position-out-of-range", position_out_of_range},
                                                      {"padding-rows", padding_rows},
                                                      {"decode-equals-prefill", decode_equals_prefill},
                                                      {"batch-invariance", batch_invariance},
                                                      {"head-permutation", head_permutation},
                                                      {"backward-adjoint", backward_adjoint},
                                                      {"power-of-two-scaling", power_of_two_scaling},
                                                      {"head-sizes", head_sizes},
                                                      {"position-axes", position_axes},
                                                      {"combinations", combinations},
                                                      {"negative-positions", negative_positions},
                                                      {"threads", threads},
                                                      {"stale-state", stale_state},
                                                      {"inv-freq", exported_inv_freq},
                                                      {"families", families},
                                                      {"multi-axis", multi_axis}}};

/// Null where the check is none of them.
constexpr const Property* find_property(std::string_view check) {
  for (const Property& property : properties) {
    if (property.check == check) return &property;
  }
  return nullptr;
}

}  // namespace rope::conformance
