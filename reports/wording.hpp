// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The words and number forms that the reports for people share, so that terminal and Markdown say the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/record.hpp"

namespace rope::reports {

std::string headline(const Record& record);  ///< "CONFORMS", "DOES NOT CONFORM", ...

/// The verdict's sentence without the words that the headline says already.
std::string verdict_reason(const Record& record);

std::string grouped(std::uint64_t count);  ///< 131,072
std::string ratio_text(double ratio);      ///< three digits, more where three would hide on which side of 1 it is
std::string share_text(double share);      ///< 99.98%; never rounded up to 100%
std::string short_number(double value);    ///< three significant digits
std::string angle_text(double radians);    ///< two significant digits, 4.2e-3
std::string seconds_text(double seconds);  ///< "0.4 s", "2 min 5 s"

std::string time_text(const Record& record);  ///< "12.3 s: implementation 2.0 s, suite 10.3 s"

/// What a grade means; empty where the word is not one of the five.
std::string grade_meaning(const std::string& grade);

/// Grades with one entry per dtype, the largest ratio; a ratio that is not a number counts as largest.
std::vector<Grade> worst_by_dtype(const std::vector<Grade>& grades);

/// How many models stood for how many; empty where the models were chosen.
std::string representatives_text(const std::vector<Representative>& representatives);

/// "sampled 1,024 of 131,072 positions of llama-3.1-8b; all 4,096 positions of llama-2-7b"
std::string coverage_text(const std::vector<Coverage>& coverage);

/// Dtypes that hold equally far on one model.
struct HorizonGroup {
  std::string model;
  std::vector<std::string> dtypes;
  bool every_dtype = false;    ///< these are all the dtypes that were checked on this model
  bool whole_context = false;  ///< holds to the model's limit
  std::string valid_to;        ///< "131071, the limit", "8191 only, of 131071", "nowhere"
  double angle_error = 0;      ///< the largest of the group, and the usual pipeline's bound of the same dtype
  double usual_angle_error = 0;
};
/// In the record's order.
std::vector<HorizonGroup> horizon_groups(const std::vector<Horizon>& horizons);

/// Matches of one dtype with one pipeline, over the models.
struct BitsGroup {
  std::string dtype, pipeline;
  std::size_t models = 0, emulated = 0;
  std::uint64_t equal = 0, compared = 0;
  const Match* worst = nullptr;  ///< the one with most other bits; null where all are equal
  std::string open;              ///< why the first that is not emulated is not
};
/// In the record's order.
std::vector<BitsGroup> bits_groups(const std::vector<Match>& bits);

/// One dtype's largest shifts in the longest context, over the kinds of heads, with the same of the usual pipeline and
/// of one rounding. A file's heads are a group of their own.
struct AttentionGroup {
  std::string model, dtype, file;
  std::int64_t tokens = 0;
  std::uint64_t queries = 0;
  AttentionShift implementation, rounded;
  std::optional<AttentionShift> usual;
};
/// In the record's order.
std::vector<AttentionGroup> attention_groups(const std::vector<AttentionEffect>& attention);

/// "its declared contract", or the pipeline's name.
std::string pipeline_text(const std::string& pipeline);

/// What a tier means; empty where the word is none.
std::string tier_meaning(const std::string& tier);

/// "131071", the last position that holds; "nowhere" where not even position 0 does.
std::string holds_to(const std::optional<std::int64_t>& position);

/// Ways of asking that have something in common, in words that do not repeat.
struct CombinationGroup {
  std::string common;              ///< the check, or why they were refused
  std::vector<std::string> whats;  ///< in the record's order
};
/// What was asked, by check.
std::vector<CombinationGroup> asked_groups(const std::vector<Combination>& combinations);
/// What was not, by reason.
std::vector<CombinationGroup> refused_groups(const std::vector<Combination>& combinations);

/// "182 ways of asking were tried, 12 more are refused"; empty where there are none.
std::string combinations_text(const std::vector<Combination>& combinations);

struct Tally {
  std::size_t cases = 0, passed = 0, warned = 0, failed = 0, crashed = 0, timed_out = 0, measured = 0, skipped = 0;
  std::size_t cells = 0;
};
Tally tally(const Check& check);
std::string tally_text(const Tally& tally);  ///< "2 of 9 cases fail"; a case not mentioned passed

/// Whether this verdict makes an implementation not conform.
bool is_failure(Verdict verdict);

/// The case that a reader should look at first: of the first failed check whose worst cell is one rotated pair, else of
/// the first failed check; in it the case of its worst cell, else its first failing case. Null where nothing failed.
struct FirstFailure {
  const Check* check = nullptr;
  const Case* failing_case = nullptr;
  const Worst* worst = nullptr;
};
FirstFailure first_failure(const Record& record);

}  // namespace rope::reports
