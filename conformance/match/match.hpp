// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How many of a response's output bits a pipeline gives, and where it first gives others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/checks/response.hpp"
#include "fixtures/fixture.hpp"
#include "reference/pipeline/pipeline.hpp"

namespace rope::conformance {

/// Elements with the pipeline's bits, of those compared.
struct Share {
  std::size_t equal = 0;
  std::size_t compared = 0;

  bool complete() const { return equal == compared; }
  double value() const { return compared == 0 ? 0 : static_cast<double>(equal) / static_cast<double>(compared); }
  Share& operator+=(const Share& other) {
    equal += other.equal;
    compared += other.compared;
    return *this;
  }
};

/// One output element that has other bits than the pipeline gives.
struct BitDifference {
  Head head = Head::e1;
  std::size_t row = 0;
  std::int64_t position = 0;
  std::size_t pair = 0;
  std::size_t element = 0;  ///< of the pair
  std::uint32_t expected = 0, got = 0;
};

struct Matched {
  Share unit;                          ///< e1 and e2: the table, as the rotation uses it
  Share random;                        ///< the other heads
  Share first_pair;                    ///< of unit: pair 0
  std::optional<BitDifference> first;  ///< lowest position; then by head, pair and element

  Share all() const { return Share(unit) += random; }
  bool complete() const { return all().complete(); }
};

/// From here on a contract's bits are an implementation's: what is left may be another library's sine.
inline constexpr double reproduced = 0.999;

/// Why no single pipeline gives the forward bits of a contract on this spec; nothing where one does. q and k must
/// agree.
std::optional<std::string> cannot_emulate(const Contract& contract, const Spec& spec);
/// The same for the positions of a fixture, which an angle in two fp32 words may not reach.
std::optional<std::string> cannot_emulate(const Contract& contract, const fixtures::Fixture& fixture);

/// The contract of both tensors, forwards; of one that cannot_emulate has nothing against.
Contract forward_contract(const Contract& contract);

/// Equal bits, both zero (the sign of zero is INFO), or both NaN (so are payloads).
bool same_bits(DType dtype, std::uint32_t a, std::uint32_t b);

/// Over every row of the response, or over those in `rows`. The response is one with status ok, of the pipeline's dtype
/// and of this fixture.
Matched match(const Response& response, const fixtures::Fixture& fixture, const Pipeline& pipeline);
Matched match(const Response& response, const fixtures::Fixture& fixture, const Pipeline& pipeline,
              std::span<const std::size_t> rows);

}  // namespace rope::conformance
