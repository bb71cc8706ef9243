// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Tokens lie behind one another in a request, rows of a batch too, so that a token is always one piece of q and of k.
#include "conformance/checks/tokens.hpp"

#include <algorithm>
#include <utility>

#include "conformance/checks/response.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

/// Elements of one token.
std::size_t piece(const std::vector<std::uint32_t>& tensor, const Tokens& tokens) {
  return tokens.count() == 0 ? 0 : tensor.size() / tokens.count();
}

void take(const std::vector<std::uint32_t>& from, std::size_t number, std::size_t each,
          std::vector<std::uint32_t>& to) {
  const auto begin = from.begin() + static_cast<std::ptrdiff_t>(number * each);
  to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(each));
}

/// The first of a run of `tokens` positions: another one for each row, none past the limit.
std::int64_t first_of(const Probe& probe, std::int64_t row, std::int64_t tokens) {
  const std::int64_t room = std::max<std::int64_t>(1, probe.fixture.spec.max_position - tokens + 1);
  return (room / 3 + row * (room / 7 + 1)) % room;
}

}  // namespace

Tokens random_tokens(const Probe& probe, std::string_view stream, std::vector<std::int64_t> positions, int q_heads,
                     int k_heads) {
  Tokens out;
  out.positions = std::move(positions);
  out.q_heads = q_heads;
  out.k_heads = k_heads;
  const std::uint64_t number = fixtures::stream(stream);
  const std::size_t each = out.count() * static_cast<std::size_t>(probe.fixture.spec.head_dim);
  std::uint64_t index = 0;
  const auto fill = [&](std::vector<std::uint32_t>& tensor, int heads) {
    tensor.resize(each * static_cast<std::size_t>(heads));
    for (std::uint32_t& element : tensor) {
      element = fixtures::random_element(probe.fixture.seed, number, index++, probe.dtype);
    }
  };
  fill(out.q, q_heads);
  fill(out.k, k_heads);
  return out;
}

Tokens picked(const Tokens& tokens, const std::vector<std::size_t>& numbers) {
  Tokens out;
  out.q_heads = tokens.q_heads;
  out.k_heads = tokens.k_heads;
  for (std::size_t number : numbers) {
    out.positions.push_back(tokens.positions[number]);
    take(tokens.q, number, piece(tokens.q, tokens), out.q);
    take(tokens.k, number, piece(tokens.k, tokens), out.k);
  }
  return out;
}

Tokens slice(const Tokens& tokens, std::size_t first, std::size_t count) {
  std::vector<std::size_t> numbers;
  for (std::size_t n = first; n < first + count; ++n) numbers.push_back(n);
  return picked(tokens, numbers);
}

void append(Tokens& tokens, const Tokens& more) {
  if (tokens.count() == 0) {
    tokens = more;
    return;
  }
  tokens.positions.insert(tokens.positions.end(), more.positions.begin(), more.positions.end());
  tokens.q.insert(tokens.q.end(), more.q.begin(), more.q.end());
  tokens.k.insert(tokens.k.end(), more.k.begin(), more.k.end());
}

Tokens at_positions(Tokens tokens, std::vector<std::int64_t> positions) {
  tokens.positions = std::move(positions);
  return tokens;
}

RotateRequest request_for(const Probe& probe, const Tokens& tokens, int batch) {
  RotateRequest request = request_of(probe);
  request.batch = batch;
  request.positions = tokens.positions;
  request.q_heads = tokens.q_heads;
  request.k_heads = tokens.k_heads;
  request.q = tokens.q;
  request.k = tokens.k;
  return request;
}

Tokens outputs_of(const Probe& probe, const Tokens& tokens, const RotateRequest& request, const RotateAnswer& answer) {
  Tokens out = tokens;
  out.q = answer.q;
  out.k = answer.k;
  const Pairing pairing_out = request.pairing_out.value_or(request.pairing);
  if (pairing_out == probe.pairing) return out;
  const auto put_back = [&](const std::vector<std::uint32_t>& from, int heads, std::vector<std::uint32_t>& to) {
    for (int head = 0; head < heads; ++head) {
      scatter(request.spec, probe.pairing, gather(request.spec, pairing_out, from, head, heads), head, heads, to);
    }
  };
  put_back(answer.q, tokens.q_heads, out.q);
  put_back(answer.k, tokens.k_heads, out.k);
  return out;
}

Rows rows_of(const Probe& probe, const Tokens& tokens) {
  const Spec& spec = probe.fixture.spec;
  const auto head_dim = static_cast<std::size_t>(spec.head_dim);
  Rows out;
  for (const auto& [tensor, heads] : {std::pair{&tokens.q, tokens.q_heads}, std::pair{&tokens.k, tokens.k_heads}}) {
    for (std::size_t row = 0; row * head_dim < tensor->size(); ++row) {
      out.positions.push_back(tokens.positions[row / static_cast<std::size_t>(heads)]);
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        for (int element = 0; element < 2; ++element) {
          const int in_head = spec.dim_offset + element_of_pair(probe.pairing, spec.rotary_dim, pair, element);
          out.values.push_back((*tensor)[row * head_dim + static_cast<std::size_t>(in_head)]);
        }
      }
    }
  }
  return out;
}

std::vector<std::int64_t> run_positions(const Probe& probe, int batch, std::int64_t tokens, bool together) {
  std::vector<std::int64_t> out;
  for (int row = 0; row < batch; ++row) {
    const std::int64_t first = first_of(probe, together || !takes_rows_apart(probe) ? 0 : row, tokens);
    for (std::int64_t token = 0; token < tokens; ++token) out.push_back(first + token);
  }
  return out;
}

std::vector<std::int64_t> any_positions(const Probe& probe, int batch, std::int64_t tokens) {
  if (!takes_any_positions(probe)) return run_positions(probe, batch, tokens);
  const std::int64_t limit = probe.fixture.spec.max_position;
  std::vector<std::int64_t> out;
  for (std::int64_t n = 0; n < batch * tokens; ++n) {
    const std::uint64_t random =
        fixtures::random_bits(probe.fixture.seed, fixtures::stream("any positions"), static_cast<std::uint64_t>(n));
    out.push_back(static_cast<std::int64_t>(random % static_cast<std::uint64_t>(limit)));
  }
  if (!out.empty()) out.front() = limit - 1;
  if (out.size() > 1) out.back() = 0;
  return out;
}

}  // namespace rope::conformance
