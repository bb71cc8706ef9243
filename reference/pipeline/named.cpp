// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each row names where its order of operations was read.
#include "reference/pipeline/named.hpp"

#include <stdexcept>

namespace rope {
namespace {

// transformers, models/llama/modeling_llama.py: LlamaRotaryEmbedding (inv_freq = 1 / base^(arange/dim) in fp32, matrix
// product with the positions, cos and sin, times attention_scaling, all in fp32, then cast to the tensor's dtype) and
// apply_rotary_pos_emb (x·cos + rotate_half(x)·sin, each operation in that dtype); scaled families in
// modeling_rope_utils.py.
constexpr std::string_view hf_source =
    "transformers, modeling_llama.py and modeling_rope_utils.py, eager mode on a CPU";
constexpr std::string_view hf_difference =
    "PyTorch's own vectorised pow, cos and sin (SLEEF, 1 ulp) where the C library's are used here: fp32 inv_freq, cos "
    "and sin may differ in the last bit; nothing else may";

}  // namespace

const std::vector<NamedPipeline>& named_pipelines() {
  static const std::vector<NamedPipeline> all{
      {"hf-eager-f32", DType::f32,
       "pos=int freq=f32:rpow(glibc) angle=f32:einsum trig=f32:glibc af=f32@trig table=f32:rn rotate=f32:mul",
       hf_source, hf_difference},
      {"hf-eager-f16", DType::f16,
       "pos=int freq=f32:rpow(glibc) angle=f32:einsum trig=f32:glibc af=f32@trig table=f16:rn rotate=f16:mul",
       hf_source, hf_difference},
      {"hf-eager-bf16", DType::bf16,
       "pos=int freq=f32:rpow(glibc) angle=f32:einsum trig=f32:glibc af=f32@trig table=bf16:rn rotate=bf16:mul",
       hf_source, hf_difference}};
  return all;
}

std::optional<Contract> named_pipeline(std::string_view name) {
  for (const NamedPipeline& one : named_pipelines()) {
    if (one.name != name) continue;
    const auto parsed = parse_contract(one.contract, one.dtype);
    if (const auto* error = std::get_if<ContractError>(&parsed)) throw std::logic_error(error->message);
    return std::get<Contract>(parsed);
  }
  return std::nullopt;
}

}  // namespace rope
