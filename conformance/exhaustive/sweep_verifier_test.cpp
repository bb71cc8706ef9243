// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Screened cells against every cell judged in full by the multiprecision reference.
#include "conformance/exhaustive/sweep_verifier.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/exhaustive/sweep.hpp"
#include "conformance/testing/synthetic.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

constexpr std::array<Head, 3> heads{Head::e1, Head::e2, Head::random_k};

/// What an implementation gives before its last rounding, made from the exact value.
using Disturbed =
    std::function<std::array<double, 2>(std::array<double, 2> exact, Head head, std::int64_t position, int pair)>;

struct Made {
  SweepChunk chunk;
  struct Cell {
    Head head;
    std::int64_t position;
    int pair;
    std::array<ExactOutput, 2> exact;
    std::array<double, 2> in;
    std::array<std::uint32_t, 2> got;
    double cos, sin;
  };
  std::vector<Cell> cells;
};

Made make(const fixtures::Fixture& fixture, DType dtype, Pairing pairing, std::int64_t first, std::size_t rows,
          const Disturbed& disturbed) {
  const Spec& spec = fixture.spec;
  const Exact exact(spec);
  const auto head_dim = static_cast<std::size_t>(spec.head_dim);
  Made made;
  made.chunk.first = first;
  made.chunk.rows = rows;
  made.chunk.pairing = pairing;
  made.chunk.k_in.resize(rows * head_dim);
  made.chunk.q_out.resize(rows * 2 * head_dim);
  made.chunk.k_out.resize(rows * head_dim);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t position = first + static_cast<std::int64_t>(row);
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      const Exact::At at = exact.at(position, pair);
      const Exact::Trig trig = at.trig();
      for (const Head head : heads) {
        std::array<double, 2> in{head == Head::e1 ? 1.0 : 0.0, head == Head::e2 ? 1.0 : 0.0};
        for (std::size_t element = 0; element < 2; ++element) {
          const auto offset = static_cast<std::size_t>(
              spec.dim_offset + element_of_pair(pairing, spec.rotary_dim, pair, static_cast<int>(element)));
          if (head == Head::random_k) {
            const std::uint32_t bits = sweep_pair(7, position, spec.pairs(), pair, dtype)[element];
            in[element] = to_double(dtype, bits);
            made.chunk.k_in[row * head_dim + offset] = bits;
          }
        }
        Made::Cell cell{head,
                        position,
                        pair,
                        at.rotate(dtype, in[0], in[1], Direction::forward),
                        in,
                        {},
                        trig.cos.value.hi,
                        trig.sin.value.hi};
        const std::array<double, 2> y = disturbed({cell.exact[0].value, cell.exact[1].value}, head, position, pair);
        for (std::size_t element = 0; element < 2; ++element) {
          const auto offset = static_cast<std::size_t>(
              spec.dim_offset + element_of_pair(pairing, spec.rotary_dim, pair, static_cast<int>(element)));
          cell.got[element] = static_cast<std::uint32_t>(round_to_bits(dtype, y[element]));
          if (head == Head::random_k) {
            made.chunk.k_out[row * head_dim + offset] = cell.got[element];
          } else {
            made.chunk.q_out[(row * 2 + (head == Head::e2 ? 1 : 0)) * head_dim + offset] = cell.got[element];
          }
        }
        made.cells.push_back(cell);
      }
    }
  }
  return made;
}

/// Every cell judged in full, in the multiprecision reference.
SweepFindings brute_force(const Made& made, const Judge& judge, DType dtype) {
  SweepFindings out;
  const double a = judge.usual().attention_factor();
  for (const Made::Cell& cell : made.cells) {
    SweepAccuracy& into = cell.head == Head::random_k ? out.rotation : out.table;
    std::array<double, 2> off{};
    bool rounded = true;
    for (std::size_t n = 0; n < 2; ++n) {
      const double got = to_double(dtype, cell.got[n]);
      off[n] = got - cell.exact[n].value;
      const double expected = to_double(dtype, cell.exact[n].bits);
      const bool same = cell.got[n] == cell.exact[n].bits || (got == 0 && expected == 0);
      rounded = rounded && same;
      into.correctly_rounded += same ? 1U : 0U;
      into.ulps.add(std::fabs(off[n]) / ulp(dtype, cell.exact[n].value));
    }
    ++into.cells;
    into.components += 2;
    double error = std::hypot(off[0], off[1]);
    if (std::isnan(error)) error = HUGE_VAL;
    const double norm = std::hypot(cell.in[0], cell.in[1]);
    const CellPlace place{cell.position, cell.pair, cell.cos, cell.sin, norm};
    const Score score = judge.score(place, error, rounded);
    const double contract =
        judge.contract_ratio(place, error, cell.in, {to_double(dtype, cell.got[0]), to_double(dtype, cell.got[1])});
    into.grade = std::max(into.grade, score.grade);
    SeenCell seen;
    seen.position = cell.position;
    seen.pair = cell.pair;
    keep_larger(into.equal_ratio, into.worst_equal, score.equal_ratio, seen);
    keep_larger(into.failing_ratio, into.worst_failing, score.failing_ratio, seen);
    if (judge.declared()) {
      keep_larger(into.contract_ratio, into.worst_contract, contract, seen);
    };
    const double units = std::max(0.0, error - std::sqrt(0.5) * ulp(dtype, 0)) / (unit_roundoff(dtype) * a * norm);
    keep_larger(into.units, into.worst_units, units, seen);
    const auto first = [&](std::optional<std::int64_t>& known, bool is) {
      if (is && !known) known = cell.position;
    };
    first(into.first_failure, score.grade == Grade::fail);
    first(into.first_contract, contract > 1);
    first(into.first_rounded_wrong, !rounded);
    first(into.first_past_a, units > tier_a);
    first(into.first_past_b, units > tier_b);
  }
  return out;
}

void expect_same(const SweepAccuracy& found, const SweepAccuracy& wanted, const std::string& what) {
  SCOPED_TRACE(what);
  EXPECT_EQ(found.cells, wanted.cells);
  EXPECT_EQ(found.components, wanted.components);
  EXPECT_EQ(found.correctly_rounded, wanted.correctly_rounded);
  EXPECT_EQ(found.grade, wanted.grade);
  EXPECT_EQ(found.first_failure, wanted.first_failure);
  EXPECT_EQ(found.first_contract, wanted.first_contract);
  EXPECT_EQ(found.first_rounded_wrong, wanted.first_rounded_wrong);
  EXPECT_EQ(found.first_past_a, wanted.first_past_a);
  EXPECT_EQ(found.first_past_b, wanted.first_past_b);
  const auto near = [](double a, double b, const char* which) {
    if (a == b) return;  // both may be infinite
    EXPECT_NEAR(a, b, 1e-6 * (1 + b)) << which;
  };
  near(found.equal_ratio, wanted.equal_ratio, "equal");
  near(found.failing_ratio, wanted.failing_ratio, "failing");
  near(found.contract_ratio, wanted.contract_ratio, "contract");
  near(found.units, wanted.units, "units");
  for (const double share : {0.5, 0.99, 0.9999}) {
    near(found.ulps.percentile(share), wanted.ulps.percentile(share), "percentile");
  }
  EXPECT_EQ(found.ulps.count(), wanted.ulps.count());
}

struct Named {
  const char* name;
  Disturbed disturbed;
};

const std::vector<Named>& disturbances() {
  static const std::vector<Named> all{
      {"none", [](std::array<double, 2> y, Head, std::int64_t, int) { return y; }},
      {"an angle that is off more and more",
       [](std::array<double, 2> y, Head, std::int64_t p, int pair) {
         const double d = 4e-8 * static_cast<double>(p) / (1 + pair);
         return std::array<double, 2>{y[0] * std::cos(d) - y[1] * std::sin(d), y[1] * std::cos(d) + y[0] * std::sin(d)};
       }},
      {"wrong from a position on",
       [](std::array<double, 2> y, Head, std::int64_t p, int pair) {
         if (p < 130 || pair != 3) return y;
         return std::array<double, 2>{y[1], y[0]};
       }},
      {"one NaN, one infinity",
       [](std::array<double, 2> y, Head head, std::int64_t p, int pair) {
         if (p % 200 == 77 && pair == 2 && head == Head::e2) y[1] = std::numeric_limits<double>::quiet_NaN();
         if (p % 200 == 99 && pair == 5 && head == Head::random_k) y[0] = std::numeric_limits<double>::infinity();
         return y;
       }},
      {"the random head alone", [](std::array<double, 2> y, Head head, std::int64_t, int) {
         if (head == Head::random_k) y[0] *= 1 + 0x1p-7;
         return y;
       }}};
  return all;
}

// Screening leaves out only what cannot matter: the outcome is that of judging every cell in multiprecision. So
// horizons are those of a search through every cell, too.
void expect_as_in_full(const fixtures::Fixture& fixture, DType dtype, const Contract& contract,
                       const std::string& how) {
  const CertifiedTable table(fixture.spec, 0, 20000);
  const Judge judge(fixture, dtype, contract, 20000);
  const SweepVerifier verifier(table, judge, dtype, 0, 0);
  for (const Named& one : disturbances()) {
    for (const std::int64_t first : {0L, 16000L}) {
      const Pairing pairing = first == 0 ? Pairing::half_split : Pairing::interleaved;
      const Made made = make(fixture, dtype, pairing, first, 150, one.disturbed);
      const SweepFindings wanted = brute_force(made, judge, dtype);
      const SweepFindings found = verifier.verify(made.chunk, 1);
      const std::string what = std::string(one.name) + ", " + how + ", from " + std::to_string(first);
      expect_same(found.table, wanted.table, what + ", table");
      expect_same(found.rotation, wanted.rotation, what + ", rotation");
      // Cut otherwise, and by more threads: the same, with the same worst cells.
      const SweepFindings threads = verifier.verify(made.chunk, 3);
      for (const auto& [a, b] : {std::pair(&found.table, &threads.table), {&found.rotation, &threads.rotation}}) {
        expect_same(*b, *a, what + ", three threads");
        ASSERT_EQ(a->worst_equal.has_value(), b->worst_equal.has_value());
        if (a->worst_equal) {
          EXPECT_EQ(a->worst_equal->position, b->worst_equal->position);
          EXPECT_EQ(a->worst_equal->pair, b->worst_equal->pair);
          EXPECT_EQ(a->worst_equal->got, b->worst_equal->got);
        }
      }
    }
  }
}

// Screening leaves out only what cannot matter: the outcome is that of judging every cell in multiprecision. So
// horizons are those of a search through every cell, too.
TEST(SweepVerifier, FindsWhatJudgingEveryCellInFullFinds) {
  for (const double factor : {1.0, 1.416}) {
    fixtures::Fixture fixture = small_fixture();
    fixture.spec.attention_factor = factor;
    for (const DType dtype : tensor_dtypes) {
      const std::string how = std::string(name(dtype)) + ", A = " + std::to_string(factor);
      expect_as_in_full(fixture, dtype, baseline_contract(dtype), how);
      // Judged on its own truth: frequencies that are pinned.
      const std::string t = dtype == DType::f32 ? "f32" : dtype == DType::f16 ? "f16" : "bf16";
      const auto pinned =
          parse_contract("pos=int freq=f32:cr angle=f32:mul trig=f32:glibc rotate=f32:mul out=" + t + ":rn", dtype);
      ASSERT_TRUE(std::holds_alternative<Contract>(pinned)) << std::get<ContractError>(pinned).message;
      expect_as_in_full(fixture, dtype, std::get<Contract>(pinned), how + ", pinned");
    }
  }
}

// What a thread throws (Unresolved, or as here a chunk past the table) reaches the caller and does not end the program.
TEST(SweepVerifier, PassesOnWhatItsThreadsThrow) {
  const fixtures::Fixture& fixture = small_fixture();
  const CertifiedTable table(fixture.spec, 0, 200);
  const Judge judge(fixture, DType::f32, std::nullopt);
  const SweepVerifier verifier(table, judge, DType::f32, 0, 0);
  const auto nothing = [](std::array<double, 2> y, Head, std::int64_t, int) { return y; };
  const Made made = make(fixture, DType::f32, Pairing::half_split, 100, 256, nothing);
  for (const int threads : {1, 3}) EXPECT_THROW(verifier.verify(made.chunk, threads), std::invalid_argument);
  EXPECT_EQ(verifier.verify(SweepChunk{}, 3).table.cells, 0U);
}

TEST(SweepVerifier, MeasuresThePhaseOfTheFirstUnitVector) {
  const fixtures::Fixture& fixture = small_fixture();
  const CertifiedTable table(fixture.spec, 0, 1000);
  const Judge judge(fixture, DType::f32, std::nullopt);
  const double turned = 1e-3;
  const Made made = make(
      fixture, DType::f32, Pairing::half_split, 100, 100, [&](std::array<double, 2> y, Head, std::int64_t p, int pair) {
        const double d = p == 150 && pair == 4 ? turned : 0;
        return std::array<double, 2>{y[0] * std::cos(d) - y[1] * std::sin(d), y[1] * std::cos(d) + y[0] * std::sin(d)};
      });
  EXPECT_NEAR(SweepVerifier(table, judge, DType::f32, 100, 200).verify(made.chunk, 1).table.angle_error, turned, 1e-6);
  EXPECT_LT(SweepVerifier(table, judge, DType::f32, 100, 150).verify(made.chunk, 1).table.angle_error, 1e-6);
  EXPECT_EQ(SweepVerifier(table, judge, DType::f32, 0, 0).verify(made.chunk, 1).table.angle_error, 0);
}

// Keyed by position, so that a position has the same row whatever the chunks; elements fill [-1, 1) and its last bits.
TEST(Sweep, RandomRowsAreKeyedAndUseTheWholeRange) {
  for (const DType dtype : tensor_dtypes) {
    std::array<double, 2> least{1, 1}, largest{-1, -1}, sum{};
    std::size_t odd = 0;
    for (std::int64_t position = 0; position < 2000; ++position) {
      EXPECT_EQ(sweep_pair(1, position, 64, 3, dtype), sweep_pair(1, position, 64, 3, dtype));
      EXPECT_NE(sweep_pair(1, position, 64, 3, dtype), sweep_pair(2, position, 64, 3, dtype));
      EXPECT_NE(sweep_pair(1, position, 64, 3, dtype), sweep_pair(1, position + 1, 64, 3, dtype));
      const auto bits = sweep_pair(1, position, 64, 3, dtype);
      for (std::size_t n = 0; n < 2; ++n) {
        const double x = to_double(dtype, bits[n]);
        least[n] = std::min(least[n], x);
        largest[n] = std::max(largest[n], x);
        sum[n] += x / 2000;
        odd += bits[n] & 1U;
      }
    }
    for (std::size_t n = 0; n < 2; ++n) {
      EXPECT_LT(least[n], -0.99);
      EXPECT_GT(largest[n], 0.99);
      EXPECT_GE(least[n], -1);
      EXPECT_LE(largest[n], 1);
      EXPECT_LT(std::fabs(sum[n]), 0.07);  // five standard deviations
    }
    EXPECT_GT(odd, 800U);
  }
}

// The pass would judge by a wrong truth if the two were not held against each other first.
TEST(Sweep, SeesAFixtureThatIsNotTheTables) {
  fixtures::Fixture fixture = small_fixture();
  const CertifiedTable table(fixture.spec, 0, fixture.extent);
  EXPECT_EQ(disagreement(fixture, table), "");
  fixture.cos_bits[0][100] ^= 1;
  EXPECT_NE(disagreement(fixture, table).find("fp32 cosine of pair 4 at position"), std::string::npos)
      << disagreement(fixture, table);
  fixture = small_fixture();
  fixture.sin_bits[2][200] ^= 1;
  EXPECT_NE(disagreement(fixture, table).find("bf16 sine"), std::string::npos);
  fixture = small_fixture();
  fixture.sin[77].lo += 0x1p-95;
  EXPECT_NE(disagreement(fixture, table).find("fp64 sine"), std::string::npos);
  fixture = small_fixture();
  fixture.spec.theta = 10000;
  EXPECT_NE(disagreement(small_fixture(), CertifiedTable(fixture.spec, 0, fixture.extent)), "");
}

}  // namespace
}  // namespace rope::conformance
