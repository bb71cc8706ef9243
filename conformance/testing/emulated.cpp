// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The inputs are those of any response, the outputs the pipeline's.
#include "conformance/testing/emulated.hpp"

#include <gtest/gtest.h>

#include "conformance/testing/synthetic.hpp"
#include "reference/pipeline/pipeline.hpp"

namespace rope::conformance {

Contract contract_of(const std::string& text, DType dtype) {
  const auto parsed = parse_contract(text, dtype);
  if (const auto* error = std::get_if<ContractError>(&parsed)) {
    ADD_FAILURE() << text << ": " << error->message;
    return baseline_contract(dtype);
  }
  return std::get<Contract>(parsed);
}

Response emulated_response(const fixtures::Fixture& fixture, const Contract& contract, DType dtype) {
  Response response = respond_with(fixture, dtype, Pairing::half_split, {});
  const Pipeline pipeline(fixture.spec, contract, dtype);
  std::vector<double> cos(response.pairs), sin(response.pairs);
  for (std::size_t row = 0; row < response.rows; ++row) {
    pipeline.table(fixture.positions[row], cos.data(), sin.data());
    for (Head head : all_heads) {
      for (std::size_t pair = 0; pair < response.pairs; ++pair) {
        const auto y = pipeline.rotate(cos[pair], sin[pair], response.in(head, row, pair, 0),
                                       response.in(head, row, pair, 1), Direction::forward);
        for (std::size_t element = 0; element < 2; ++element) {
          response.output[static_cast<std::size_t>(head)][(row * response.pairs + pair) * 2 + element] = y[element];
        }
      }
    }
  }
  return response;
}

}  // namespace rope::conformance
