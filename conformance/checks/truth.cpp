// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Positions go into the bound as they are: the frequencies are the spec's own, and their error counts.
#include "conformance/checks/truth.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "conformance/checks/number_text.hpp"
#include "conformance/checks/rotated_pair.hpp"

namespace rope::conformance {
namespace {

// As in Judge: what the measured error itself may be off by, in units of the output pair's size.
constexpr double measurement = 0x1p-50;

std::vector<double> frequencies(const Exact& exact) {
  std::vector<double> out;
  for (int pair = 0; pair < exact.spec().pairs(); ++pair) out.push_back(exact.inv_freq(pair).hi);
  return out;
}

Bounds bounds_of(const CertifiedTable& table, const Contract& contract, DType dtype) {
  return {table.spec(), contract, dtype, frequencies(table.exact())};
}

/// One tensor of a call, q or k.
struct Tensor {
  const std::vector<std::uint32_t>& in;
  const std::vector<std::uint32_t>& out;
  int heads;
  double scale;  ///< of its outputs
  const char* name;
};

/// One (token, pair): what every head there is held against.
struct Place {
  std::int64_t position;
  int pair;
  CertifiedTable::Pair factors;
  Limits limits;
};

class Judgement {
 public:
  Judgement(Deviations& deviations, const RotateRequest& request, Limits underflow, const std::string& what)
      : deviations_(deviations), request_(request), underflow_(std::move(underflow)), what_(what) {}

  void rotated(const Tensor& tensor, std::size_t token, const Place& place) {
    const DType dtype = request_.dtype;
    const Spec& spec = request_.spec;
    const auto at = [&](Pairing pairing, int head, int element) {
      return index(tensor, token, head,
                   spec.dim_offset + element_of_pair(pairing, spec.rotary_dim, place.pair, element));
    };
    for (int head = 0; head < tensor.heads; ++head) {
      std::array<double, 2> x{};
      std::array<double, 2> y{};
      for (int element = 0; element < 2; ++element) {
        const auto e = static_cast<std::size_t>(element);
        x[e] = to_double(dtype, tensor.in[at(request_.pairing, head, element)]);
        y[e] = to_double(dtype, tensor.out[at(request_.pairing_out.value_or(request_.pairing), head, element)]);
      }
      const auto wanted = rotated_pair({tensor.scale * x[0], tensor.scale * x[1]}, place.factors);
      const double error = std::hypot(difference(y[0], wanted[0]), difference(y[1], wanted[1]));
      const double r = tensor.scale * std::hypot(x[0], x[1]);
      // Scaling by a power of two rounds only what is subnormal after it, and that once more.
      const double times = tensor.scale == 1 ? 1 : 2;
      Limits limits{r * place.limits.equal + times * underflow_.equal,
                    r * place.limits.failing + times * underflow_.failing, std::nullopt};
      if (place.limits.contract) limits.contract = r * *place.limits.contract + times * *underflow_.contract;
      deviations_.add_within(error, limits, [&]() -> Deviation {
        return {place.position,
                place.pair,
                fmt::format("{}, {}", what_, tensor.name),
                {number(x[0]), number(x[1])},
                {number(wanted[0].hi), number(wanted[1].hi)},
                {number(y[0]), number(y[1])}};
      });
    }
  }

  void beside(const Tensor& tensor, std::size_t token) {
    const Spec& spec = request_.spec;
    for (int head = 0; head < tensor.heads; ++head) {
      for (int element = 0; element < spec.head_dim; ++element) {
        if (element >= spec.dim_offset && element < spec.dim_offset + spec.rotary_dim) continue;
        const std::size_t at = index(tensor, token, head, element);
        deviations_.add_copy(tensor.in[at], tensor.out[at], request_.positions[token], [&] {
          return fmt::format("{}, {}, element {}, which does not rotate", what_, tensor.name, element);
        });
      }
    }
  }

 private:
  std::size_t index(const Tensor& tensor, std::size_t token, int head, int element) const {
    return (token * static_cast<std::size_t>(tensor.heads) + static_cast<std::size_t>(head)) *
               static_cast<std::size_t>(request_.spec.head_dim) +
           static_cast<std::size_t>(element);
  }

  Deviations& deviations_;
  const RotateRequest& request_;
  Limits underflow_;
  const std::string& what_;
};

}  // namespace

Truth::Truth(const Spec& spec, DType dtype, const std::optional<Contract>& declared)
    : table_(spec, 0, spec.max_position), usual_(bounds_of(table_, baseline_contract(dtype), dtype)) {
  if (declared) declared_.emplace(bounds_of(table_, *declared, dtype));
}

Limits Truth::limits(std::int64_t position, int pair, double cos, double sin, bool supplied) const {
  const auto e = [&](const Bounds& bounds, GradeLimit factors) {
    return bounds.rotation(position, pair, cos, sin, factors.alpha, factors.beta) +
           measurement * bounds.attention_factor() +
           // |e^ia - e^ib| <= |a - b|
           frequency_error_ * static_cast<double>(position) * table_.exact().inv_freq(pair).hi *
               bounds.attention_factor();
  };
  Limits out{e(usual_, equal_limit), e(usual_, looser_limit), std::nullopt};
  // What the suite has rounded, to fp32 at least or as the usual pipeline rounds its table, is inside that pipeline's
  // own bound; the rest is the contract's affair.
  if (declared_) out.contract = e(*declared_, equal_limit) + (supplied ? out.equal : 0);
  return out;
}

Limits Truth::underflow() const {
  Limits out{equal_limit.beta * usual_.underflow(), looser_limit.beta * usual_.underflow(), std::nullopt};
  if (declared_) out.contract = declared_->underflow() + usual_.underflow();
  return out;
}

void add_true(Deviations& deviations, const Truth& truth, const RotateRequest& request, const RotateAnswer& answer,
              const std::string& what) {
  const bool supplied = answer.used.source != AngleSource::parametric && answer.used.source != AngleSource::any;
  const std::array<Tensor, 2> tensors{{{request.q, answer.q, request.q_heads, request.query_scale, "q"},
                                       {request.k, answer.k, request.k_heads, 1, "k"}}};
  Judgement judgement(deviations, request, truth.underflow(), what);
  std::map<std::pair<std::int64_t, int>, Place> places;  // rows of a batch often share them
  const std::size_t tokens = request.positions.size() / request.axes();
  for (std::size_t token = 0; token < tokens; ++token) {
    for (int pair = 0; pair < request.spec.pairs(); ++pair) {
      const std::size_t axis = request.pair_axis.empty() ? 0 : request.pair_axis[static_cast<std::size_t>(pair)];
      const std::int64_t position = request.positions[axis * tokens + token];
      // Turning back by as much: cosines and what bounds them are those of the opposite position.
      const std::int64_t opposite = position < 0 ? -position : position;
      auto found = places.find({position, pair});
      if (found == places.end()) {
        CertifiedTable::Pair factors = truth.table().at(opposite, pair);
        const Limits limits = truth.limits(opposite, pair, factors.cos.hi, factors.sin.hi, supplied);
        if ((request.direction == Direction::backward) != (position < 0)) factors.sin = -factors.sin;
        found = places.emplace(std::pair{position, pair}, Place{position, pair, factors, limits}).first;
      }
      for (const Tensor& tensor : tensors) judgement.rotated(tensor, token, found->second);
    }
    for (const Tensor& tensor : tensors) judgement.beside(tensor, token);
  }
}

std::optional<std::string> too_coarse(const RotateAnswer& answer) {
  const AngleSource source = answer.used.source;
  const bool before_the_table = source == AngleSource::inv_freq || source == AngleSource::angles;
  const std::optional<DType> held = answer.used.form.dtype;
  if (!before_the_table || !held || *held == DType::f32 || *held == DType::f64) return std::nullopt;
  return fmt::format("takes {} in {} only, which says nothing of the model's own", name(source), name(*held));
}

}  // namespace rope::conformance
