// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys come in runs and are forgotten; what stays of each is a score for every query that sees it.
#include "conformance/attention/contexts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>

#include "conformance/attention/softmax.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t longest_call = 4096;
constexpr std::size_t queries = 8;  ///< at the end of each context
constexpr std::size_t value_dim = 8;

std::size_t index(Way way) {
  return static_cast<std::size_t>(way);
}

/// The scores of one context's queries with the keys that they see.
class Scores {
 public:
  Scores(std::int64_t tokens, std::size_t keys, std::size_t heads, int head_dim)
      : keys_(keys),
        count_(std::min<std::size_t>(queries, static_cast<std::size_t>(tokens))),
        heads_(heads),
        width_(static_cast<std::size_t>(head_dim)) {}

  std::size_t count() const { return count_; }
  std::size_t keys() const { return keys_; }

  /// q is [count][heads][head_dim].
  void add_queries(Way way, const std::vector<double>& q) {
    // [heads][head_dim][queries]: one key against all queries of a head at once.
    std::vector<double>& columns = columns_[index(way)];
    columns.assign(heads_ * width_ * queries, 0);
    const double scale = 1 / std::sqrt(static_cast<double>(width_));
    for (std::size_t n = 0; n < count_; ++n) {
      for (std::size_t head = 0; head < heads_; ++head) {
        for (std::size_t e = 0; e < width_; ++e) {
          columns[(head * width_ + e) * queries + n] = scale * q[(n * heads_ + head) * width_ + e];
        }
      }
    }
    const std::size_t scores = heads_ * count_ * keys_;
    if (way == Way::exact) exact_.resize(scores);
    if (way != Way::exact) moved_[index(way)].resize(scores);
  }

  bool has(Way way) const { return !columns_[index(way)].empty(); }

  /// `key` is the number of the key among those that are seen. Way::exact comes first.
  void add_key(Way way, std::size_t head, std::size_t key, const double* k) {
    const double* column = &columns_[index(way)][head * width_ * queries];
    std::array<double, queries> sum{};
    for (std::size_t e = 0; e < width_; ++e) {
      for (std::size_t n = 0; n < queries; ++n) sum[n] += k[e] * column[e * queries + n];
    }
    for (std::size_t n = 0; n < count_; ++n) {
      const std::size_t at = start(head, n) + key;
      if (way == Way::exact) {
        exact_[at] = sum[n];
      } else {
        moved_[index(way)][at] = static_cast<float>(sum[n] - exact_[at]);
      }
    }
  }

  std::span<const double> exact(std::size_t head, std::size_t n) const { return {&exact_[start(head, n)], seen(n)}; }
  std::vector<double> of(Way way, std::size_t head, std::size_t n) const {
    const std::span<const double> from = exact(head, n);
    std::vector<double> out(from.begin(), from.end());
    const float* const moved = &moved_[index(way)][start(head, n)];
    for (std::size_t key = 0; key < out.size(); ++key) out[key] += static_cast<double>(moved[key]);
    return out;
  }

 private:
  /// A query sees itself and what is before it, and the queries are the last keys.
  std::size_t seen(std::size_t n) const { return keys_ - (count_ - 1 - n); }
  std::size_t start(std::size_t head, std::size_t n) const { return (head * count_ + n) * keys_; }

  std::size_t keys_, count_, heads_, width_;
  std::array<std::vector<double>, all_ways.size()> columns_;
  // There may be millions of scores: what moves them has fewer bits to keep.
  std::vector<double> exact_;
  std::array<std::vector<float>, all_ways.size()> moved_;
};

using Values = std::vector<std::array<double, value_dim>>;

/// v of every key, the same for all heads: 8 multiples of 2^-7 in [-1, 1).
Values random_values(std::uint64_t seed, const std::vector<KeyRun>& runs) {
  const std::uint64_t stream = fixtures::stream("attention-effect/v");
  Values out;
  for (const KeyRun& run : runs) {
    for (std::int64_t token = run.from; token < run.from + run.count; ++token) {
      const std::uint64_t bits = fixtures::random_bits(seed, stream, static_cast<std::uint64_t>(token));
      std::array<double, value_dim>& v = out.emplace_back();
      for (std::size_t e = 0; e < value_dim; ++e) v[e] = (static_cast<double>((bits >> (8 * e)) & 255U) - 128) / 128;
    }
  }
  return out;
}

/// |sum of (weights - exact) v|, in the root mean square of a v's length.
double output_moved(const Values& values, const std::vector<double>& exact, const std::vector<double>& weights) {
  std::array<double, value_dim> sum{};
  for (std::size_t key = 0; key < exact.size(); ++key) {
    for (std::size_t e = 0; e < value_dim; ++e) sum[e] += (weights[key] - exact[key]) * values[key][e];
  }
  double squares = 0;
  for (const double one : sum) squares += one * one;
  constexpr double mean_square = 1.0 / 3;  // of a number uniform in [-1, 1)
  return std::sqrt(squares / (value_dim * mean_square));
}

/// All queries and heads of one kind.
reports::AttentionEffect effect_of(const Scores& scores, const Heads& heads, const std::string& kind,
                                   const Values& values) {
  reports::AttentionEffect out;
  out.what = kind;
  out.first = heads.first();
  out.keys = scores.keys();
  if (scores.has(Way::usual)) out.usual.emplace();
  for (int head = 0; head < heads.q_heads(); ++head) {
    if (heads.kind(head).words != kind) continue;
    const auto h = static_cast<std::size_t>(head);
    for (std::size_t n = 0; n < scores.count(); ++n) {
      ++out.queries;
      const std::span<const double> exact = scores.exact(h, n);
      const std::vector<double> exact_weights = softmax(exact);
      const auto add = [&](reports::AttentionShift& to, Way way) {
        const std::vector<double> got = scores.of(way, h, n);
        const std::vector<double> weights = softmax(got);
        reports::AttentionShift one = shift_of(exact, got, exact_weights, weights);
        one.output = output_moved(values, exact_weights, weights);
        merge(to, one);
      };
      add(out.implementation, Way::implementation);
      if (out.usual) add(*out.usual, Way::usual);
      add(out.rounded, Way::rounded);
    }
  }
  return out;
}

/// Nothing where the implementation did not answer.
std::optional<Scores> scores_of(Ways& ways, const Probe& probe, const Heads& heads, std::int64_t tokens,
                                const std::vector<KeyRun>& runs) {
  std::size_t keys = 0;
  for (const KeyRun& run : runs) keys += static_cast<std::size_t>(run.count);
  const int head_dim = probe.fixture.spec.head_dim;
  Scores out(tokens, keys, static_cast<std::size_t>(heads.q_heads()), head_dim);
  const auto count = static_cast<std::int64_t>(out.count());
  const RotateRequest asking = request_of(probe, heads, tokens - count, count, true);
  for (const Way way : all_ways) {
    const auto rotated = ways.rotate(way, asking);
    if (!rotated && way == Way::implementation) return std::nullopt;
    if (rotated) out.add_queries(way, rotated->q);
  }
  const auto width = static_cast<std::size_t>(head_dim);
  const auto k_heads = static_cast<std::size_t>(heads.k_heads());
  const auto of_each_k = static_cast<std::size_t>(heads.q_heads()) / k_heads;
  std::size_t before = 0;
  for (const KeyRun& run : runs) {
    for (std::int64_t from = run.from; from < run.from + run.count; from += longest_call) {
      const std::int64_t in_call = std::min(longest_call, run.from + run.count - from);
      const RotateRequest request = request_of(probe, heads, from, in_call, false);
      RotateRequest k_alone = request;  // its q is there because a call has one
      k_alone.q.clear();
      k_alone.q_heads = 0;
      for (const Way way : all_ways) {
        const auto rotated = ways.rotate(way, way == Way::implementation ? request : k_alone);
        if (!rotated && way == Way::implementation) return std::nullopt;
        if (!rotated || !out.has(way)) continue;
        for (std::size_t n = 0; n < static_cast<std::size_t>(in_call); ++n) {
          for (std::size_t head = 0; head < k_heads * of_each_k; ++head) {
            out.add_key(way, head, before + n, &rotated->k[(n * k_heads + head / of_each_k) * width]);
          }
        }
      }
      before += static_cast<std::size_t>(in_call);
    }
  }
  return out;
}

}  // namespace

std::vector<KeyRun> keys_seen(std::int64_t tokens, std::int64_t most_keys) {
  if (tokens <= most_keys) return {{0, tokens}};
  constexpr std::int64_t block = 64;
  const std::int64_t recent = most_keys / 2;
  const std::int64_t middle = most_keys / 8;
  std::vector<KeyRun> wanted{{tokens / 2 - middle / 2, middle}, {tokens - recent, recent}};
  const std::int64_t blocks = (most_keys - recent - middle) / block;
  for (std::int64_t n = 0; n < blocks; ++n) wanted.push_back({(tokens - recent - block) * n / blocks, block});
  std::sort(wanted.begin(), wanted.end(), [](const KeyRun& a, const KeyRun& b) { return a.from < b.from; });
  std::vector<KeyRun> out;
  for (const KeyRun& run : wanted) {
    if (out.empty() || run.from > out.back().from + out.back().count) {
      out.push_back(run);
    } else {
      out.back().count = std::max(out.back().count, run.from + run.count - out.back().from);
    }
  }
  return out;
}

std::vector<reports::AttentionEffect> attention_in_contexts(Ways& ways, const Probe& probe, const Heads& heads,
                                                            const std::vector<std::int64_t>& contexts,
                                                            std::int64_t most_keys) {
  std::vector<reports::AttentionEffect> out;
  for (const std::int64_t tokens : contexts) {
    const std::vector<KeyRun> runs = keys_seen(tokens, most_keys);
    const std::optional<Scores> scores = scores_of(ways, probe, heads, tokens, runs);
    if (!scores) break;  // longer ones are out of reach, too
    const Values values = random_values(probe.fixture.seed, runs);
    std::vector<std::string> done;
    for (int head = 0; head < heads.q_heads(); ++head) {
      const Heads::Kind& kind = heads.kind(head);
      if (tokens < kind.least_tokens + static_cast<std::int64_t>(queries)) continue;
      if (std::find(done.begin(), done.end(), kind.words) != done.end()) continue;
      done.push_back(kind.words);
      out.push_back(effect_of(*scores, heads, kind.words, values));
      out.back().tokens = tokens;
    }
  }
  return out;
}

}  // namespace rope::conformance
