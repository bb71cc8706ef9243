// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers that depend on the seed, the token and the head alone.
#include "conformance/attention/heads.hpp"

#include <cmath>

#include "fixtures/random.hpp"
#include "reports/wording.hpp"

namespace rope::conformance {
namespace {

constexpr double peak = 20;    // score of a look-back head where it looks
constexpr double content = 8;  // 8 times uniform q and k in [-1, 1): scores spread by 8/3

}  // namespace

MadeHeads::MadeHeads(const Probe& probe, const CertifiedTable& table, std::int64_t tokens)
    : probe_(probe), tokens_(tokens) {
  const Spec& spec = probe.fixture.spec;
  kinds_.push_back({"content", 0});
  const double factor = spec.attention_factor;
  const double size = peak * std::sqrt(static_cast<double>(spec.head_dim)) / (factor * factor * spec.pairs());
  const auto put = [&](std::vector<std::uint32_t>& head, int pair, int element, double value) {
    const auto at =
        static_cast<std::size_t>(spec.dim_offset + element_of_pair(probe.pairing, spec.rotary_dim, pair, element));
    head[at] = static_cast<std::uint32_t>(round_to_bits(probe.dtype, value));
  };
  const auto width = static_cast<std::size_t>(spec.head_dim);
  looking_k_.assign(width, 0);
  for (int pair = 0; pair < spec.pairs(); ++pair) put(looking_k_, pair, 0, 1);
  std::int64_t before = 0;
  for (const std::int64_t distance : {std::int64_t{1}, std::int64_t{1000}, tokens / 2}) {
    if (distance <= before || distance >= tokens) continue;
    before = distance;
    kinds_.push_back(
        {reports::grouped(static_cast<std::uint64_t>(distance)) + (distance == 1 ? " token back" : " tokens back"),
         distance + 1});
    std::vector<std::uint32_t>& head = looking_q_.emplace_back(width, 0);
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      // Rotated by ω·m, and k by ω·(m - distance): both then point the same way.
      const CertifiedTable::Pair turned = table.at(distance, pair);
      put(head, pair, 0, size * turned.cos.hi / factor);
      put(head, pair, 1, -size * turned.sin.hi / factor);
    }
  }
}

void MadeHeads::append_q(std::int64_t token, int head, std::vector<std::uint32_t>& out) const {
  if (head > 0) {
    const std::vector<std::uint32_t>& same = looking_q_[static_cast<std::size_t>(head) - 1];
    out.insert(out.end(), same.begin(), same.end());
    return;
  }
  const std::uint64_t stream = fixtures::stream("attention-effect/q");
  const auto width = static_cast<std::uint64_t>(probe_.fixture.spec.head_dim);
  for (std::uint64_t e = 0; e < width; ++e) {
    const std::uint32_t bits = fixtures::random_element(probe_.fixture.seed, stream,
                                                        static_cast<std::uint64_t>(token) * width + e, probe_.dtype);
    // A power of two: exact.
    out.push_back(static_cast<std::uint32_t>(round_to_bits(probe_.dtype, content * to_double(probe_.dtype, bits))));
  }
}

void MadeHeads::append_k(std::int64_t token, int head, std::vector<std::uint32_t>& out) const {
  if (head > 0) {
    out.insert(out.end(), looking_k_.begin(), looking_k_.end());
    return;
  }
  const std::uint64_t stream = fixtures::stream("attention-effect/k");
  const auto width = static_cast<std::uint64_t>(probe_.fixture.spec.head_dim);
  for (std::uint64_t e = 0; e < width; ++e) {
    out.push_back(fixtures::random_element(probe_.fixture.seed, stream, static_cast<std::uint64_t>(token) * width + e,
                                           probe_.dtype));
  }
}

HeadsOfFile::HeadsOfFile(const Probe& probe, const fixtures::QkFile& file)
    : probe_(probe), file_(file), kind_{"q and k", 0} {}

void HeadsOfFile::append(const std::vector<float>& tensor, std::int64_t row, std::vector<std::uint32_t>& out) const {
  const auto width = static_cast<std::size_t>(file_.head_dim);
  for (std::size_t e = 0; e < width; ++e) {
    out.push_back(
        static_cast<std::uint32_t>(round_to_bits(probe_.dtype, tensor[static_cast<std::size_t>(row) * width + e])));
  }
}

void HeadsOfFile::append_q(std::int64_t token, int head, std::vector<std::uint32_t>& out) const {
  append(file_.q, token * file_.q_heads + head, out);
}

void HeadsOfFile::append_k(std::int64_t token, int head, std::vector<std::uint32_t>& out) const {
  append(file_.k, token * file_.k_heads + head, out);
}

RotateRequest request_of(const Probe& probe, const Heads& heads, std::int64_t from, std::int64_t count, bool q) {
  RotateRequest request = request_of(probe);
  request.q_heads = q ? heads.q_heads() : 1;
  request.k_heads = heads.k_heads();
  for (std::int64_t token = from; token < from + count; ++token) {
    request.positions.push_back(heads.first() + token);
    for (int head = 0; head < request.q_heads; ++head) heads.append_q(token, head, request.q);
    for (int head = 0; head < request.k_heads; ++head) heads.append_k(token, head, request.k);
  }
  return request;
}

}  // namespace rope::conformance
