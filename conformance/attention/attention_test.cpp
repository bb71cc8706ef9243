// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What attention-effect says of right and of wrong rotations, on the small model with 8192 positions.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "conformance/attention/attention_effect.hpp"
#include "conformance/attention/contexts.hpp"
#include "conformance/attention/softmax.hpp"
#include "conformance/attention/transformer.hpp"
#include "conformance/testing/judged_property.hpp"

namespace rope::conformance {
namespace {

using reports::AttentionEffect;
using reports::AttentionShift;
using reports::Verdict;
using ::testing::HasSubstr;

constexpr AttentionSize small_size{4096, 1024};

AttentionFinding found(const Rotate& rotate, DType dtype = DType::f32, const fixtures::QkFile* file = nullptr) {
  const Judge judge(partial_fixture(), dtype, std::nullopt);
  const Probe probe{rotate, partial_fixture(), judge, dtype};
  return attention_effect(probe, small_size, file);
}

/// The longest context of these heads; of the transformer, the one that begins last.
const AttentionEffect& longest(const std::vector<AttentionEffect>& effects, const std::string& what) {
  const AttentionEffect* out = nullptr;
  for (const AttentionEffect& one : effects) {
    if (one.what == what) out = &one;
  }
  if (out == nullptr) throw std::runtime_error("there is nothing about " + what);
  return *out;
}

AttentionShift shift_between(const std::vector<double>& exact, const std::vector<double>& got) {
  return shift_of(exact, got, softmax(exact), softmax(got));
}

TEST(Softmax, SumsToOneAndKeepsTheOdds) {
  const std::vector<double> weights = softmax(std::vector<double>{1000, 999, -1000});
  EXPECT_DOUBLE_EQ(weights[0] + weights[1] + weights[2], 1);
  EXPECT_DOUBLE_EQ(weights[0] / weights[1], std::exp(1.0));
  EXPECT_EQ(weights[2], 0);
}

TEST(Softmax, NoShiftOfTheWeightsIsBeyondTheBound) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  double nearest = 0;
  for (int n = 0; n < 2000; ++n) {
    std::vector<double> exact(2 + random() % 5);
    std::vector<double> got;
    for (double& score : exact) score = 3 * normal(random);
    const double size = std::exp(2 * normal(random) - 2);
    for (const double score : exact) got.push_back(score + size * (random() % 2 == 0 ? 1 : -1));
    const AttentionShift shift = shift_between(exact, got);
    ASSERT_LE(shift.weights, shift.weights_bound + 1e-13) << "beside the roundings of binary64";
    if (shift.weights_bound > 0) nearest = std::max(nearest, shift.weights / shift.weights_bound);
  }
  EXPECT_GT(nearest, 0.9) << "a bound this far away says little";
}

TEST(Softmax, TheBoundIsReached) {
  for (const double e : {1e-3, 0.5, 4.0}) {
    const AttentionShift shift = shift_between({-e, 0}, {0, -e + e});  // odds from exp(-e) to 1: half of a move by 2e
    EXPECT_LE(shift.weights, shift.weights_bound);
    const AttentionShift whole = shift_between({-e / 2, e / 2}, {e / 2, -e / 2});
    EXPECT_DOUBLE_EQ(whole.score, e);
    EXPECT_NEAR(whole.weights, whole.weights_bound, 1e-15);
    EXPECT_EQ(whole.changed, 1U);
  }
}

TEST(Softmax, WhatAllScoresShareMovesNothing) {
  const AttentionShift shift = shift_between({1, 2, 5}, {4, 5, 8});
  EXPECT_EQ(shift.score, 0);
  EXPECT_EQ(shift.weights, 0);
  EXPECT_EQ(shift.changed, 0U);
}

TEST(AttentionEffect, OfAKernelThatRoundsOnceIsThatOfOneRounding) {
  for (const DType dtype : tensor_dtypes) {
    const AttentionFinding finding = found(rotate_rightly, dtype);
    EXPECT_EQ(finding.record.verdict, Verdict::measured);
    EXPECT_FALSE(finding.effects.empty());
    for (const AttentionEffect& one : finding.effects) {
      EXPECT_EQ(one.dtype, name(dtype));
      // The kernel's own angles lose an ulp of binary64 here and there, which changes a rounding now and then.
      EXPECT_NEAR(one.implementation.score, one.rounded.score, 0.05 * one.rounded.score) << one.what;
      EXPECT_NEAR(one.implementation.weights, one.rounded.weights, 0.05 * one.rounded.weights) << one.what;
      EXPECT_GT(one.rounded.score, 0) << one.what;
      EXPECT_LE(one.rounded.weights, one.rounded.weights_bound) << one.what;
      ASSERT_TRUE(one.usual) << one.what;
      // In 16 bits rounding the outputs is most of both.
      EXPECT_GT(one.usual->score, (dtype == DType::f32 ? 1 : 0.5) * one.rounded.score) << one.what;
    }
  }
}

TEST(AttentionEffect, LooksAtEachKindInEachContextThatHoldsIt) {
  std::vector<std::string> seen;
  for (const AttentionEffect& one : found(rotate_rightly).effects) {
    seen.push_back(fmt::format("{} {} {} {}", one.what, one.first, one.tokens, one.queries));
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("content 0 2048 8", "1 token back 0 2048 8", "1,000 tokens back 0 2048 8",
                                           "content 0 4096 8", "1 token back 0 4096 8", "1,000 tokens back 0 4096 8",
                                           "2,048 tokens back 0 4096 8", "a small transformer 0 64 64",
                                           "a small transformer 8128 64 64"));
}

TEST(KeysSeen, AreAllOrTheLastTheMiddleAndSomeOfTheRest) {
  EXPECT_EQ(keys_seen(100, 4096).size(), 1U);
  for (const std::int64_t tokens : {4097, 5000, 8192, 32768, 131072, 1 << 20}) {
    const std::vector<KeyRun> runs = keys_seen(tokens, 4096);
    std::int64_t count = 0;
    std::int64_t end = -1;
    bool middle = false;
    for (const KeyRun& run : runs) {
      EXPECT_GT(run.from, end) << tokens;
      end = run.from + run.count;
      count += run.count;
      middle = middle || (run.from <= tokens / 2 - 200 && end >= tokens / 2 + 200);
    }
    EXPECT_EQ(runs.front().from, 0) << tokens;
    EXPECT_EQ(end, tokens);
    EXPECT_LE(runs.back().from, tokens - 2048) << tokens;
    EXPECT_TRUE(middle) << tokens;
    EXPECT_LE(count, 4096) << tokens;
    EXPECT_GE(count, tokens > 8192 ? 4096 - 64 : 4096 / 2) << tokens << ": a block may lie in the middle";
  }
}

// Positions that are all off by one are seen by nobody: attention knows distances only.
TEST(AttentionEffect, OfPositionsThatAreAllOffByOneIsRoundingAlone) {
  const AttentionFinding finding = found(reading([](RotateRequest& request) {
    for (std::int64_t& position : request.positions) position -= position > 0 ? 1 : 0;
  }));
  EXPECT_LT(longest(finding.effects, "1 token back").implementation.weights, 1e-5);
  EXPECT_LT(longest(finding.effects, "a small transformer").implementation.weights, 1e-5);
}

// q one position too far: a head that looks back by n then looks back by n - 1.
TEST(AttentionEffect, OfQAlonePastItsPositionMovesEveryHeadThatLooksBack) {
  const AttentionFinding finding = found([](const RotateRequest& request) {
    RotateRequest moved = request;
    for (std::int64_t& position : moved.positions) ++position;
    RotateAnswer answer = rotate_rightly(request);
    answer.q = rotate_rightly(moved).q;
    return answer;
  });
  for (const char* what : {"1 token back", "1,000 tokens back", "2,048 tokens back"}) {
    const AttentionEffect& one = longest(finding.effects, what);
    EXPECT_EQ(one.implementation.changed, one.queries) << what;
    EXPECT_GT(one.implementation.weights, 0.01) << what;
    EXPECT_GT(one.implementation.output, 0.001) << what;
    EXPECT_LE(one.implementation.weights, one.implementation.weights_bound) << what;
  }
  const AttentionEffect& model = longest(finding.effects, "a small transformer");
  EXPECT_GT(model.implementation.weights, 0.01);
  EXPECT_GT(model.implementation.output, 0.01);
  EXPECT_THAT(finding.record.message, HasSubstr("queries"));
}

TEST(AttentionEffect, OfNoRotationAtAllChangesPredictions) {
  const AttentionFinding finding =
      found(reading([](RotateRequest& request) { std::fill(request.positions.begin(), request.positions.end(), 0); }));
  EXPECT_GT(longest(finding.effects, "a small transformer").implementation.changed, 5U);
  EXPECT_GT(longest(finding.effects, "content").implementation.changed, 5U);
}

TEST(AttentionEffect, WhatIsRefusedPastAPositionLeavesTheContextsBeforeIt) {
  const AttentionFinding finding =
      found(refusing([](const RotateRequest& request) { return request.positions.back() >= 3000; }, "too far"));
  EXPECT_EQ(finding.record.verdict, Verdict::measured);
  EXPECT_THAT(finding.record.message, HasSubstr("the rest is refused: too far"));
  for (const AttentionEffect& one : finding.effects) EXPECT_LE(one.tokens, 2048) << one.what;
  EXPECT_EQ(longest(finding.effects, "content").tokens, 2048);
}

TEST(AttentionEffect, OfWhatIsRefusedAltogetherIsUnsupported) {
  const AttentionFinding finding = found(refusing([](const RotateRequest&) { return true; }, "no such head"));
  EXPECT_EQ(finding.record.verdict, Verdict::unsupported);
  EXPECT_THAT(finding.record.message, HasSubstr("no such head"));
  EXPECT_TRUE(finding.effects.empty());
}

TEST(AttentionEffect, IsAFailureWhereACallGoesWrong) {
  int calls = 0;
  const AttentionFinding crashed = found([&](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    if (++calls == 4) {
      answer.status = RotateAnswer::Status::crashed;
      answer.message = "SIGSEGV inside apply";
    }
    return answer;
  });
  EXPECT_EQ(crashed.record.verdict, Verdict::crashed);
  EXPECT_THAT(crashed.record.message, HasSubstr("SIGSEGV"));
  const AttentionFinding not_finite = found([](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    answer.k.back() = 0x7fc00000;
    return answer;
  });
  EXPECT_EQ(not_finite.record.verdict, Verdict::fail);
  EXPECT_THAT(not_finite.record.message, HasSubstr("where all inputs are finite"));
}

fixtures::QkFile made_file(int q_heads, int k_heads, std::int64_t tokens) {
  fixtures::QkFile file;
  file.name = "layer0.h5";
  file.tokens = tokens;
  file.q_heads = q_heads;
  file.k_heads = k_heads;
  file.head_dim = partial_fixture().spec.head_dim;
  file.first_position = 40;
  std::mt19937_64 random(3);
  std::normal_distribution<float> normal;
  for (auto& [tensor, heads] : {std::pair{&file.q, q_heads}, std::pair{&file.k, k_heads}}) {
    tensor->resize(static_cast<std::size_t>(tokens * heads * file.head_dim));
    for (float& x : *tensor) x = normal(random);
  }
  return file;
}

TEST(AttentionEffect, OfAFileWithSharedKeysIsThatOfTheSameKeysForEachHead) {
  fixtures::QkFile shared = made_file(4, 2, 300);
  // The largest figures are those of heads 1 and 2, which another order of k's heads would give another k.
  for (std::size_t n = 0; n < shared.q.size(); ++n) {
    const std::size_t head = n / static_cast<std::size_t>(shared.head_dim) % 4;
    if (head == 1 || head == 2) shared.q[n] *= 8;
  }
  fixtures::QkFile repeated = shared;
  repeated.k_heads = 4;
  repeated.k.clear();
  const auto width = static_cast<std::size_t>(shared.head_dim);
  for (std::size_t row = 0; row < shared.k.size(); row += width) {
    for (int copy = 0; copy < 2; ++copy) {
      repeated.k.insert(repeated.k.end(), shared.k.begin() + static_cast<std::ptrdiff_t>(row),
                        shared.k.begin() + static_cast<std::ptrdiff_t>(row + width));
    }
  }
  const AttentionFinding one = found(rotate_rightly, DType::bf16, &shared);
  const AttentionFinding other = found(rotate_rightly, DType::bf16, &repeated);
  const AttentionEffect& a = longest(one.effects, "q and k");
  const AttentionEffect& b = longest(other.effects, "q and k");
  EXPECT_EQ(a.file, "layer0.h5");
  EXPECT_EQ(a.first, 40);
  EXPECT_EQ(a.tokens, 300);
  EXPECT_EQ(a.queries, 32U);
  EXPECT_EQ(a.implementation.score, b.implementation.score);
  EXPECT_EQ(a.implementation.weights, b.implementation.weights);
  EXPECT_GT(a.implementation.weights, 0);
}

/// k of the token at this position is a thousand times too large.
Rotate spoiling_k_at(std::int64_t position) {
  return [=](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    const std::size_t row = answer.k.size() / request.positions.size();
    for (std::size_t n = 0; n < answer.k.size(); ++n) {
      if (request.positions[n / row] != position) continue;
      answer.k[n] =
          static_cast<std::uint32_t>(round_to_bits(request.dtype, 1000 * to_double(request.dtype, answer.k[n])));
    }
    return answer;
  };
}

TEST(AttentionEffect, AQuerySeesNothingBehindIt) {
  const fixtures::QkFile file = made_file(8, 8, 300);
  const AttentionFinding finding = found(spoiling_k_at(40 + 299), DType::f32, &file);
  const AttentionEffect& one = longest(finding.effects, "q and k");
  EXPECT_EQ(one.queries, 64U);
  EXPECT_GT(one.implementation.changed, 0U);
  EXPECT_LE(one.implementation.changed, 8U) << "the last query of each head alone sees the last token";
}

TEST(SmallTransformer, ATokenSeesNothingBehindIt) {
  const Judge judge(partial_fixture(), DType::f32, std::nullopt);
  const auto logits = [&](const Rotate& rotate) {
    const Probe probe{rotate, partial_fixture(), judge};
    Ways ways(probe, 64);
    return *SmallTransformer(probe).logits(ways, Way::implementation, 0);
  };
  const std::vector<double> right = logits(rotate_rightly);
  const std::vector<double> spoiled = logits(spoiling_k_at(63));
  const auto last = static_cast<std::ptrdiff_t>(63 * SmallTransformer::vocabulary);
  EXPECT_TRUE(std::equal(right.begin(), right.begin() + last, spoiled.begin()));
  EXPECT_FALSE(std::equal(right.begin() + last, right.end(), spoiled.begin() + last));
}

TEST(MadeHeads, LookBackByTheirDistance) {
  const Judge judge(partial_fixture(), DType::f32, std::nullopt);
  const Probe probe{rotate_rightly, partial_fixture(), judge};
  constexpr std::int64_t tokens = 2048;
  Ways ways(probe, tokens);
  const MadeHeads heads(probe, ways.table(), tokens);
  ASSERT_EQ(heads.q_heads(), 4);
  const auto rotated = *ways.rotate(Way::exact, request_of(probe, heads, 0, tokens, true));
  const auto width = static_cast<std::size_t>(partial_fixture().spec.head_dim);
  constexpr std::array<std::size_t, 4> distances{0, 1, 1000, 1024};
  for (std::size_t head = 1; head < 4; ++head) {
    std::size_t top = 0;
    double largest = -HUGE_VAL;
    for (std::size_t token = 0; token < tokens; ++token) {
      double score = 0;
      for (std::size_t e = 0; e < width; ++e) {
        score += rotated.q[((tokens - 1) * 4 + head) * width + e] * rotated.k[(token * 4 + head) * width + e];
      }
      if (score > largest) {
        largest = score;
        top = token;
      }
    }
    EXPECT_EQ(top, tokens - 1 - distances[head]) << heads.kind(static_cast<int>(head)).words;
    EXPECT_NEAR(largest / std::sqrt(static_cast<double>(width)), 20, 1e-3);
  }
}

TEST(AttentionEffect, AFileOfAnotherModelDoesNotFit) {
  const Spec& spec = partial_fixture().spec;
  fixtures::QkFile file = made_file(2, 1, 100);
  EXPECT_EQ(does_not_fit(file, spec), std::nullopt);
  file.first_position = spec.max_position - 99;
  EXPECT_THAT(does_not_fit(file, spec).value_or(""), HasSubstr("positions below 8192"));
  file.first_position = spec.max_position + 5;
  EXPECT_TRUE(does_not_fit(file, spec));
  file.first_position = 0;
  file.head_dim = 64;
  EXPECT_THAT(does_not_fit(file, spec).value_or(""), HasSubstr("64 elements, the model's 24"));
}

// The sizes that its weights are chosen for: a transformer whose attention is flat, or sees one token alone, would hide
// what a rotation does.
TEST(SmallTransformer, PredictsDifferentlyWithoutRotationAndTheSameTwice) {
  const Judge judge(partial_fixture(), DType::f32, std::nullopt);
  const Probe probe{rotate_rightly, partial_fixture(), judge};
  Ways ways(probe, 256);
  const SmallTransformer model(probe);
  const auto at_0 = model.logits(ways, Way::exact, 0);
  EXPECT_EQ(at_0, model.logits(ways, Way::exact, 0));
  double squares = 0;
  for (const double logit : *at_0) squares += logit * logit;
  const double spread = std::sqrt(squares / static_cast<double>(at_0->size()));
  EXPECT_GT(spread, 1);
  EXPECT_LT(spread, 3);
  // Only distances matter to attention.
  const auto at_100 = model.logits(ways, Way::exact, 100);
  double largest = 0;
  for (std::size_t n = 0; n < at_0->size(); ++n) largest = std::max(largest, std::fabs((*at_0)[n] - (*at_100)[n]));
  EXPECT_LT(largest, 1e-5) << "q and k are rounded to fp32 before they are rotated";
}

}  // namespace
}  // namespace rope::conformance
