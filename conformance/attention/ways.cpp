// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Cos and sin once for each token, whatever the number of heads.
#include "conformance/attention/ways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reference/pipeline/named.hpp"
#include "reference/pipeline/pipeline.hpp"

namespace rope::conformance {
namespace {

std::vector<double> numbers(DType dtype, const std::vector<std::uint32_t>& bits) {
  std::vector<double> out;
  out.reserve(bits.size());
  for (const std::uint32_t one : bits) out.push_back(to_double(dtype, one));
  return out;
}

/// What frameworks run unless told otherwise, as --match names it.
Contract usual_contract(DType dtype) {
  const char* const name = dtype == DType::f32   ? "hf-eager-f32"
                           : dtype == DType::f16 ? "hf-eager-f16"
                                                 : "hf-eager-bf16";
  return *named_pipeline(name);
}

}  // namespace

Ways::Ways(const Probe& probe, std::int64_t positions) : probe_(probe), table_(probe.fixture.spec, 0, positions) {
  const Contract contract = usual_contract(probe.dtype);
  if (const auto open = not_pinned(contract, probe.fixture.spec)) {
    no_usual_ = *open;
  } else {
    usual_ = std::make_unique<const Pipeline>(probe.fixture.spec, contract, probe.dtype);
  }
}

Ways::~Ways() = default;

std::optional<RotatedNumbers> Ways::rotate(Way way, const RotateRequest& request) {
  if (way == Way::implementation) {
    const RotateAnswer answer = probe_.rotate(request);
    if (answer.status != RotateAnswer::Status::ok) {
      failure_ = answer;
      return std::nullopt;
    }
    RotatedNumbers out{numbers(request.dtype, answer.q), numbers(request.dtype, answer.k)};
    for (const std::vector<double>* tensor : {&out.q, &out.k}) {
      const auto wrong = std::find_if(tensor->begin(), tensor->end(), [](double x) { return !std::isfinite(x); });
      if (wrong == tensor->end()) continue;
      failure_ = answer;
      failure_->status = RotateAnswer::Status::failed;
      failure_->message = fmt::format("an output is {} where all inputs are finite", *wrong);
      return std::nullopt;
    }
    return out;
  }
  if (way == Way::usual && (!usual_ || !usual_->reaches(request.positions.back()))) return std::nullopt;
  return RotatedNumbers{rotated(way, request, request.q, request.q_heads),
                        rotated(way, request, request.k, request.k_heads)};
}

std::vector<double> Ways::rotated(Way way, const RotateRequest& request, const std::vector<std::uint32_t>& in,
                                  int heads) const {
  const Spec& spec = request.spec;
  const DType dtype = request.dtype;
  std::vector<double> out = numbers(dtype, in);  // what does not rotate stays
  const std::size_t pairs = table_.pairs();
  const auto width = static_cast<std::size_t>(heads) * static_cast<std::size_t>(spec.head_dim);
  const auto element = [&](std::size_t pair, int which) {
    return static_cast<std::size_t>(spec.dim_offset +
                                    element_of_pair(request.pairing, spec.rotary_dim, static_cast<int>(pair), which));
  };
  // Tokens are independent: the same numbers on any number of threads.
#pragma omp parallel for schedule(static) if (request.positions.size() >= 1024)
  for (std::size_t token = 0; token < request.positions.size(); ++token) {
    std::vector<double> cos(pairs);
    std::vector<double> sin(pairs);
    if (way == Way::usual) {
      usual_->table(request.positions[token], cos.data(), sin.data());
    } else {
      table_.values(request.positions[token], 1, cos.data(), sin.data());
    }
    for (std::size_t head = token * width; head < (token + 1) * width;
         head += static_cast<std::size_t>(spec.head_dim)) {
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        const std::size_t first = head + element(pair, 0);
        const std::size_t second = head + element(pair, 1);
        if (way == Way::usual) {
          const auto bits = usual_->rotate(cos[pair], sin[pair], in[first], in[second], Direction::forward);
          out[first] = to_double(dtype, bits[0]);
          out[second] = to_double(dtype, bits[1]);
          continue;
        }
        const double y0 = out[first] * cos[pair] - out[second] * sin[pair];
        const double y1 = out[first] * sin[pair] + out[second] * cos[pair];
        out[first] = way == Way::rounded ? round_to(dtype, y0) : y0;
        out[second] = way == Way::rounded ? round_to(dtype, y1) : y1;
      }
    }
  }
  return out;
}

}  // namespace rope::conformance
