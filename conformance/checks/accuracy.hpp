// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Compares a response with the fixture's golden values, cell by cell, and keeps what a report needs of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "conformance/checks/judge.hpp"
#include "conformance/checks/response.hpp"
#include "conformance/checks/seen_cell.hpp"

namespace rope::conformance {

/// One pair of one head at one row of the fixture.
struct Cell {
  Head head = Head::e1;
  std::size_t row = 0;
  std::size_t pair = 0;
};

/// Equal bits, or both zero: the sign of zero is INFO (docs/conformance.md).
bool same_number(DType dtype, std::uint32_t a, std::uint32_t b);

/// What the fixture says of a cell.
struct Golden {
  std::array<double, 2> value{};        ///< exact y0, y1, to binary64 or better
  std::array<DoubleDouble, 2> exact{};  ///< lo is 0 where the fixture has binary64 only
  std::array<std::uint32_t, 2> bits{};  ///< correctly rounded to the response's dtype
};
Golden golden(const fixtures::Fixture& fixture, DType dtype, const Cell& cell);

struct Accuracy {
  std::size_t cells = 0;
  std::size_t components = 0;
  std::size_t correctly_rounded = 0;  ///< of components
  Grade grade = Grade::exact;
  double equal_ratio = 0;  ///< largest error / E(1, 1)
  std::optional<SeenCell> worst_equal;
  double failing_ratio = 0;
  std::optional<SeenCell> worst_failing;
  double contract_ratio = 0;
  std::optional<SeenCell> worst_contract;
  std::vector<Grade> row_grade;                ///< by row of the range, worst over heads and pairs
  std::optional<std::int64_t> first_failure;   ///< first position with a failing cell
  std::optional<std::int64_t> first_contract;  ///< first position with a cell outside the contract

  void merge(const Accuracy& other);  ///< of another range of the same dtype; row_grade is left alone
};

/// Compares the heads over rows [first, last).
Accuracy compare(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                 std::span<const Head> heads, std::size_t first, std::size_t last);

/// First row of the fixture whose position is at or past `position`, at most `rows`.
std::size_t row_at(const fixtures::Fixture& fixture, std::size_t rows, std::int64_t position);

}  // namespace rope::conformance
