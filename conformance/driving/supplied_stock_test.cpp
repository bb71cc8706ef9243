// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is put back is given out again for the same kind alone, as it was made, and within what may be kept.
#include "conformance/driving/supplied_stock.hpp"

#include <gtest/gtest.h>

namespace rope::conformance {
namespace {

SuppliedKind kind_of(std::int64_t positions) {
  SuppliedKind kind;
  kind.spec.head_dim = kind.spec.rotary_dim = 8;
  kind.spec.theta = 10000;
  kind.spec.max_position = positions;
  kind.form.dtype = DType::f32;
  kind.form.joined = false;
  kind.form.full_width = false;
  return kind;
}

const std::byte* place_of(const SuppliedAngles& numbers) {
  return numbers.memory(0)->bytes().data();
}

TEST(SuppliedStock, TheSameKindIsTheSameMemory) {
  SuppliedStock stock(std::size_t{1} << 20);
  SuppliedAngles first = stock.take(kind_of(100));
  const std::byte* const place = place_of(first);
  SuppliedAngles meanwhile = stock.take(kind_of(100));
  EXPECT_NE(place_of(meanwhile), place) << "one that is in use is not given out";
  stock.put_back(std::move(first));
  EXPECT_NE(place_of(stock.take(kind_of(101))), place);
  SuppliedAngles again = stock.take(kind_of(100));
  EXPECT_EQ(place_of(again), place);
  EXPECT_EQ(again.kind(), kind_of(100));
  EXPECT_TRUE(again.unchanged());
}

TEST(SuppliedStock, WhatWasChangedIsMadeAnew) {
  SuppliedStock stock(std::size_t{1} << 20);
  for (const std::size_t at : {std::size_t{0}, std::size_t{8}, std::size_t{16}, std::size_t{24}, std::size_t{4095}}) {
    SuppliedAngles numbers = stock.take(kind_of(300));
    ASSERT_TRUE(numbers.unchanged());
    numbers.memory(1)->bytes()[at] ^= std::byte{1};
    EXPECT_FALSE(numbers.unchanged()) << at;
    stock.put_back(std::move(numbers));
    EXPECT_TRUE(stock.take(kind_of(300)).unchanged());
  }
}

TEST(SuppliedStock, TheOldestGoesWhereThereIsNoRoom) {
  const std::size_t one = SuppliedAngles(kind_of(1000)).bytes();
  SuppliedStock stock(2 * one);
  const std::byte* places[3] = {};
  for (std::int64_t n = 0; n < 3; ++n) {
    SuppliedAngles numbers = stock.take(kind_of(1000 - n));
    ASSERT_EQ(numbers.bytes(), one);
    places[n] = place_of(numbers);
    stock.put_back(std::move(numbers));
  }
  const SuppliedAngles third = stock.take(kind_of(998)), second = stock.take(kind_of(999));
  EXPECT_EQ(place_of(third), places[2]);
  EXPECT_EQ(place_of(second), places[1]);
  SuppliedStock none(0);
  none.put_back(SuppliedAngles(kind_of(10)));
  EXPECT_TRUE(none.take(kind_of(10)).unchanged());
}

}  // namespace
}  // namespace rope::conformance
