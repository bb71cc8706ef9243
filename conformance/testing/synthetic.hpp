// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A small fixture and responses to it as an implementation of a given arithmetic would give them: what the checks'
// own tests are fed with.
#pragma once

#include <cstdint>
#include <functional>

#include "conformance/checks/response.hpp"
#include "fixtures/fixture.hpp"

namespace rope::conformance {

/// Llama 3's frequencies with head_dim 16, 64 positions up to 8192 and past it to 16384.
const fixtures::Fixture& small_fixture();

/// The same of another family.
fixtures::Fixture small_fixture_of(Family family);

/// The rotated pair that an implementation would give before its last rounding.
struct Exactly {
  double y0 = 0;
  double y1 = 0;
};

/// What happens to the exact output of a cell; rounding to the dtype follows.
using Disturb = std::function<Exactly(Exactly exact, Head head, std::int64_t position, int pair)>;

/// Correctly rounded where `disturb` is empty.
Response respond_with(const fixtures::Fixture& fixture, DType dtype, Pairing pairing, const Disturb& disturb);

}  // namespace rope::conformance
