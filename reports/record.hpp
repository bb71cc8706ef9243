// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The result of one run over one implementation, as plain data: all that a report can say. Everything is decided before
// it gets here; renderers format, they do not judge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rope::reports {

/// Version of report.json, "major.minor": a key is never removed or given another meaning within a major version.
inline constexpr const char* schema_version = "1.4";

enum class Verdict {
  pass,
  warning,         ///< a SHOULD was not met, or the grade is "looser"
  fail,            ///< a MUST was not met
  crashed,         ///< the implementation's process died
  timed_out,       ///< no answer before the deadline; the process was ended
  unsupported,     ///< the implementation says that it does not do this; never counts as a pass
  not_observable,  ///< cannot be seen from outside on this implementation
  measured,        ///< figures without a limit: counts neither for nor against
  inconclusive,    ///< too little was checked to say
};
const char* name(Verdict verdict);  ///< "pass", "timed-out", ...

/// A number as people and as machines read it: shortest round-trip decimal, and the bits in hex ("0x3f800000").
struct Number {
  std::string dec;
  std::string hex;
};

/// The cell nearest to, or furthest past, its bound.
struct Worst {
  double error = 0;  ///< |got - exact| of the pair divided by |input pair|
  double bound = 0;  ///< the limit it was held against, same unit
  std::int64_t position = 0;
  int pair = 0;
  std::string dtype;
  std::string input_kind;          ///< "e1", "e2", "random q", "random k as q", ...
  std::vector<Number> inputs;      ///< x0, x1
  std::vector<Number> expected;    ///< exact y0, y1, rounded once to the dtype
  std::vector<std::string> exact;  ///< the same before rounding, as decimal
  std::vector<Number> got;         ///< y0, y1
  std::string case_id;
};

/// One concrete run of a check, repeatable by its id.
struct Case {
  std::string id;  ///< "golden-table/llama-3.1-8b/bf16/half-split"
  std::string model;
  std::string dtype;
  std::string pairing;
  Verdict verdict = Verdict::inconclusive;
  std::size_t cells = 0;        ///< pairs compared
  std::optional<double> ratio;  ///< largest error/bound
  std::string message;          ///< what was observed; empty on a plain pass
  std::string reproduce;        ///< command line that repeats this case alone
  std::optional<Worst> worst;
  double seconds = 0;  ///< goes to `run` in report.json: not byte-equal on rerun
};

struct Check {
  std::string id;        ///< "golden-table"
  std::string sentence;  ///< what it checks
  std::string rule;      ///< number in docs/conformance.md, "R1"
  std::string level;     ///< "MUST", "SHOULD", "INFO"
  std::string bound;     ///< what it is held against, in words
  Verdict verdict = Verdict::inconclusive;
  std::vector<Case> cases;
  std::optional<Worst> worst;  ///< of the case with the largest ratio; lowest case number on a tie
};

/// How accurate one dtype is, against the usual pipeline of that dtype.
struct Grade {
  std::string dtype;
  std::string grade;             ///< "exact", "better", "equal", "looser", "fail"
  double ratio = 0;              ///< largest error / E(1, 1), the usual pipeline's own bound
  double correctly_rounded = 0;  ///< share of compared values whose bits equal the correct rounding
  std::string model;
  std::int64_t position = 0;  ///< where the ratio is largest
  int pair = 0;
  std::string input_kind;
  std::string contract;          ///< declared; empty where none is
  std::string contract_verdict;  ///< "inside", "outside", "as declared, below floor"; empty where none is declared
  double contract_ratio = 0;     ///< largest error / declared bound
};

/// How accurate one dtype is on one model over every position, from an exhaustive pass. A unit is
/// u·A·|input pair|, u the unit roundoff of the dtype (docs/numerics.md, "Tiers").
struct Tiers {
  std::string tier;  ///< the best that holds to the model's limit: "correctly rounded", "A", "B", "C", "none";
                     ///< "unknown" where not every position to it was looked at
  double units = 0;  ///< largest pair error to the model's limit, in units, and where it is
  std::int64_t position = 0;
  int pair = 0;
  std::string input_kind;
  /// Last position before the first that is beyond; nothing: position 0 is.
  std::optional<std::int64_t> correctly_rounded_to, a_to, b_to;
  double correctly_rounded = 0;  ///< share of components
  std::uint64_t components = 0;  ///< compared, past the limit too
  double median = 0, p99 = 0,
         p9999 = 0;  ///< component errors in ulp, at most 1/8 above the true percentile; 2^-10 for all below
  std::vector<std::pair<double, std::uint64_t>> histogram;  ///< (ulp, how many components are off by at most that)
};

/// Up to where one dtype holds on one model.
struct Horizon {
  std::string model;
  std::string dtype;
  std::int64_t max_position = 0;  ///< the model's limit
  std::int64_t checked_to = 0;    ///< last position compared
  std::optional<std::int64_t>
      holds;  ///< last position looked at before the first that is beyond E(16, 2); none: not even the first
  double angle_error = 0;                     ///< radians, largest seen at positions in the model's last octave
  double usual_angle_error = 0;               ///< how large the usual pipeline's own bound lets it be there
  std::optional<Tiers> tiers = std::nullopt;  ///< where every position was looked at
  /// First position from which a limit says nothing of some pair, because it lets the angle be anything: E(16, 2), and
  /// the declared contract's.
  std::optional<std::int64_t> limit_empty_from = std::nullopt, contract_empty_from = std::nullopt;
};

/// How large the error of one stage of the computation is.
struct StageError {
  std::string stage;               ///< "frequency", "position", "angle", "trigonometry", "table", "rotation", "output"
  std::string unit;                ///< "rad", or "r": a share of the input pair's length
  std::optional<double> measured;  ///< the largest, at `position` and `pair`; none: not attributed
  double bound = 0;                ///< of the contract: there, or, where nothing is measured, the largest
  std::int64_t position = 0;
  int pair = 0;
};

/// The first output element that differs from an emulated pipeline's.
struct BitDifference {
  std::int64_t position = 0;
  int pair = 0;
  int element = 0;
  std::string pairing, input_kind;
  Number expected, got;
};

/// One dtype on one model against the bits of an emulated contract.
struct Match {
  std::string model, dtype;
  std::string pipeline;                   ///< as `--match` names it, or "declared": the implementation's own contract
  std::string contract;                   ///< canonical text
  std::string open;                       ///< why it cannot be emulated; empty where it was
  std::uint64_t equal = 0, compared = 0;  ///< output elements
  std::optional<BitDifference> first;
  std::string stage;         ///< the stage that is done otherwise: "trig"; empty where all bits are equal
  std::string instead;       ///< what fits there: "trig=f32:cr"; empty where nothing that was tried does
  double instead_share = 0;  ///< of bits that fit with it
  std::string finding;       ///< the same in words
  bool attributed = false;   ///< enough bits are equal for the stages' errors to be this implementation's
  std::vector<StageError> stages;
  double error = 0;        ///< largest |got - exact| / |input pair| to the model's limit
  double error_bound = 0;  ///< of the contract, there
};

/// How far attention moves from what the exact rotation makes of the same q and k.
struct AttentionShift {
  double score = 0;           ///< largest change of a score, or of a logit, beside what all those of one query share
  double weights = 0;         ///< largest total variation distance of a query's weights, or of a token's prediction
  double weights_bound = 0;   ///< tanh(score/2) of that query: no larger distance is possible
  double output = 0;          ///< largest change of an attention output, in values' own size; of logits, in theirs
  std::uint64_t changed = 0;  ///< queries whose token of most weight, or whose prediction, is another
};

/// The larger of each, and all that changed.
void merge(AttentionShift& all, const AttentionShift& one);

/// One dtype on one model, over one kind of heads in one context.
struct AttentionEffect {
  std::string model, dtype;
  std::string what;           ///< "content", "1,000 tokens back", "a small transformer", "q and k"
  std::string file;           ///< of --qk; empty where the suite made the heads
  std::int64_t tokens = 0;    ///< of the context
  std::int64_t first = 0;     ///< position of its first token
  std::uint64_t keys = 0;     ///< that its last query sees
  std::uint64_t queries = 0;  ///< looked at
  AttentionShift implementation;
  std::optional<AttentionShift> usual;  ///< the usual pipeline's; none where it is not pinned for this family
  AttentionShift rounded;               ///< of the exact rotation, rounded once: no kernel of the dtype does better
};

/// A named fault that explains the outputs.
struct Diagnosis {
  std::string id;        ///< row of docs/diagnosis.md, "pair-swapped"
  std::string sentence;  ///< what was done wrong, in words
  std::string evidence;  ///< what fits, on which model and dtype
};

struct Fixture {
  std::string model;
  std::string path;
  std::string digest;
};

struct Coverage {
  std::string model;
  std::size_t positions = 0;  ///< sampled; of an exhaustive pass all that were looked at
  std::int64_t of = 0;        ///< how many there are
  bool exhaustive = false;
};

/// A model that was looked at in place of others that have the same kind of RoPE.
struct Representative {
  std::string model;
  std::string of;  ///< what they have in common: "yarn, half-split"
  std::vector<std::string> stands_for;
};

/// One way of asking for a rotation that a check tried.
struct Combination {
  std::string check;
  std::string what;                                   ///< "bhsd", "padded, in place"
  bool asked = false;                                 ///< false: it was refused
  std::string reason;                                 ///< where it was refused, the implementation's
  std::vector<std::string> models, dtypes, pairings;  ///< where
};

struct Record {
  // implementation
  std::string implementation_name, implementation_version, implementation_summary;
  std::string implementation_file;    ///< as given on the command line
  std::string implementation_sha256;  ///< of that file
  std::vector<std::string> claims;    ///< "dtypes: fp32 fp16 bf16", "pairings: ..."

  Verdict verdict = Verdict::inconclusive;
  int exit_code = 5;
  std::string verdict_sentence;  ///< the verdict in words: "conforms", or what is wrong, in one line
  std::string rules;             ///< "2026.1"
  std::uint64_t seed = 1;
  std::string profile;

  std::vector<std::pair<std::string, std::string>>
      environment;  ///< tool version, compiler, libraries' versions, CPU architecture
  std::vector<std::pair<std::string, std::string>> specs;      ///< model, spec as JSON text
  std::vector<std::pair<std::string, std::string>> contracts;  ///< dtype, declared contract text
  std::string scope;  ///< "table + rotation": what the implementation computed itself
  std::vector<Coverage> coverage;
  std::vector<Representative>
      representatives;                    ///< where nothing was chosen; empty: only what was chosen was asked about
  std::vector<Combination> combinations;  ///< in the order in which they were first tried
  std::vector<Fixture> fixtures;

  std::string maths;                    ///< one line: right function or not
  std::vector<std::string> memory;      ///< what was observed of memory behaviour
  std::vector<std::string> not_tested;  ///< what the implementation says it does not do, with its reason
  std::vector<Grade> grades;
  std::vector<Horizon> horizons;
  std::vector<Match> bits;                 ///< by model and dtype, where a contract is asked for or declared
  std::vector<AttentionEffect> attention;  ///< by model and dtype, where attention-effect was run
  std::vector<Diagnosis> diagnosis;
  std::vector<Check> checks;

  // run: everything that may differ when the same run is repeated
  std::string started;  ///< ISO 8601, UTC
  std::string host;
  double seconds_total = 0, seconds_implementation = 0, seconds_suite = 0;
  double seconds_verifier = 0;  ///< of exhaustive passes: runs beside the implementation, so the two do not add up
  std::string captured_output;  ///< what the implementation printed (at most 64 KiB)
  std::string directory;        ///< where the reports are, as given
};

}  // namespace rope::reports
