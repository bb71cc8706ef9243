// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums run in one fixed order, so that results are the same wherever exp is.
#include "conformance/attention/transformer.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "conformance/attention/softmax.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

constexpr int layers = 4;
constexpr std::size_t least_width = 256;
constexpr auto rows = static_cast<std::size_t>(SmallTransformer::tokens);

using Matrix = std::vector<double>;  ///< [inputs][outputs]

/// Uniform with variance gain²/inputs: numbers of variance 1 become numbers of variance gain².
Matrix random_matrix(std::uint64_t seed, const std::string& name, std::size_t inputs, std::size_t outputs,
                     double gain) {
  const std::uint64_t stream = fixtures::stream("attention-effect/" + name);
  const double size = gain * std::sqrt(3.0 / static_cast<double>(inputs));
  Matrix out(inputs * outputs);
  for (std::size_t n = 0; n < out.size(); ++n) {
    out[n] = size * to_double(DType::f32, fixtures::random_element(seed, stream, n, DType::f32));
  }
  return out;
}

/// [rows][inputs] times the matrix: [rows][outputs].
std::vector<double> product(const std::vector<double>& x, const Matrix& matrix, std::size_t inputs) {
  const std::size_t outputs = matrix.size() / inputs;
  std::vector<double> out(x.size() / inputs * outputs, 0.0);
  for (std::size_t row = 0; row < x.size() / inputs; ++row) {
    double* const to = &out[row * outputs];
    for (std::size_t i = 0; i < inputs; ++i) {
      const double factor = x[row * inputs + i];
      const double* const from = &matrix[i * outputs];
      for (std::size_t o = 0; o < outputs; ++o) to[o] += factor * from[o];
    }
  }
  return out;
}

/// Root mean square 1 in each row.
std::vector<double> normed(std::vector<double> x, std::size_t width) {
  for (std::size_t row = 0; row < x.size(); row += width) {
    double squares = 0;
    for (std::size_t i = 0; i < width; ++i) squares += x[row + i] * x[row + i];
    const double factor = 1 / std::sqrt(squares / static_cast<double>(width) + 1e-6);
    for (std::size_t i = 0; i < width; ++i) x[row + i] *= factor;
  }
  return x;
}

void add(std::vector<double>& to, const std::vector<double>& x) {
  for (std::size_t n = 0; n < x.size(); ++n) to[n] += x[n];
}

/// Causal softmax attention of [rows][heads][head_dim].
std::vector<double> attention(const RotatedNumbers& rotated, const std::vector<double>& v, std::size_t heads,
                              std::size_t head_dim) {
  const std::size_t width = heads * head_dim;
  const double scale = 1 / std::sqrt(static_cast<double>(head_dim));
  std::vector<double> out(v.size(), 0.0);
  std::vector<double> scores;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t head = 0; head < heads; ++head) {
      scores.clear();
      for (std::size_t seen = 0; seen <= row; ++seen) {
        double sum = 0;
        for (std::size_t e = 0; e < head_dim; ++e) {
          sum += rotated.q[row * width + head * head_dim + e] * rotated.k[seen * width + head * head_dim + e];
        }
        scores.push_back(scale * sum);
      }
      const std::vector<double> weights = softmax(scores);
      for (std::size_t seen = 0; seen <= row; ++seen) {
        for (std::size_t e = 0; e < head_dim; ++e) {
          out[row * width + head * head_dim + e] += weights[seen] * v[seen * width + head * head_dim + e];
        }
      }
    }
  }
  return out;
}

std::vector<std::uint32_t> rounded(DType dtype, const std::vector<double>& x) {
  std::vector<std::uint32_t> out;
  out.reserve(x.size());
  for (const double one : x) out.push_back(static_cast<std::uint32_t>(round_to_bits(dtype, one)));
  return out;
}

}  // namespace

struct SmallTransformer::Weights {
  struct Layer {
    Matrix q, k, v, o, gate, up, down;
  };
  std::size_t heads = 1;
  std::size_t width = 0;
  std::vector<Layer> layers;
  std::vector<double> inputs;  ///< [tokens][width]: embeddings of the random tokens
  Matrix predict;
};

SmallTransformer::SmallTransformer(const Probe& probe) : probe_(probe) {
  const std::uint64_t seed = probe.fixture.seed;
  const auto head_dim = static_cast<std::size_t>(probe.fixture.spec.head_dim);
  auto made = std::make_unique<Weights>();
  made->heads = std::max<std::size_t>(1, least_width / head_dim);
  made->width = made->heads * head_dim;
  const std::size_t w = made->width;
  // What each of the 2·layers branches adds; and the square root of 2, which spreads scores by 2 where the attention
  // factor is 1.
  const double branch = 1 / std::sqrt(2.0 * layers);
  const double spread = std::sqrt(2.0);
  for (int n = 0; n < layers; ++n) {
    const std::string at = "layer " + std::to_string(n) + " ";
    made->layers.push_back({random_matrix(seed, at + "q", w, w, spread), random_matrix(seed, at + "k", w, w, spread),
                            random_matrix(seed, at + "v", w, w, 1), random_matrix(seed, at + "o", w, w, branch),
                            random_matrix(seed, at + "gate", w, 2 * w, 1), random_matrix(seed, at + "up", w, 2 * w, 1),
                            random_matrix(seed, at + "down", 2 * w, w, 2 * branch)});
  }
  const Matrix embedding = random_matrix(seed, "embedding", vocabulary, w, std::sqrt(static_cast<double>(vocabulary)));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t token =
        fixtures::random_bits(seed, fixtures::stream("attention-effect/tokens"), row) % vocabulary;
    made->inputs.insert(made->inputs.end(), embedding.begin() + static_cast<std::ptrdiff_t>(token * w),
                        embedding.begin() + static_cast<std::ptrdiff_t>((token + 1) * w));
  }
  made->predict = random_matrix(seed, "predict", w, vocabulary, 2);
  weights_ = std::move(made);
}

SmallTransformer::~SmallTransformer() = default;

std::optional<std::vector<double>> SmallTransformer::logits(Ways& ways, Way way, std::int64_t first) const {
  const Weights& weights = *weights_;
  const std::size_t w = weights.width;
  std::vector<double> x = weights.inputs;
  for (const Weights::Layer& layer : weights.layers) {
    const std::vector<double> in = normed(x, w);
    RotateRequest request = request_of(probe_);
    request.q_heads = request.k_heads = static_cast<int>(weights.heads);
    for (std::int64_t row = 0; row < tokens; ++row) request.positions.push_back(first + row);
    request.q = rounded(probe_.dtype, product(in, layer.q, w));
    request.k = rounded(probe_.dtype, product(in, layer.k, w));
    const auto rotated = ways.rotate(way, request);
    if (!rotated) return std::nullopt;
    const auto head_dim = w / weights.heads;
    add(x, product(attention(*rotated, product(in, layer.v, w), weights.heads, head_dim), layer.o, w));
    const std::vector<double> middle = normed(x, w);
    std::vector<double> gate = product(middle, layer.gate, w);
    const std::vector<double> up = product(middle, layer.up, w);
    for (std::size_t n = 0; n < gate.size(); ++n) gate[n] *= up[n] / (1 + std::exp(-gate[n]));
    add(x, product(gate, layer.down, 2 * w));
  }
  return product(normed(std::move(x), w), weights.predict, w);
}

std::optional<reports::AttentionEffect> small_transformer(Ways& ways, const Probe& probe, const SmallTransformer& model,
                                                          std::int64_t first) {
  constexpr std::size_t n = SmallTransformer::vocabulary;
  const std::vector<double> exact = *model.logits(ways, Way::exact, first);
  double squares = 0;
  for (const double logit : exact) squares += logit * logit;
  const auto shift = [&](const std::vector<double>& got) {
    reports::AttentionShift all;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::span<const double> before(&exact[row * n], n);
      const std::span<const double> after(&got[row * n], n);
      reports::AttentionShift one = shift_of(before, after, softmax(before), softmax(after));
      double moved = 0;
      for (std::size_t i = 0; i < n; ++i) moved += (after[i] - before[i]) * (after[i] - before[i]);
      one.output = std::sqrt(moved / n) / std::sqrt(squares / static_cast<double>(exact.size()));
      merge(all, one);
    }
    return all;
  };
  const auto got = model.logits(ways, Way::implementation, first);
  if (!got) return std::nullopt;
  reports::AttentionEffect out;
  out.model = probe.fixture.model;
  out.what = "a small transformer";
  out.tokens = SmallTransformer::tokens;
  out.first = first;
  out.keys = out.queries = rows;
  out.implementation = shift(*got);
  if (const auto usual = model.logits(ways, Way::usual, first)) out.usual = shift(*usual);
  out.rounded = shift(*model.logits(ways, Way::rounded, first));
  return out;
}

}  // namespace rope::conformance
