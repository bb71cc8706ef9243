// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Responses made of the fixture's own golden values.
#include "conformance/testing/synthetic.hpp"

#include "conformance/checks/accuracy.hpp"
#include "fixtures/generate.hpp"

namespace rope::conformance {

fixtures::Fixture small_fixture_of(Family family) {
  fixtures::Request request;
  request.model = "small";
  request.spec.head_dim = request.spec.rotary_dim = 16;
  request.spec.theta = 500000;
  request.spec.family = std::move(family);
  request.spec.max_position = 8192;
  request.extent = 16384;
  request.max_positions = 64;
  return fixtures::generate(request);
}

const fixtures::Fixture& small_fixture() {
  static const fixtures::Fixture fixture = small_fixture_of(DefaultFamily{});
  return fixture;
}

Response respond_with(const fixtures::Fixture& fixture, DType dtype, Pairing pairing, const Disturb& disturb) {
  Response response;
  response.status = RotateAnswer::Status::ok;
  response.dtype = dtype;
  response.pairing = pairing;
  response.rows = fixture.positions.size();
  response.pairs = fixture.pairs();
  const auto one = static_cast<std::uint32_t>(round_to_bits(dtype, 1.0));
  const fixtures::Rotation& rotation = fixture.rotation[tensor_index(dtype)];
  for (Head head : all_heads) {
    const auto h = static_cast<std::size_t>(head);
    for (std::size_t row = 0; row < response.rows; ++row) {
      for (std::size_t pair = 0; pair < response.pairs; ++pair) {
        const std::size_t at = 2 * (row * response.pairs + pair);
        for (std::size_t element = 0; element < 2; ++element) {
          std::uint32_t in = 0;
          if (head == Head::e1) in = element == 0 ? one : 0;
          if (head == Head::e2) in = element == 1 ? one : 0;
          if (head != Head::e1 && head != Head::e2) in = (has_q_row(head) ? rotation.q : rotation.k)[at + element];
          response.input[h].push_back(in);
        }
        const Golden golden_cell = golden(fixture, dtype, {head, row, pair});
        if (!disturb) {
          response.output[h].push_back(golden_cell.bits[0]);
          response.output[h].push_back(golden_cell.bits[1]);
          continue;
        }
        const Exactly y =
            disturb({golden_cell.value[0], golden_cell.value[1]}, head, fixture.positions[row], static_cast<int>(pair));
        response.output[h].push_back(static_cast<std::uint32_t>(round_to_bits(dtype, y.y0)));
        response.output[h].push_back(static_cast<std::uint32_t>(round_to_bits(dtype, y.y1)));
      }
    }
  }
  return response;
}

}  // namespace rope::conformance
