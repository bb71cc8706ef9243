#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""GGUF files as the gguf package (llama.cpp's gguf-py) writes them, read by the tool. Skips where there is no gguf."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import gguf
    import numpy
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; pip install gguf")
    sys.exit(77)

ROOT, TOOL = pathlib.Path(sys.argv[1]), str(pathlib.Path(sys.argv[2]).resolve())
F32 = numpy.float32


def llama3_factors():
    """As convert_hf_to_gguf.py computes them for Llama 3.1, each operation in binary32."""
    factors = []
    for freq in F32(1) / numpy.power(F32(5e5), numpy.arange(0, 128, 2, dtype=F32) / F32(128), dtype=F32):
        turns = F32(8192) / (F32(2 * numpy.pi) / freq)
        smooth = (turns - F32(1)) / F32(3)
        middle = F32(1) / ((F32(1) - smooth) / F32(8) + smooth)
        factors.append(F32(1) if turns > 4 else F32(8) if turns < 1 else middle)
    return numpy.array(factors, dtype=F32)


class GgufPackage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, architecture, fill, tensors=()):
        writer = gguf.GGUFWriter(self.folder / name, architecture)
        fill(writer)
        writer.add_token_list([f"token {i}" for i in range(5000)])
        writer.add_token_scores([0.5] * 5000)
        writer.add_chat_template("{{ messages }}" * 1000)
        for tensor, values in tensors:
            writer.add_tensor(tensor, values)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    def diff(self, *models):
        done = subprocess.run([TOOL, "diff", "--json", "diff.json", *models], cwd=self.folder, capture_output=True,
                              text=True, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, json.loads((self.folder / "diff.json").read_text(encoding="utf-8"))["comparisons"][0]

    def llama(self, writer):
        writer.add_context_length(131072)
        writer.add_embedding_length(4096)
        writer.add_block_count(32)
        writer.add_head_count(32)
        writer.add_head_count_kv(8)
        writer.add_rope_freq_base(500000.0)
        writer.add_rope_dimension_count(128)

    def test_llama_with_factors(self):
        norm = ("output_norm.weight", numpy.ones(4096, dtype=F32))
        self.write("llama.gguf", "llama", self.llama, [norm, ("rope_freqs.weight", llama3_factors())])
        code, found = self.diff("llama-3.1-8b", "llama.gguf")
        self.assertEqual(code, 0, found)
        self.assertLess(found["largest"]["relative"], 1e-6)

    def test_llama_without_factors(self):
        self.write("llama.gguf", "llama", self.llama, [("output_norm.weight", numpy.ones(4096, dtype=F32))])
        code, found = self.diff("llama-3.1-8b", "llama.gguf")
        self.assertEqual(code, 1)
        self.assertEqual(found["causes"][0]["key"], "rope_freqs.weight")

    def test_qwen3(self):
        def fill(writer):
            writer.add_context_length(40960)
            writer.add_embedding_length(4096)
            writer.add_head_count(32)
            writer.add_key_length(128)
            writer.add_rope_freq_base(1000000.0)
        self.write("qwen3.gguf", "qwen3", fill, [("output_norm.weight", numpy.ones(64, dtype=F32))])
        code, found = self.diff("qwen3-8b", "qwen3.gguf")
        self.assertEqual(code, 0, found)
        self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])

    def test_phi2_partial_rotary(self):
        def fill(writer):
            writer.add_context_length(2048)
            writer.add_embedding_length(2560)
            writer.add_head_count(32)
            writer.add_rope_dimension_count(32)
        self.write("phi2.gguf", "phi2", fill, [("output_norm.weight", numpy.ones(64, dtype=F32))])
        code, found = self.diff("phi-2", "phi2.gguf")
        self.assertEqual(code, 0, found)

    def test_linear_scaling(self):
        def fill(writer):
            self.llama(writer)
            writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(4.0)
        self.write("linear.gguf", "llama", fill, [("output_norm.weight", numpy.ones(64, dtype=F32))])
        code, found = self.diff("llama-3-8b", "linear.gguf")
        self.assertEqual(code, 1)
        self.assertEqual([(one["kind"], one["least_ratio"]) for one in found["pairs"]], [("scaled", 0.25)])

    # What the converter writes of each configuration: set_gguf_parameters of its model's class. Models without a file in
    # the catalogue are configurations as they are published.

    def config(self, name, content):
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")

    def qwen_vl(self, architecture, config, sections):
        """A config.json, and the GGUF file of the same model; the converter fills sections up to four numbers."""
        self.config("config.json", config)
        text = config.get("text_config", config)
        norm = ("output_norm.weight", numpy.ones(64, dtype=F32))

        def fill(writer):
            writer.add_context_length(text["max_position_embeddings"])
            writer.add_embedding_length(text["hidden_size"])
            writer.add_head_count(text["num_attention_heads"])
            writer.add_rope_dimension_sections([*sections, 0])
            writer.add_rope_freq_base(text["rope_theta"])
            if "head_dim" in text:
                writer.add_key_length(text["head_dim"])
                writer.add_value_length(text["head_dim"])
        self.write("model.gguf", architecture, fill, [norm])

    QWEN2_VL = {"model_type": "qwen2_vl", "hidden_size": 3584, "num_attention_heads": 28,
                "max_position_embeddings": 32768, "rope_theta": 1000000.0,
                "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}

    def test_qwen2_vl(self):
        self.qwen_vl("qwen2vl", self.QWEN2_VL, [16, 24, 24])
        code, found = self.diff("config.json", "model.gguf")
        self.assertEqual(code, 0, found)
        self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])

    def test_qwen2_vl_with_other_sections(self):
        self.qwen_vl("qwen2vl", self.QWEN2_VL, [24, 20, 20])
        code, found = self.diff("config.json", "model.gguf")
        self.assertEqual(code, 1)
        self.assertEqual([one["field"] for one in found["differences"]], ["position_axes"])
        self.assertIn("qwen2vl.rope.dimension_sections", found["causes"][0]["text"])

    def qwen3_vl(self, architecture, sections):
        text = {"model_type": f"qwen3_vl{'_moe' if architecture.endswith('moe') else ''}_text", "head_dim": 128,
                "hidden_size": 4096, "num_attention_heads": 32, "max_position_embeddings": 262144,
                "rope_theta": 5000000.0, "rope_scaling": {"rope_type": "default", "mrope_interleaved": True,
                                                          "mrope_section": sections}}
        self.qwen_vl(architecture, {"model_type": text["model_type"].removesuffix("_text"), "text_config": text},
                     sections)

    def test_qwen3_vl(self):
        """Pairs 61 and 62 have no axis in llama.cpp, whose reading of the configuration is the convention's."""
        for architecture in ("qwen3vl", "qwen3vlmoe"):
            self.qwen3_vl(architecture, [24, 20, 20])
            code, found = self.diff("config.json", "model.gguf")
            self.assertEqual(code, 1)
            self.assertEqual([one["text"] for one in found["differences"]], ["frequencies of pairs 61 to 62 of 64"])
            self.assertIn(f"{architecture}.rope.dimension_sections", found["causes"][0]["text"])
            code, found = self.diff("config.json@ggml", "model.gguf")
            self.assertEqual(code, 0, found)
            self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])

    def test_qwen3_vl_with_sections_that_leave_no_pair(self):
        self.qwen3_vl("qwen3vl", [22, 21, 21])
        code, found = self.diff("config.json", "model.gguf")
        self.assertEqual(code, 0, found)
        self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])

    def deepseek(self, name, **changed):
        """The file of a model of the catalogue, with other keys of YaRN if there are some; None leaves one out."""
        config = json.loads((ROOT / "fixtures/models" / f"{name}.json").read_text(encoding="utf-8"))["config"]
        yarn = {key: value for key, value in {**config["rope_scaling"], **changed}.items() if value is not None}
        self.config("config.json", {**config, "rope_scaling": yarn})
        norm = ("output_norm.weight", numpy.ones(64, dtype=F32))

        def fill(writer):
            writer.add_context_length(config["max_position_embeddings"])
            writer.add_embedding_length(config["hidden_size"])
            writer.add_head_count(config["num_attention_heads"])
            writer.add_head_count_kv(1)
            writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
            writer.add_rope_scaling_factor(yarn["factor"])
            writer.add_rope_scaling_orig_ctx_len(yarn["original_max_position_embeddings"])
            writer.add_rope_scaling_yarn_beta_fast(yarn["beta_fast"])
            writer.add_rope_scaling_yarn_beta_slow(yarn["beta_slow"])
            writer.add_rope_freq_base(config["rope_theta"])
            writer.add_kv_lora_rank(config["kv_lora_rank"])
            writer.add_key_length(config["kv_lora_rank"] + config["qk_rope_head_dim"])
            writer.add_value_length(config["kv_lora_rank"])
            writer.add_key_length_mla(config["qk_nope_head_dim"] + config["qk_rope_head_dim"])
            writer.add_value_length_mla(config["v_head_dim"])
            writer.add_rope_dimension_count(config["qk_rope_head_dim"])
            if "mscale_all_dim" in yarn:
                writer.add_rope_scaling_yarn_log_mul(0.1 * yarn["mscale_all_dim"])
        self.write("model.gguf", "deepseek2", fill, [norm])

    def test_deepseek(self):
        for name in ("deepseek-v2-lite", "deepseek-v3"):
            self.deepseek(name)
            for first in (name, "config.json"):
                code, found = self.diff(first, "model.gguf")
                self.assertEqual(code, 0, found)
                self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"], name)
                self.assertEqual(found["weights"], "")

    def test_kimi_k2(self):
        """Its beta_fast is 1, which llama.cpp does not read."""
        self.deepseek("kimi-k2")
        code, found = self.diff("kimi-k2", "model.gguf")
        self.assertEqual(code, 1)
        self.assertEqual([one["field"] for one in found["differences"]], ["frequencies"])
        self.assertIn("yarn_beta_fast f32 1, which llama.cpp does not read: 32", found["causes"][0]["text"])
        code, found = self.diff("kimi-k2@ggml", "model.gguf")
        self.assertEqual(code, 0, found)
        self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])

    def test_deepseek_without_mscale_all_dim(self):
        """transformers needs both, and so does llama.cpp: the usual factor on cos and sin. In llama.cpp it counts in the scores'
        scale as well, in transformers only with mscale_all_dim."""
        self.deepseek("deepseek-v3", mscale=None, mscale_all_dim=None)
        code, found = self.diff("config.json", "model.gguf")
        self.assertEqual(code, 1)
        self.assertEqual([one["field"] for one in found["differences"]], ["softmax_scale"])
        self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])

    def test_deepseek_with_two_mscales(self):
        """llama.cpp takes the one for the other."""
        self.deepseek("deepseek-v3", mscale=0.5)
        code, found = self.diff("config.json", "model.gguf")
        self.assertEqual(code, 1)
        self.assertEqual([one["field"] for one in found["differences"]], ["attention_factor"])
        code, found = self.diff("config.json@ggml", "model.gguf")
        self.assertEqual(code, 0, found)

    def test_glm4(self):
        def fill(writer):
            writer.add_context_length(32768)
            writer.add_embedding_length(4096)
            writer.add_head_count(32)
            writer.add_head_count_kv(2)
            writer.add_key_length(128)
            writer.add_value_length(128)
            writer.add_rope_freq_base(10000.0)
            writer.add_rope_dimension_count(64)
        self.write("glm4.gguf", "glm4", fill, [("output_norm.weight", numpy.ones(64, dtype=F32))])
        code, found = self.diff("glm-4-9b-0414", "glm4.gguf")
        self.assertEqual(code, 0, found)
        self.assertEqual(found["fingerprints"]["first"], found["fingerprints"]["other"])
        self.assertEqual(found["weights"], "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
