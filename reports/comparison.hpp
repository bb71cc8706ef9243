// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Two or more models' RoPE side by side, as plain data, and its renderings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rope::reports {

/// One side of a comparison.
struct ComparedModel {
  std::string letter;  ///< A, B, ...
  std::string name;    ///< as the user gave it
  std::string form;    ///< what kind of file it is
};

/// A value on both sides, as text.
struct ComparedValue {
  std::string name;
  std::string first, other;
  bool differs = false;
};

/// Neighbouring pairs whose frequencies differ in one way.
struct PairRange {
  int first = 0, last = 0;
  std::string kind;  ///< "equal", "within" (what the files can tell), "scaled" (by one factor), "varied"
  double least_ratio = 1, greatest_ratio = 1;  ///< frequency of the other model over that of the first
  double relative_difference = 0;              ///< the largest |difference| / frequency of the first
  double phase = 0;                            ///< the largest, at the last position of both, in radians
};

/// One thing that differs.
struct Difference {
  std::string field;  ///< frequencies, theta, head_dim, rotary_dim, dim_offset, pairing, attention_factor, ...
  std::string text;   ///< "frequencies of pairs 29 to 63 of 64"
};

/// Why: keys that one file lacks, or that say something else.
struct Cause {
  std::string field;
  std::string missing_from;  ///< the letter of the model without the key; empty where both have it
  std::string key;           ///< the missing one's path in its file
  std::string text;
};

/// The largest difference of angles at one position.
struct PhaseDifference {
  std::int64_t position = 0;
  std::string limit;  ///< whose last position it is: "A", "B", "both"
  double radians = 0;
  int pair = 0;
};

struct LargestDifference {
  double relative = 0;
  int pair = 0;
};

/// What one model has for one type of layer, held against the first.
struct Comparison {
  std::string first, other;  ///< letters
  std::string layer;         ///< empty where layers are all alike
  bool same = false;
  std::vector<Difference> differences;
  std::vector<Cause> causes;
  std::vector<std::string> remarks;  ///< what differs and does not matter, or cannot be known from these files
  std::string first_fingerprint, other_fingerprint;
  std::vector<ComparedValue> values;
  std::vector<PairRange> pairs;
  std::optional<LargestDifference> largest;  ///< of the frequencies
  std::vector<PhaseDifference> phases;
  std::string permutation;  ///< what to do with the weights' rows; empty where pairings are equal
};

struct ComparisonReport {
  std::vector<ComparedModel> models;
  std::vector<Comparison> comparisons;
  bool same() const;
};

/// Text for a terminal of `columns` columns, at least 60.
std::string render_comparison(const ComparisonReport& report, int columns, bool colour);

/// Keys in docs/comparing-models.md.
std::string comparison_json(const ComparisonReport& report);

}  // namespace rope::reports
