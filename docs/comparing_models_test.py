#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""docs/comparing-models.md: its examples are what the tool prints, its keys are those of --json, its program agrees."""
import decimal
import json
import math
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import unittest

import pages

ROOT, TOOL = pathlib.Path(sys.argv[1]), str(pathlib.Path(sys.argv[2]).resolve())
PAGE = pages.Page("docs/comparing-models.md", (ROOT / "docs/comparing-models.md").read_text(encoding="utf-8"))
decimal.getcontext().prec = 60
D = decimal.Decimal
PI = D("3.14159265358979323846264338327950288419716939937510582097494459")


def config(name):
    return json.loads((ROOT / f"fixtures/models/{name}.json").read_text(encoding="utf-8"))["config"]


def llama31_factors():
    """rope_freqs.weight with every operation in binary32, as the converter computes it."""
    def f32(x):
        return struct.unpack("<f", struct.pack("<f", x))[0]
    factors = []
    for i in range(64):
        freq = f32(1 / f32(500000.0 ** f32(2 * i / 128)))
        turns = f32(8192 / f32(f32(2 * float(PI)) / freq))
        smooth = f32(f32(turns - 1) / 3)
        middle = f32(1 / f32(f32(f32(1 - smooth) / 8) + smooth))
        factors.append(1.0 if turns > 4 else 8.0 if turns < 1 else middle)
    return factors


def gguf():
    """Llama 3.1 8B's header and factors, after the description of the format."""
    def text(value):
        return struct.pack("<Q", len(value)) + value.encode()
    keys = [text("general.architecture") + struct.pack("<I", 8) + text("llama"),
            *(text(f"llama.{key}") + struct.pack("<II", 4, value)
              for key, value in (("context_length", 131072), ("embedding_length", 4096), ("attention.head_count", 32),
                                 ("rope.dimension_count", 128))),
            text("llama.rope.freq_base") + struct.pack("<If", 6, 500000.0)]
    tensor = text("rope_freqs.weight") + struct.pack("<IQIQ", 1, 64, 0, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(keys)) + b"".join(keys) + tensor
    return header + bytes(-len(header) % 32) + struct.pack("<64f", *llama31_factors())


def onnx(rows):
    """One RotaryEmbedding with Llama 3.1's tables in fp16, after the descriptions of protobuf and onnx.proto."""
    def varint(value):
        return bytes([value]) if value < 0x80 else bytes([value & 0x7f | 0x80]) + varint(value >> 7)

    def number(field, value):
        return varint(field << 3) + varint(value)

    def field_of(field, value):
        value = value.encode() if isinstance(value, str) else value
        return varint(field << 3 | 2) + varint(len(value)) + value

    def f32(x):
        return struct.unpack("<f", struct.pack("<f", x))[0]
    inv_freq = [f32(w) for w in exact_frequencies(500000, 128, (8, 1, 4, 8192))]
    angles = [f32(row * w) for row in range(rows) for w in inv_freq]
    tables = [field_of(5, number(1, rows) + number(1, 64) + number(2, 10) + field_of(8, name) +
                       field_of(9, struct.pack(f"<{len(angles)}e", *map(function, angles))))
              for name, function in (("cos_cache", math.cos), ("sin_cache", math.sin))]
    node = b"".join(field_of(1, name) for name in ("q", "position_ids", "cos_cache", "sin_cache"))
    node += field_of(2, "out") + field_of(4, "RotaryEmbedding") + field_of(7, "com.microsoft")
    opset = field_of(8, field_of(1, "com.microsoft") + number(2, 1))
    return number(1, 10) + field_of(7, field_of(1, node) + b"".join(tables)) + opset


def files_of_the_page(folder):
    (folder / "exported").mkdir()
    without = config("llama-3.1-8b")
    del without["rope_scaling"]
    (folder / "exported/config.json").write_text(json.dumps(without), encoding="utf-8")
    (folder / "llama-3.1-8b.gguf").write_bytes(gguf())


def run(folder, words):
    return subprocess.run([TOOL, *words], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "NO_COLOR": "1"})


def exact_frequencies(theta, dim, llama3=None):
    """In 60 digits, then rounded once to binary64."""
    out = []
    for i in range(dim // 2):
        w = D(theta) ** (D(-2 * i) / D(dim))
        if llama3:
            factor, low, high, original = map(D, llama3)
            turns = original * w / (2 * PI)
            share = min(max((turns - low) / (high - low), D(0)), D(1))
            w = (1 - share) * w / factor + share * w
        out.append(float(w))
    return out


def keys_of(value, path, found):
    if isinstance(value, dict):
        for key, element in value.items():
            found.add(f"{path}.{key}" if path else key)
            keys_of(element, f"{path}.{key}" if path else key, found)
    for element in value if isinstance(value, list) else []:
        keys_of(element, path + "[]", found)


class ComparingModels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        files_of_the_page(self.folder)

    def test_examples(self):
        (self.folder / "llama-fp16.onnx").write_bytes(onnx(4096))
        examples = [block for language, block in PAGE.blocks if language == "console"]
        self.assertGreaterEqual(len(examples), 4)
        for example in examples:
            command, shown = example.split("\n", 1)
            words = re.fullmatch(r"\$ rope-conform (.*)", command)[1].split()
            self.assertEqual(run(self.folder, words).stdout.rstrip("\n"), shown.rstrip("\n"), command)

    def test_keys(self):
        words = ["diff", "--json", "diff.json", "llama-3.1-8b", "exported", "llama-3.1-8b.gguf", "gpt-j-6b"]
        self.assertEqual(run(self.folder, words).returncode, 1)
        found = set()
        keys_of(json.loads((self.folder / "diff.json").read_text(encoding="utf-8")), "", found)
        documented = {row[0].strip("`") for head, rows in PAGE.tables() if head[0] == "key" for row in rows}
        self.assertEqual(found, documented)

    def test_fingerprint(self):
        program = {}
        exec(next(block for language, block in PAGE.blocks if language == "python"), program)  # pylint: disable=exec-used
        half = {"llama-2-7b": (128, 128, 1e4), "llama-3-8b": (128, 128, 5e5), "phi-2": (80, 32, 1e4),
                "pythia-1b": (256, 64, 1e4), "mistral-nemo-12b": (128, 128, 1e6)}
        expected = {}
        for name, (head_dim, dim, theta) in half.items():
            pairs = [(i, i + dim // 2, w) for i, w in enumerate(exact_frequencies(theta, dim))]
            expected[name] = program["fingerprint"](head_dim, 1.0, pairs)
        for name, dim, factor in (("llama-3.1-8b", 128, 8), ("llama-3.2-1b", 64, 32)):
            scaled = exact_frequencies(5e5, dim, (factor, 1, 4, 8192))
            expected[name] = program["fingerprint"](dim, 1.0, [(i, i + dim // 2, w) for i, w in enumerate(scaled)])
        adjacent = [(2 * i, 2 * i + 1, w) for i, w in enumerate(exact_frequencies(1e4, 64))]
        expected["gpt-j-6b"] = program["fingerprint"](256, 1.0, adjacent)
        said = {name: run(self.folder, ["explain", "--model", name]).stdout for name in expected}
        # Qwen2-VL: 16 pairs by time, 24 by height, 24 by width.
        axes = [()] * 16 + [(1,)] * 24 + [(2,)] * 24
        expected["qwen2-vl"] = program["fingerprint"](
            128, 1.0, [(i, i + 64, w, *axes[i]) for i, w in enumerate(exact_frequencies(1e6, 128))])
        (self.folder / "qwen2-vl.json").write_text(json.dumps(
            {"model_type": "qwen2_vl", "hidden_size": 3584, "num_attention_heads": 28, "rope_theta": 1e6,
             "max_position_embeddings": 32768, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}),
            encoding="utf-8")
        said["qwen2-vl"] = run(self.folder, ["explain", "--config", "qwen2-vl.json"]).stdout
        for name, fingerprint in expected.items():
            self.assertEqual(re.search(r"^fingerprint +(\S+)", said[name], re.MULTILINE)[1], fingerprint, name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
