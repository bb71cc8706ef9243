// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Spec: everything that defines the mathematics of one rotary position embedding, parameters as the binary64 numbers
// that a framework holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reference/position_axes.hpp"

namespace rope {

/// Which two elements of a head form pair i.
enum class Pairing : std::uint8_t {
  half_split,   ///< (i, i + rotary_dim/2): GPT-NeoX, rotate_half
  interleaved,  ///< (2i, 2i + 1): GPT-J, adjacent pairs
};

std::string_view name(Pairing pairing);
std::optional<Pairing> pairing_from_name(std::string_view name);

/// Offset of element 0 or 1 of pair `pair` from the first rotated element of the head.
constexpr int element_of_pair(Pairing pairing, int rotary_dim, int pair, int element) {
  return pairing == Pairing::half_split ? pair + element * (rotary_dim / 2) : 2 * pair + element;
}

/// inv_freq_i = theta^(-2i/rotary_dim). Source: RoFormer (Su et al., arXiv 2104.09864), section 3.2.2.
struct DefaultFamily {
  friend bool operator==(const DefaultFamily&, const DefaultFamily&) = default;
};

/// Llama 3.1's frequency scaling; formula in family_llama3.cpp.
struct Llama3Family {
  double factor = 0;
  double low_freq_factor = 0;
  double high_freq_factor = 0;
  std::int64_t original_max_position = 0;
  friend bool operator==(const Llama3Family&, const Llama3Family&) = default;
};

/// Dynamic NTK scaling as Hugging Face computes it; formula in family_dynamic_ntk.cpp. The base depends on the length
/// of the sequence, so a spec is about one length.
struct DynamicNtkFamily {
  double factor = 0;
  std::int64_t original_max_position = 0;
  std::int64_t sequence_length = 0;
  friend bool operator==(const DynamicNtkFamily&, const DynamicNtkFamily&) = default;
};

/// Position interpolation; formula in family_linear.cpp.
struct LinearFamily {
  double factor = 0;
  friend bool operator==(const LinearFamily&, const LinearFamily&) = default;
};

/// Static NTK-aware scaling; formula in family_ntk.cpp.
struct NtkFamily {
  double alpha = 0;
  friend bool operator==(const NtkFamily&, const NtkFamily&) = default;
};

/// NTK-aware scaling that slows every pair; formula in family_ntk_fixed.cpp.
struct NtkFixedFamily {
  double factor = 0;
  friend bool operator==(const NtkFixedFamily&, const NtkFixedFamily&) = default;
};

/// The same with a share for each pair; formula in family_ntk_mixed.cpp.
struct NtkMixedFamily {
  double factor = 0;
  double b = 0;
  friend bool operator==(const NtkMixedFamily&, const NtkMixedFamily&) = default;
};

/// Interpolation by as much as the sequence is longer; formula in family_length_scaled.cpp. A spec is about one length.
struct LengthScaledFamily {
  std::int64_t original_max_position = 0;
  std::int64_t sequence_length = 0;
  friend bool operator==(const LengthScaledFamily&, const LengthScaledFamily&) = default;
};

/// Formula in family_yarn.cpp.
struct YarnFamily {
  double factor = 0;
  double beta_fast = 32;
  double beta_slow = 1;
  std::int64_t original_max_position = 0;
  bool truncate = true;
  friend bool operator==(const YarnFamily&, const YarnFamily&) = default;
};

struct Spec;

/// Between which indices the ramp lies, as frameworks compute it: in binary64. `error` is what that may be off by; 0
/// where truncated.
struct CorrectionRange {
  double low, high, error;
};
CorrectionRange correction_range(const YarnFamily& family, const Spec& spec);

/// 0.1 mscale ln factor + 1, and 1 where the factor is 1 or less, as frameworks compute it: in binary64, in this order.
/// What they make attention factors and softmax scales of.
double yarn_magnitude(double factor, double mscale);

/// Formula in family_longrope.cpp. A spec is about one length.
struct LongRopeFamily {
  std::vector<double> short_factor, long_factor;  ///< rotary_dim/2 numbers each
  std::int64_t original_max_position = 0;
  std::int64_t sequence_length = 0;
  friend bool operator==(const LongRopeFamily&, const LongRopeFamily&) = default;
};

/// The list that a sequence of this length takes.
const std::vector<double>& factors_in_force(const LongRopeFamily& family);

/// Only the first pairs rotate; formula in family_proportional.cpp.
struct ProportionalFamily {
  double proportion = 1;
  double factor = 1;
  friend bool operator==(const ProportionalFamily&, const ProportionalFamily&) = default;
};

/// How many.
int rotating_pairs(const ProportionalFamily& family, int rotary_dim);

/// inv_freq itself, rotary_dim/2 exact numbers, each 0 or more. The spec has no base then: theta is 0.
struct GivenFamily {
  std::vector<double> inv_freq;
  friend bool operator==(const GivenFamily&, const GivenFamily&) = default;
};

/// How inv_freq is made. A new family is a struct here, a file family_<name>.cpp, and a line in families.cpp.
using Family =
    std::variant<DefaultFamily, Llama3Family, DynamicNtkFamily, GivenFamily, LinearFamily, NtkFamily,
                 LengthScaledFamily, YarnFamily, LongRopeFamily, ProportionalFamily, NtkFixedFamily, NtkMixedFamily>;

/// "default", "linear", "dynamic", "yarn", "longrope", "llama3", "proportional": the rope_type of Hugging Face
/// configurations; "ntk", "ntk-fixed", "ntk-mixed", "length-scaled" and "given" have none there.
std::string_view name(const Family& family);

/// The largest head_dim of a usable spec.
inline constexpr int largest_head_dim = 1 << 16;

struct Spec {
  int head_dim = 0;
  int rotary_dim = 0;  ///< the exponent's denominator, and how many elements rotate
  int dim_offset = 0;  ///< first rotated element
  double theta = 0;    ///< the base; 0 where the family has none
  Family family;
  double attention_factor = 1;  ///< multiplies cos and sin
  Pairing pairing = Pairing::half_split;
  std::int64_t max_position = 0;  ///< the model's limit: positions 0 .. max_position - 1
  /// Where a token has several positions. What has one for all pairs (tables, bounds, fixtures) is about tokens whose
  /// positions agree; for others it is looked up pair by pair, at the position of the pair's axis.
  std::optional<PositionAxes> axes = std::nullopt;

  int pairs() const { return rotary_dim / 2; }
  friend bool operator==(const Spec&, const Spec&) = default;
};

/// Nothing where the spec is usable; otherwise one sentence that names the field, its value and what is accepted.
std::optional<std::string> problem(const Spec& spec);

}  // namespace rope
