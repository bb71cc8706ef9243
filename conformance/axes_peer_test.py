#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""M-RoPE as Hugging Face transformers computes it, beside what `rope-conform explain` and `generate` say of the same file.

Which axis a pair takes is measured: with position 1 on one axis and 0 on the others the pairs of that axis turn and no
other does. The map has to give the fingerprint that explain prints, computed by the program of docs/comparing-models.md.
Cosines and sines at distinct positions (time, height, width) may differ from the exact ones by what binary32 rounds: with
u = 2^-24 and x = 2i/d the exponent's rounding moves inv_freq by ln(base)·x·u and the base's by x·u, the power by 4u (two
ulp), the reciprocal and the product with the position by u each, all relative; cosine and sine are within two ulp of their
own, 2u at most.

With --markdown the table of docs/families.md is printed instead. Skips where a package is missing."""
import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
    import torch
    import transformers
    from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VLRotaryEmbedding
    from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VLRotaryEmbedding
    from transformers.models.qwen3_vl.modeling_qwen3_vl import Qwen3VLTextRotaryEmbedding
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; see docs/families.md for the environment")
    sys.exit(77)

transformers.logging.set_verbosity_error()
U = 2.0**-24
POSITIONS = [(3, 5, 7), (0, 0, 0), (1000, 1003, 1017), (31000, 17, 4095), (2, 30000, 1)]

FLAT = {"hidden_size": 3584, "num_attention_heads": 28, "max_position_embeddings": 32768, "rope_theta": 1000000.0}
TEXT3 = {"model_type": "qwen3_vl_text", "head_dim": 128, "hidden_size": 4096, "num_attention_heads": 32,
         "max_position_embeddings": 262144, "rope_theta": 5000000.0}

# name, the class with the rotation, configuration.
CASES = [
    ("Qwen2-VL", Qwen2VLRotaryEmbedding,
     {"model_type": "qwen2_vl", **FLAT, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}),
    ("Qwen2.5-VL", Qwen2_5_VLRotaryEmbedding,
     {"model_type": "qwen2_5_vl", **FLAT,
      "rope_scaling": {"type": "default", "rope_type": "default", "mrope_section": [16, 24, 24]}}),
    ("Qwen2-VL, other sections", Qwen2VLRotaryEmbedding,
     {"model_type": "qwen2_vl", **FLAT, "rope_scaling": {"type": "mrope", "mrope_section": [1, 40, 23]}}),
    ("Qwen3-VL", Qwen3VLTextRotaryEmbedding,
     {"model_type": "qwen3_vl", "text_config":
      {**TEXT3, "rope_scaling": {"rope_type": "default", "mrope_interleaved": True, "mrope_section": [24, 20, 20]}}}),
    ("Qwen3-VL, by default", Qwen3VLTextRotaryEmbedding, {"model_type": "qwen3_vl", "text_config": TEXT3}),
    ("Qwen3-VL, other sections", Qwen3VLTextRotaryEmbedding,
     {"model_type": "qwen3_vl", "text_config":
      {**TEXT3, "rope_scaling": {"rope_type": "default", "mrope_section": [44, 15, 5]}}}),
]


def rotation(kind, config):
    """Cosines and sines of tokens at (time, height, width), [token, pair]."""
    known = dict(config)
    made = transformers.AutoConfig.for_model(known.pop("model_type"), **known).text_config
    module = kind(made)

    def at(positions):
        ids = torch.tensor(positions, dtype=torch.int64).T[:, None, :]
        cos, sin = (table[0].double().numpy() for table in module(torch.zeros(1, dtype=torch.float32), ids))
        pairs = cos.shape[1] // 2
        # Half-split: the second half of the columns is the first again.
        assert (cos[:, :pairs] == cos[:, pairs:]).all() and (sin[:, :pairs] == sin[:, pairs:]).all()
        return cos[:, :pairs], sin[:, :pairs]
    return at


def measured_axes(at):
    _, sin = at([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    turned = sin != 0
    assert (turned.sum(axis=0) == 1).all(), "a pair takes one axis"
    return turned.argmax(axis=0)


def ours(tool, config, folder):
    """inv_freq correctly rounded to binary64, the spec, and the fingerprint."""
    path = folder / "peer.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    for words in (["generate", "--config", path, "--positions", "8", "--force", "--out", folder],
                  ["explain", "--config", path]):
        done = subprocess.run([tool, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{words[0]} failed: {done.stderr}")
    fingerprint = re.search(r"^fingerprint +(\S+)", done.stdout, re.MULTILINE)[1]
    with h5py.File(folder / "peer.h5") as fixture:
        return fixture["inv_freq/hi"][:], json.loads(fixture.attrs["spec"]), fingerprint


def program_of_the_page(root):
    page = (root / "docs/comparing-models.md").read_text(encoding="utf-8")
    names = {}
    exec(re.search(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[1], names)  # pylint: disable=exec-used
    return names["fingerprint"]


def compare(tool, root):
    rows, wrong = [], []
    fingerprint_of = program_of_the_page(root)
    with tempfile.TemporaryDirectory() as name:
        for title, kind, config in CASES:
            inv_freq, spec, fingerprint = ours(tool, config, pathlib.Path(name))
            at = rotation(kind, config)
            axes = measured_axes(at)
            pairs = [(i, i + inv_freq.size, w, *([axes[i]] if axes[i] else [])) for i, w in enumerate(inv_freq)]
            if fingerprint_of(spec["head_dim"], spec["attention_factor"], pairs) != fingerprint:
                wrong.append(f"{title}: pairs take axes {axes.tolist()} there, and the spec here is {spec['axes']}")
            x = 2.0 * numpy.arange(inv_freq.size) / spec["rotary_dim"]
            relative = x * (math.log(spec["theta"]) + 1) * U + (4 + 1 + 1) * U
            angles = numpy.array(POSITIONS)[:, axes] * inv_freq
            allowed = angles * relative + 2 * U
            cos, sin = at(POSITIONS)
            ratio = numpy.maximum(abs(cos - numpy.cos(angles)), abs(sin - numpy.sin(angles))) / allowed
            if (ratio > 1).any():
                token, pair = numpy.unravel_index(numpy.argmax(ratio), ratio.shape)
                wrong.append(f"{title}: pair {pair} at {POSITIONS[token]}: {ratio[token, pair]:.3g} times what binary32 "
                             "may lose")
            counts = ", ".join(str((axes == axis).sum()) for axis in range(3))
            rows.append((title, spec["axes"]["order"], counts, ratio.max()))
    return rows, wrong


def main():
    options = argparse.ArgumentParser()
    options.add_argument("root", type=pathlib.Path)
    options.add_argument("tool")
    options.add_argument("--markdown", action="store_true")
    chosen = options.parse_args()
    rows, wrong = compare(chosen.tool, chosen.root)
    if chosen.markdown:
        print("| configuration | order | pairs of time, height, width, measured | largest difference of cos and sin, of what "
              "is allowed |\n|---|---|---|---|")
    for title, order, counts, ratio in rows:
        cells = (title, order, counts, f"{ratio:.2f}")
        print("| " + " | ".join(cells) + " |" if chosen.markdown else "{:<26}{:<12}{:<12}{:>6}".format(*cells))
    for line in wrong:
        print("WRONG " + line, file=sys.stderr)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
