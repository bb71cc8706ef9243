// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a call rotates, token by token, so that the same tokens can be asked for in another order, in rows of a batch or
// one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "conformance/checks/probe.hpp"

namespace rope::conformance {

/// Whole heads of tokens, in the probe's pairing: q is [tokens][q_heads][head_dim], k likewise.
struct Tokens {
  std::vector<std::int64_t> positions;  ///< one for each token
  std::vector<std::uint32_t> q, k;
  int q_heads = property_q_heads;
  int k_heads = property_k_heads;

  std::size_t count() const { return positions.size(); }
};

/// Random elements, keyed by seed and `stream`; those outside rotary_dim too.
Tokens random_tokens(const Probe& probe, std::string_view stream, std::vector<std::int64_t> positions,
                     int q_heads = property_q_heads, int k_heads = property_k_heads);

/// The tokens of these numbers, in this order.
Tokens picked(const Tokens& tokens, const std::vector<std::size_t>& numbers);

/// `count` tokens from number `first` on.
Tokens slice(const Tokens& tokens, std::size_t first, std::size_t count);

void append(Tokens& tokens, const Tokens& more);

/// The same elements at other positions.
Tokens at_positions(Tokens tokens, std::vector<std::int64_t> positions);

/// A plain call with the tokens as `batch` rows, one behind the other.
RotateRequest request_for(const Probe& probe, const Tokens& tokens, int batch = 1);

/// The outputs of a call for these tokens, in the order of `tokens` and in the probe's pairing.
Tokens outputs_of(const Probe& probe, const Tokens& tokens, const RotateRequest& request, const RotateAnswer& answer);

/// Every head of every token as a row of its own, in pair order: q's, [tokens][heads], then k's.
Rows rows_of(const Probe& probe, const Tokens& tokens);

/// [batch][tokens] positions below the model's limit, consecutive in each row. Rows begin at different places, or at
/// the same one where the implementation cannot be told so or `together` is set.
std::vector<std::int64_t> run_positions(const Probe& probe, int batch, std::int64_t tokens, bool together = false);

/// The same without an order, both ends among them, where the implementation takes such.
std::vector<std::int64_t> any_positions(const Probe& probe, int batch, std::int64_t tokens);

}  // namespace rope::conformance
