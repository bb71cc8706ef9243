// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One set of bits: on every instruction set, from any cut of the window, from any number of threads.
#include "reference/certified/isa.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <thread>
#include <vector>

#include "reference/certified/table.hpp"
#include "reference/certified/test_specs.hpp"

namespace rope {
namespace {

/// Order of rows counts, the cuts between calls do not.
class Digest {
 public:
  template <class T>
  void add(const std::vector<T>& values) {
    for (const T& v : values) {
      std::uint64_t word = 0;
      if constexpr (sizeof(T) == 8) word = std::bit_cast<std::uint64_t>(v);
      if constexpr (sizeof(T) == 4) word = std::bit_cast<std::uint32_t>(v);
      if constexpr (sizeof(T) == 2) word = v;
      h_ = (std::rotl(h_, 5) ^ word) * 0x9E3779B97F4A7C15U;
    }
  }
  std::uint64_t value() const { return h_; }

 private:
  std::uint64_t h_ = 0;
};

/// A digest of each output, rows taken `cut` at a time.
std::vector<std::uint64_t> digests(const CertifiedTable& t, std::size_t cut) {
  std::vector<Digest> d(14);
  for (std::int64_t from = t.first(); from < t.first() + t.count();) {
    const auto rows = std::min(cut, static_cast<std::size_t>(t.first() + t.count() - from));
    const std::size_t n = rows * t.pairs();
    std::vector<float> f(n), g(n);
    std::vector<std::uint16_t> h(n), k(n);
    std::vector<double> a(n), b(n), c(n), e(n);
    t.round_f32(from, rows, f.data(), g.data());
    d[0].add(f), d[1].add(g);
    t.round_f16(from, rows, h.data(), k.data());
    d[2].add(h), d[3].add(k);
    t.round_bf16(from, rows, h.data(), k.data());
    d[4].add(h), d[5].add(k);
    t.round_f64(from, rows, a.data(), b.data());
    d[6].add(a), d[7].add(b);
    t.values(from, rows, a.data(), b.data());
    d[8].add(a), d[9].add(b);
    t.double_doubles(from, rows, a.data(), b.data(), c.data(), e.data());
    d[10].add(a), d[11].add(b), d[12].add(c), d[13].add(e);
    from += static_cast<std::int64_t>(rows);
  }
  std::vector<std::uint64_t> values;
  for (const Digest& x : d) values.push_back(x.value());
  return values;
}

TEST(Isa, NamesAreReadBack) {
  for (const Isa isa : {Isa::portable, Isa::v2, Isa::v3, Isa::v4}) EXPECT_EQ(isa_from_name(name(isa)), isa);
  EXPECT_EQ(isa_from_name("v5"), std::nullopt);
  EXPECT_EQ(available_isas().front(), Isa::portable);
  EXPECT_EQ(available_isas().back(), best_isa());
}

TEST(Isa, ThatIsNotHereIsRefused) {
  const auto here = available_isas();
  for (const Isa isa : {Isa::v2, Isa::v3, Isa::v4}) {
    if (std::find(here.begin(), here.end(), isa) != here.end()) {
      EXPECT_EQ(CertifiedTable(spec_of(4, 1e4), 0, 1, isa).isa(), isa);
    } else {
      EXPECT_THROW(CertifiedTable(spec_of(4, 1e4), 0, 1, isa), std::invalid_argument);
    }
  }
}

class EverySpec : public testing::TestWithParam<testing_certified::Named> {};

TEST_P(EverySpec, GivesTheSameBitsOnEveryInstructionSetHoweverRowsAreCut) {
  for (const std::int64_t first : {std::int64_t{-1500}, std::int64_t{123'456'789}}) {
    const auto expected = digests(CertifiedTable(GetParam().spec, first, 3000, Isa::portable), 3000);
    std::size_t cut = 3000;
    for (const Isa isa : available_isas()) {
      EXPECT_EQ(digests(CertifiedTable(GetParam().spec, first, 3000, isa), cut), expected) << name(isa);
      cut = cut / 3 - 7;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Certified, EverySpec, testing::ValuesIn(testing_certified::specs()),
                         [](const auto& named) { return named.param.name; });

TEST(Threads, ShareOneTableAndItsExact) {
  // A pair that turns too slowly for level 2: all threads ask for Exact at once.
  const CertifiedTable table(spec_of(6, 0, GivenFamily{{1, 1e-25, 0}}), 1, 400);
  const auto expected = digests(CertifiedTable(table.spec(), 1, 400), 400);
  std::vector<std::vector<std::uint64_t>> got(4);
  std::vector<std::thread> threads;
  for (auto& g : got) threads.emplace_back([&] { g = digests(table, 100); });
  for (std::thread& t : threads) t.join();
  EXPECT_THAT(got, testing::Each(expected));
}

}  // namespace
}  // namespace rope
