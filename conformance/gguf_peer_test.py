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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
