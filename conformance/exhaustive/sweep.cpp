// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The worker computes chunk n + 1 while a thread of the suite verifies chunk n; two chunks are all that is held.
#include "conformance/exhaustive/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using Status = RotateAnswer::Status;

constexpr std::size_t q_heads = 2;

// A kernel that writes where it must not does so in every chunk; a few tell the story.
constexpr std::size_t most_faults = 8;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The request of a chunk: only the k rows and the positions change from one to the next.
class Chunks {
 public:
  Chunks(const fixtures::Fixture& fixture, const SweepRequest& asked, std::int64_t max_position)
      : asked_(asked), head_dim_(static_cast<std::size_t>(fixture.spec.head_dim)) {
    request_.spec = fixture.spec;
    request_.spec.pairing = asked.pairing;
    request_.max_position = max_position;
    request_.dtype = asked.dtype;
    request_.pairing = asked.pairing;
    request_.q_heads = static_cast<int>(q_heads);
    request_.k_heads = 1;
    for (int element = 0; element < fixture.spec.rotary_dim; ++element) {
      offsets_.push_back(static_cast<std::size_t>(
          fixture.spec.dim_offset + element_of_pair(asked.pairing, fixture.spec.rotary_dim, element / 2, element % 2)));
    }
  }

  const RotateRequest& at(std::int64_t first, std::size_t rows) {
    if (request_.positions.size() != rows) unit_rows(rows);
    request_.k.assign(rows * head_dim_, 0);
    const int pairs = static_cast<int>(offsets_.size() / 2);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int64_t position = first + static_cast<std::int64_t>(row);
      request_.positions[row] = position;
      std::uint32_t* const k = request_.k.data() + row * head_dim_;
      for (int pair = 0; pair < pairs; ++pair) {
        const auto bits = sweep_pair(asked_.seed, position, pairs, pair, asked_.dtype);
        k[offsets_[static_cast<std::size_t>(2 * pair)]] = bits[0];
        k[offsets_[static_cast<std::size_t>(2 * pair + 1)]] = bits[1];
      }
    }
    return request_;
  }

 private:
  void unit_rows(std::size_t rows) {
    const auto one = static_cast<std::uint32_t>(round_to_bits(asked_.dtype, 1.0));
    request_.positions.assign(rows, 0);
    request_.q.assign(rows * q_heads * head_dim_, 0);
    for (std::size_t head = 0; head < rows * q_heads; ++head) {
      // Element 0 of every pair in the even heads, element 1 in the odd ones.
      for (std::size_t n = head % 2; n < offsets_.size(); n += 2) request_.q[head * head_dim_ + offsets_[n]] = one;
    }
  }

  const SweepRequest& asked_;
  std::size_t head_dim_;
  RotateRequest request_;
  std::vector<std::size_t> offsets_;  // by element in pair order
};

/// Verifies one chunk at a time in a thread of its own.
class Verifying {
 public:
  Verifying(const SweepVerifier& verifier, int threads, std::int64_t limit, Sweep& into)
      : verifier_(verifier), threads_(threads), limit_(limit), into_(into) {}

  void start(SweepChunk chunk) {
    finish();
    chunk_ = std::move(chunk);
    running_ = std::async(std::launch::async, [this] {
      const auto begun = Clock::now();
      SweepFindings found = verifier_.verify(chunk_, threads_);
      return std::pair(std::move(found), since(begun));
    });
  }

  /// Rethrows what the verifier threw.
  void finish() {
    if (!running_.valid()) return;
    const auto [found, seconds] = running_.get();
    (chunk_.first < limit_ ? into_.within : into_.past).append(found);
    into_.seconds_verifier += seconds;
    into_.checked = chunk_.first + static_cast<std::int64_t>(chunk_.rows);
  }

 private:
  const SweepVerifier& verifier_;
  int threads_;
  std::int64_t limit_;
  Sweep& into_;
  SweepChunk chunk_;
  std::future<std::pair<SweepFindings, double>> running_;
};

/// The worst cells' expected bits, which nothing needed until now.
void complete(Sweep& swept, DType dtype, const Exact& exact) {
  for (SweepFindings* range : {&swept.within, &swept.past}) {
    for (SweepAccuracy* heads : {&range->table, &range->rotation}) {
      for (auto* worst : {&heads->worst_equal, &heads->worst_failing, &heads->worst_contract, &heads->worst_units}) {
        if (!*worst) continue;
        SeenCell& cell = **worst;
        const auto y = exact.rotate(cell.position, cell.pair, dtype, to_double(dtype, cell.in[0]),
                                    to_double(dtype, cell.in[1]), Direction::forward);
        cell.expected = {y[0].bits, y[1].bits};
      }
    }
  }
}

}  // namespace

std::array<std::uint32_t, 2> sweep_pair(std::uint64_t seed, std::int64_t position, int pairs, int pair, DType dtype) {
  static const std::uint64_t stream = fixtures::stream("exhaustive/k");
  const auto index =
      static_cast<std::uint64_t>(position) * static_cast<std::uint64_t>(pairs) + static_cast<std::uint64_t>(pair);
  // One draw for both elements: 25 bits number the 2^25 multiples of 2^-24 in [-1, 1).
  const std::uint64_t drawn = fixtures::random_bits(seed, stream, index);
  const auto element = [&](std::uint64_t numerator) {
    const double x = (static_cast<double>(numerator) - 0x1p24) * 0x1p-24;
    if (dtype == DType::f32) return std::bit_cast<std::uint32_t>(static_cast<float>(x));  // exact: 24 bits
    return static_cast<std::uint32_t>(round_to_bits(dtype, x));
  };
  return {element(drawn >> 39), element((drawn >> 14) & 0x1FF'FFFF)};
}

std::string disagreement(const fixtures::Fixture& fixture, const CertifiedTable& table) {
  const std::size_t pairs = fixture.pairs();
  std::vector<float> cos(pairs), sin(pairs);
  std::vector<std::uint16_t> cos16(pairs), sin16(pairs);
  for (std::size_t row = 0; row < fixture.positions.size(); ++row) {
    const std::int64_t position = fixture.positions[row];
    if (position < table.first() || position >= table.first() + table.count()) continue;
    const auto differs = [&](DType dtype, std::size_t pair, const char* what) {
      return fmt::format(
          "the fixture of {} and the certified table disagree on the {} {} of pair {} at position {}; nothing can be "
          "judged: run rope-conform verify on the fixture, which says whether it is wrong",
          fixture.model, name(dtype), what, pair, position);
    };
    for (const DType dtype : tensor_dtypes) {
      const std::size_t t = tensor_index(dtype);
      if (dtype == DType::f32) {
        table.round_f32(position, 1, cos.data(), sin.data());
      } else if (dtype == DType::f16) {
        table.round_f16(position, 1, cos16.data(), sin16.data());
      } else {
        table.round_bf16(position, 1, cos16.data(), sin16.data());
      }
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        const bool wide = dtype == DType::f32;
        const std::uint32_t c = wide ? std::bit_cast<std::uint32_t>(cos[pair]) : cos16[pair];
        const std::uint32_t s = wide ? std::bit_cast<std::uint32_t>(sin[pair]) : sin16[pair];
        if (c != fixture.cos_bits[t][row * pairs + pair]) return differs(dtype, pair, "cosine");
        if (s != fixture.sin_bits[t][row * pairs + pair]) return differs(dtype, pair, "sine");
      }
    }
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      const CertifiedTable::Pair at = table.at(position, static_cast<int>(pair));
      const auto apart = [&](DoubleDouble a, DoubleDouble b) {
        // Both are within this of the exact value.
        return !(std::fabs(difference(a.hi, b) + a.lo) <= 2 * table.double_double_error());
      };
      if (apart(at.cos, fixture.cos[row * pairs + pair])) return differs(DType::f64, pair, "cosine");
      if (apart(at.sin, fixture.sin[row * pairs + pair])) return differs(DType::f64, pair, "sine");
    }
  }
  return {};
}

Sweep sweep(Driver& driver, const fixtures::Fixture& fixture, const Judge& judge, const SweepRequest& request) {
  const auto begun = Clock::now();
  Sweep out;
  out.pairs = fixture.pairs();
  const std::int64_t limit = std::min(fixture.spec.max_position, request.extent);
  std::int64_t extent = request.extent;
  auto chunks = std::make_unique<Chunks>(fixture, request, extent);

  for (std::int64_t window = 0; window < extent; window += CertifiedTable::longest) {
    const std::int64_t window_end = std::min(extent, window + CertifiedTable::longest);
    const CertifiedTable table(fixture.spec, window, window_end - window);
    if (const std::string wrong = disagreement(fixture, table); !wrong.empty()) throw std::runtime_error(wrong);
    const SweepVerifier verifier(table, judge, request.dtype, limit / 2, limit);
    Verifying verifying(verifier, request.threads, limit, out);

    for (std::int64_t first = window; first < std::min(window_end, extent);) {
      if (request.interrupted && request.interrupted()) {
        verifying.finish();
        complete(out, request.dtype, Exact(fixture.spec));
        out.status = Status::ok;
        out.limited = "interrupted";
        return out;
      }
      // No chunk lies on both sides of the model's limit.
      const std::int64_t end = std::min(
          {first + static_cast<std::int64_t>(chunk_positions), window_end, extent, first < limit ? limit : extent});
      const auto rows = static_cast<std::size_t>(end - first);
      const RotateRequest& asked = chunks->at(first, rows);
      RotateAnswer answer = driver.rotate(asked);
      out.seconds_implementation += answer.seconds;
      out.fp_environment_changed = out.fp_environment_changed || answer.fp_environment_changed;
      for (std::string& fault : answer.memory_faults) {
        if (out.memory_faults.size() < most_faults) out.memory_faults.push_back(std::move(fault));
      }
      if (answer.status == Status::unsupported && extent > limit) {
        // So many positions are not for it, or none from here on. Up to the model's limit they must be.
        out.limited = answer.message;
        extent = std::max(first, limit);
        if (first < limit) chunks = std::make_unique<Chunks>(fixture, request, extent);
        continue;
      }
      if (answer.status != Status::ok) {
        verifying.finish();
        out.status = answer.status;
        out.message = first == 0 ? answer.message : fmt::format("from position {} on: {}", first, answer.message);
        return out;
      }
      SweepChunk chunk;
      chunk.first = first;
      chunk.rows = rows;
      chunk.pairing = request.pairing;
      chunk.k_in = asked.k;
      chunk.q_out = std::move(answer.q);
      chunk.k_out = std::move(answer.k);
      verifying.start(std::move(chunk));
      first = end;
      if (request.progress) request.progress({first, extent, since(begun)});
    }
    verifying.finish();
  }
  complete(out, request.dtype, Exact(fixture.spec));
  out.status = Status::ok;
  return out;
}

}  // namespace rope::conformance
