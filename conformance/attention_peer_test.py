#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""What configurations say beside the rotation, as Hugging Face transformers' own classes read them.

- Which layers have no RoPE: the class's list, written down, must be the same model as the configuration that leaves it to
  defaults or says it in another way (`rope-conform diff`), and the same list with one layer changed must not.
- Llama 4's factor on q: its attention layer is run on q = 1 where only that factor acts, and held to what explain prints,
  to the six digits that it prints.
- Softmax scales of latent attention: the attention class's number, to a relative 2^-50.

Skips where a package is missing."""
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import torch
    import transformers
    from transformers.models.cohere2 import Cohere2Config
    from transformers.models.deepseek_v2 import DeepseekV2Config
    from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2Attention
    from transformers.models.deepseek_v3 import DeepseekV3Config
    from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3Attention
    from transformers.models.llama4 import Llama4TextConfig
    from transformers.models.llama4 import modeling_llama4 as llama4
    from transformers.models.smollm3 import SmolLM3Config
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; see docs/families.md for the environment")
    sys.exit(77)

transformers.logging.set_verbosity_error()
TOOL = sys.argv[1]
wrong = []


def run(*words):
    return subprocess.run([TOOL, *map(str, words)], capture_output=True, text=True)


def expect(title, good, what):
    print(f"{'same' if good else 'OTHER'}  {title}: {what}")
    if not good:
        wrong.append(title)


def file(folder, name, config):
    path = folder / name
    path.write_text(json.dumps(config))
    return path


def compare_layers(folder, title, config, key, rotating, spell):
    """`rotating`: for each layer whether it has RoPE, by transformers."""
    by_default = file(folder, "default.json", config)
    listed = file(folder, "listed.json", {**config, key: [spell(yes) for yes in rotating]})
    changed = list(rotating)
    changed[0] = not changed[0]
    other = file(folder, "other.json", {**config, key: [spell(yes) for yes in changed]})
    answers = run("diff", by_default, listed).returncode, run("diff", by_default, other).returncode
    expect(title, answers == (0, 1), f"{rotating.count(False)} of {len(rotating)} layers have no RoPE, diff ends with {answers}")


def unrotated_layers(folder):
    heads = {"max_position_embeddings": 8192, "hidden_size": 512, "num_attention_heads": 8, "num_hidden_layers": 13}
    number = {True: 1, False: 0}.get
    for more in ({}, {"no_rope_layer_interval": 3}):
        config = {"model_type": "llama4_text", **heads, "head_dim": 64, "rope_theta": 5e5, **more}
        made = Llama4TextConfig(**{k: v for k, v in config.items() if k != "model_type"})
        compare_layers(folder, f"Llama 4 {more}", config, "no_rope_layers", [bool(x) for x in made.no_rope_layers], number)
        config = {"model_type": "smollm3", **heads, "rope_theta": 2e6, **more}
        made = SmolLM3Config(**{k: v for k, v in config.items() if k != "model_type"})
        compare_layers(folder, f"SmolLM3 {more}", config, "no_rope_layers", [bool(x) for x in made.no_rope_layers], number)
    for more in ({}, {"sliding_window_pattern": 3}):
        config = {"model_type": "cohere2", **heads, "rope_theta": 5e4, **more}
        made = Cohere2Config(**{k: v for k, v in config.items() if k != "model_type"})
        compare_layers(folder, f"Cohere 2 {more}", config, "layer_types",
                       [x == "sliding_attention" for x in made.layer_types],
                       {True: "sliding_attention", False: "full_attention"}.get)


class Seen(Exception):
    """Carries q out of the attention layer."""


def llama4_factor(folder):
    """q is 1 in front of the factor where the projection has one 1 in each row; what attention is called with is kept."""
    config = {"model_type": "llama4_text", "max_position_embeddings": 40000, "hidden_size": 8, "head_dim": 8,
              "num_attention_heads": 1, "num_key_value_heads": 1, "num_hidden_layers": 4, "rope_theta": 5e5,
              "floor_scale": 100, "attn_scale": 0.25}
    made = Llama4TextConfig(**{k: v for k, v in config.items() if k != "model_type"})
    made._attn_implementation = "eager"
    layer = llama4.Llama4TextAttention(made, 3)
    torch.nn.init.constant_(layer.q_proj.weight, 1 / 8)
    length = 1000

    def keep(_module, query, *_rest, **_more):
        raise Seen(query)
    original, llama4.eager_attention_forward = llama4.eager_attention_forward, keep
    try:
        layer(torch.ones(1, length, 8), None, None)
    except Seen as seen:
        q = seen.args[0][0, 0, :, 0]
    finally:
        llama4.eager_attention_forward = original
    text = " ".join(run("explain", "--config", file(folder, "factor.json", config)).stdout.split())
    said = re.search(r"multiplied by 1 \+ 0\.25 ln\(1 \+ floor\(\(p \+ 1\)/100\)\): ([\d.]+) at position (\d+), ([\d.]+) at 39999", text)
    formula = [1 + 0.25 * math.log(1 + (p + 1) // 100) for p in range(length)]
    off = max(abs(got.item() - expected) for got, expected in zip(q, formula))
    first = q[int(said.group(2))].item() if said else 0
    good = said is not None and abs(first - float(said.group(1))) < 1e-5 and q[int(said.group(2)) - 1].item() == 1
    expect("Llama 4's factor on q", good and off < 1e-6,
           f"{first:.6f} at the first position that has one; {length} positions agree to {off:.1e}")


def softmax_scales(folder):
    yarn = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 40.0, "original_max_position_embeddings": 4096,
            "mscale": 0.707, "mscale_all_dim": 0.707}
    small = {"hidden_size": 64, "num_attention_heads": 2, "num_key_value_heads": 2, "q_lora_rank": 16, "kv_lora_rank": 16,
             "qk_rope_head_dim": 16, "qk_nope_head_dim": 32, "v_head_dim": 16, "max_position_embeddings": 163840,
             "rope_parameters": yarn}
    for name, configuration, attention in (("deepseek_v2", DeepseekV2Config, DeepseekV2Attention),
                                           ("deepseek_v3", DeepseekV3Config, DeepseekV3Attention)):
        made = configuration(**json.loads(json.dumps(small)))
        theirs = attention(made, 0).scaling
        text = run("explain", "--config", file(folder, "latent.json", {"model_type": name, **small})).stdout
        said = re.search(r"softmax scale\s+([\d.e-]+)", text)
        ours = float(said.group(1)) if said else 0
        expect(f"softmax scale of {name}", abs(ours - theirs) <= 2**-50 * theirs, f"{ours!r} against {theirs!r}")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        unrotated_layers(folder)
        llama4_factor(folder)
        softmax_scales(folder)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}", file=sys.stderr)
    for title in wrong:
        print("WRONG " + title, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
