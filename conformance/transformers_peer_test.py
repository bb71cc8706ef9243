#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Frequencies and attention factors of each family as Hugging Face transformers computes them, beside the exact ones.

Each configuration goes to transformers (its configuration class and ROPE_INIT_FUNCTIONS, in binary32 on the CPU) and to
`rope-conform generate --config`. Attention factors are Python numbers there: they must be equal. Frequencies may differ by
what binary32 rounds, pair by pair. With u = 2^-24 and x = 2i/d: the exponent's rounding moves the power by ln(base)·x·u and
the base's by x·u; two ulp of the power, a reciprocal, and at most eight roundings of a scaling (a ramp: the difference,
the quotient, 1 - t twice, two products, the sum, the factor) are 2u each at most. Nothing of another formula is that near.

With --markdown the table of docs/families.md is printed instead. Skips where a package is missing."""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
    import torch
    import transformers
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; see docs/families.md for the environment")
    sys.exit(77)

transformers.logging.set_verbosity_error()
U = 2.0**-24
LLAMA = {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "max_position_embeddings": 4096,
         "rope_theta": 500000.0}


def llama(scaling, **more):
    return {**LLAMA, "rope_scaling": scaling, **more}


PHI3 = {"model_type": "phi3", "hidden_size": 3072, "num_attention_heads": 32, "max_position_embeddings": 131072,
        "original_max_position_embeddings": 4096, "rope_theta": 10000.0,
        "rope_scaling": {"type": "longrope", "short_factor": [1 + 0.01 * i for i in range(48)],
                         "long_factor": [1.08 + 0.03 * i * i for i in range(48)]}}

# name, configuration, sequence length that both are asked about (None: no family of length).
CASES = [
    ("default", llama(None), None),
    ("default, partial", {"model_type": "phi", "hidden_size": 2560, "num_attention_heads": 32,
                          "max_position_embeddings": 2048, "partial_rotary_factor": 0.4}, None),
    ("linear", llama({"rope_type": "linear", "factor": 2.7}), None),
    ("dynamic", llama({"rope_type": "dynamic", "factor": 2.0}), 8192),
    ("llama3", llama({"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                      "original_max_position_embeddings": 8192}, max_position_embeddings=131072), None),
    ("yarn, Qwen3 at 4 times", llama({"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
                                     rope_theta=1e6, max_position_embeddings=131072), None),
    ("yarn, gpt-oss", {"model_type": "gpt_oss", "head_dim": 64, "hidden_size": 2880, "num_attention_heads": 64,
                       "max_position_embeddings": 131072, "rope_theta": 150000.0,
                       "rope_scaling": {"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0,
                                        "truncate": False, "original_max_position_embeddings": 4096}}, None),
    ("yarn, mscale and mscale_all_dim", llama({"rope_type": "yarn", "factor": 40.0, "mscale": 1.0,
                                               "mscale_all_dim": 0.707, "original_max_position_embeddings": 4096},
                                              max_position_embeddings=163840), None),
    ("yarn, equal betas", llama({"rope_type": "yarn", "factor": 32.0, "beta_fast": 1.0, "beta_slow": 1.0,
                                 "original_max_position_embeddings": 4096}, max_position_embeddings=131072), None),
    ("longrope, long list", PHI3, 131072),
    ("proportional", llama(None, rope_parameters={"rope_type": "proportional", "rope_theta": 1e6,
                                                  "partial_rotary_factor": 0.25}, rope_theta=None), None),
]


def theirs(config, length):
    """inv_freq in binary64 and the attention factor, as transformers has them."""
    known = {key: value for key, value in config.items() if value is not None}
    model_type = known.pop("model_type")
    made = transformers.AutoConfig.for_model(model_type, **known)
    kind = made.rope_parameters["rope_type"]
    if kind == "default":  # a method of each model's class there
        dim = int((getattr(made, "head_dim", None) or made.hidden_size // made.num_attention_heads)
                  * made.rope_parameters.get("partial_rotary_factor", 1.0))
        exponent = torch.arange(0, dim, 2, dtype=torch.int64).float() / dim
        return (1.0 / made.rope_parameters["rope_theta"]**exponent).double().numpy(), 1.0
    inv_freq, factor = ROPE_INIT_FUNCTIONS[kind](made, torch.device("cpu"), seq_len=length)
    return inv_freq.double().numpy(), factor


def ours(tool, config, folder, convention=""):
    """inv_freq correctly rounded to binary64, and the spec; as the program of a convention ("@vllm") reads it."""
    known = {key: value for key, value in config.items() if value is not None}
    path = folder / "peer.json"
    path.write_text(json.dumps(known), encoding="utf-8")
    done = subprocess.run([tool, "generate", "--config", f"{path}{convention}", "--positions", "8", "--force", "--out", folder],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"generate failed: {done.stderr}")
    with h5py.File(folder / f"peer{convention}.h5") as fixture:
        return fixture["inv_freq/hi"][:], json.loads(fixture.attrs["spec"])


def allowed(spec, pairs):
    """Relative, of each pair."""
    x = 2.0 * numpy.arange(pairs) / spec["rotary_dim"]
    family = spec["family"]
    bound = x * (math.log(spec["theta"]) + 1) * U + (4 + 1 + 16) * U
    if family["name"] == "dynamic":  # the difference of the base cancels: each rounding of t = s·L/M counts t/g times
        t = family["factor"] * family["sequence_length"] / family["original_max_position"]
        bound += 2 * x * (4 * t / (t - family["factor"] + 1) + 4) * U
    return bound


def compare(tool):
    rows, wrong = [], []
    with tempfile.TemporaryDirectory() as name:
        for title, config, length in CASES:
            exact, spec = ours(tool, config, pathlib.Path(name))
            found, factor = theirs(config, length)
            if found.shape != exact.shape:
                wrong.append(f"{title}: {found.size} frequencies, expected {exact.size}")
                continue
            turning = exact != 0
            relative = numpy.abs(found[turning] / exact[turning] - 1)
            ratio = relative / allowed(spec, exact.size)[turning]
            if (found[~turning] != 0).any() or (ratio > 1).any():
                pair = int(numpy.argmax(ratio))
                wrong.append(f"{title}: pair {pair} is {found[pair]!r}, exact {exact[pair]!r}: {ratio[pair]:.3g} times "
                             "what binary32 may lose")
            if factor != spec["attention_factor"]:
                wrong.append(f"{title}: attention factor {factor!r}, expected {spec['attention_factor']!r}")
            rows.append((title, spec["family"]["name"], exact.size, relative.max() / U, ratio.max(), factor))
    return rows, wrong


def main():
    options = argparse.ArgumentParser()
    options.add_argument("tool")
    options.add_argument("--markdown", action="store_true")
    chosen = options.parse_args()
    rows, wrong = compare(chosen.tool)
    if chosen.markdown:
        print("| configuration | family | pairs | largest difference of inv_freq, 2^-24 relative | of what is allowed | "
              "attention factor, equal |\n|---|---|---|---|---|---|")
    for title, family, pairs, worst, ratio, factor in rows:
        cells = (title, family, str(pairs), f"{worst:.2f}", f"{ratio:.2f}", repr(float(factor)))
        print("| " + " | ".join(cells) + " |" if chosen.markdown else "{:<34}{:<14}{:>4} {:>6} u {:>6}  {}".format(*cells))
    for line in wrong:
        print("WRONG " + line, file=sys.stderr)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
