// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How an implementation answers a fixture: four heads rotated at every sampled position, in one call.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/driving/driver.hpp"
#include "fixtures/fixture.hpp"

namespace rope::conformance {

/// What stands in a head: unit vectors on every pair show the table, random rows the rotation's rounding too.
/// Four heads of q, then two of k; each random row of the fixture stands in both, so that neither tensor and no head
/// but the first goes unseen.
enum class Head : std::uint8_t { e1, e2, random_q, random_k_as_q, random_k, random_q_as_k };
inline constexpr std::size_t head_count = 6;
inline constexpr std::array<Head, head_count> all_heads{
    Head::e1, Head::e2, Head::random_q, Head::random_k_as_q, Head::random_k, Head::random_q_as_k};
/// Whether the head has the fixture's q row (the others that are random have its k row).
constexpr bool has_q_row(Head head) {
  return head == Head::random_q || head == Head::random_q_as_k;
}
std::string_view name(Head head);

/// Inputs and outputs in pair order, so that nothing after this needs to know the pairing.
struct Response {
  RotateAnswer::Status status = RotateAnswer::Status::failed;
  std::string message;  ///< where status is not ok
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  std::size_t rows = 0;  ///< the first `rows` positions of the fixture were asked for
  std::string limited;   ///< why rows is less than the fixture has: the implementation's words
  std::size_t pairs = 0;
  std::array<std::vector<std::uint32_t>, head_count> input, output;  ///< by head: [rows][pairs][2], bits of dtype
  Arrangement used;                                                  ///< how it was asked
  std::vector<std::string> memory_faults;
  bool fp_environment_changed = false;
  double seconds = 0;

  std::uint32_t in(Head head, std::size_t row, std::size_t pair, std::size_t element) const {
    return input[static_cast<std::size_t>(head)][(row * pairs + pair) * 2 + element];
  }
  std::uint32_t out(Head head, std::size_t row, std::size_t pair, std::size_t element) const {
    return output[static_cast<std::size_t>(head)][(row * pairs + pair) * 2 + element];
  }
};

/// Asks for every position of the fixture; where the implementation refuses so many, for those below the model's limit.
Response respond(Driver& driver, const fixtures::Fixture& fixture, DType dtype, Pairing pairing);

/// Moves rows between pair order [rows][pairs][2] and a head's memory order [rows][head_dim] of one head out of
/// `heads`.
void scatter(const Spec& spec, Pairing pairing, const std::vector<std::uint32_t>& pair_order, int head, int heads,
             std::vector<std::uint32_t>& tensor);
std::vector<std::uint32_t> gather(const Spec& spec, Pairing pairing, const std::vector<std::uint32_t>& tensor, int head,
                                  int heads);

}  // namespace rope::conformance
