#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""ONNX models as the onnx package writes them, read by the tool. Skips where there is no onnx."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; pip install onnx")
    sys.exit(77)

TOOL = str(pathlib.Path(sys.argv[1]).resolve())
F32 = numpy.float32
ROWS = 16384


def llama_inv_freq(scaled=True):
    """As transformers computes it for Llama 3.1, each operation in binary32."""
    freq = F32(1) / numpy.power(F32(5e5), numpy.arange(0, 128, 2, dtype=F32) / F32(128), dtype=F32)
    if not scaled:
        return freq
    turns = F32(8192) / (F32(2 * numpy.pi) / freq)
    smooth = (turns - F32(1)) / F32(3)
    middle = (F32(1) - smooth) * freq / F32(8) + smooth * freq
    return numpy.where(turns > 4, freq, numpy.where(turns < 1, freq / F32(8), middle)).astype(F32)


def tables(inv_freq):
    angles = numpy.arange(ROWS, dtype=F32)[:, None] * inv_freq[None, :]
    return numpy.cos(angles), numpy.sin(angles)


class OnnxPackage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def model(self, initialisers, nodes, standard=False):
        """x, a projection, and what rotates it."""
        weight = numpy_helper.from_array(numpy.ones((64, 4096), dtype=F32), "w")
        graph = helper.make_graph(
            [helper.make_node("MatMul", ["x", "w"], ["q"]), *nodes], "model",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "sequence", 64]),
             helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "sequence"])],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["batch", "sequence", 4096])],
            [weight, *initialisers],
            value_info=[helper.make_tensor_value_info("q", TensorProto.FLOAT, ["batch", "sequence", 4096])])
        opsets = [helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1)]
        made = helper.make_model(graph, opset_imports=opsets, producer_name="a test", ir_version=10)
        if standard:
            onnx.checker.check_model(made, full_check=True)
        return made

    def contributed(self, cosines="cos", sines="sin"):
        return helper.make_node("RotaryEmbedding", ["q", "ids", cosines, sines], ["out"], name="rotary",
                                domain="com.microsoft", interleaved=0, num_heads=32, scale=1.0)

    def arrays(self, dtype, inv_freq):
        return [numpy_helper.from_array(table.astype(dtype), name)
                for name, table in zip(("cos", "sin"), tables(inv_freq))]

    def diff(self, name):
        done = subprocess.run([TOOL, "diff", "--json", "diff.json", "llama-3.1-8b", name], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, json.loads((self.folder / "diff.json").read_text(encoding="utf-8"))["comparisons"][0]

    def test_llama_in_every_type(self):
        for dtype in (numpy.float32, numpy.float16, numpy.float64):
            onnx.save(self.model(self.arrays(dtype, llama_inv_freq()), [self.contributed()]), self.folder / "llama.onnx")
            code, found = self.diff("llama.onnx")
            self.assertEqual(code, 0, found)

    def test_bfloat16_in_typed_data(self):
        initialisers = [helper.make_tensor(name, TensorProto.BFLOAT16, table.shape, table.flatten())
                        for name, table in zip(("cos", "sin"), tables(llama_inv_freq()))]
        onnx.save(self.model(initialisers, [self.contributed()]), self.folder / "llama.onnx")
        code, found = self.diff("llama.onnx")
        self.assertEqual(code, 0, found)

    def test_without_scaling(self):
        for dtype in (numpy.float32, numpy.float16):
            initialisers = self.arrays(dtype, llama_inv_freq(scaled=False))
            onnx.save(self.model(initialisers, [self.contributed()]), self.folder / "llama.onnx")
            code, found = self.diff("llama.onnx")
            self.assertEqual(code, 1)
            self.assertIn("pairs 29 to 63 of 64", found["differences"][0]["text"])

    def test_the_standard_operator_and_external_data(self):
        node = helper.make_node("RotaryEmbedding", ["q", "cos", "sin", "ids"], ["out"], name="rotary", num_heads=32)
        made = self.model(self.arrays(numpy.float32, llama_inv_freq()), [node], standard=True)
        onnx.save(made, self.folder / "llama.onnx", save_as_external_data=True, location="llama.onnx.data")
        self.assertLess((self.folder / "llama.onnx").stat().st_size, 10000)
        code, found = self.diff("llama.onnx")
        self.assertEqual(code, 0, found)

    def test_constant_and_cast(self):
        cosines, sines = self.arrays(numpy.float32, llama_inv_freq())
        nodes = [helper.make_node("Constant", [], ["c"], value=cosines),
                 helper.make_node("Cast", ["c"], ["c16"], to=TensorProto.FLOAT16),
                 helper.make_node("Cast", ["sin"], ["s16"], to=TensorProto.FLOAT16),
                 self.contributed("c16", "s16")]
        onnx.save(self.model([sines], nodes), self.folder / "llama.onnx")
        code, found = self.diff("llama.onnx")
        self.assertEqual(code, 0, found)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
