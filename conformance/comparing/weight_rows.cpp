// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The permutation that Hugging Face's convert_llama_weights_to_hf.py and llama.cpp's convert_hf_to_gguf.py do, one the
// inverse of the other: row element_of_pair(half-split) of a head and row element_of_pair(interleaved) change places.
#include "conformance/comparing/weight_rows.hpp"

#include <fmt/format.h>

namespace rope::conformance {

std::string moved_rows(const Spec& from, const std::string& from_letter, const std::string& to_letter) {
  const int n = from.pairs();
  const int at = from.dim_offset;
  const std::string offset = at == 0 ? "" : fmt::format("{} + ", at);
  const bool split = from.pairing == Pairing::half_split;
  const std::string half = fmt::format("{}i and {}i + {}", offset, offset, n);
  const std::string adjacent = fmt::format("{}2i and {}2i + 1", offset, offset);
  const std::string view = split ? fmt::format("w.view(H, 2, {}, dim)", n) : fmt::format("w.view(H, {}, 2, dim)", n);
  const std::string rest =
      from.rotary_dim == from.head_dim ? "" : fmt::format(", the {} rows that rotate alone", from.rotary_dim);
  return fmt::format(
      "in each head of q_proj and k_proj, rows {} of {} become rows {} of {}, for i from 0 to {}: "
      "{}.transpose(1, 2){}; biases likewise, v_proj and o_proj stay",
      split ? half : adjacent, from_letter, split ? adjacent : half, to_letter, n - 1, view, rest);
}

}  // namespace rope::conformance
