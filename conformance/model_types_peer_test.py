#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Every model type that configurations are read of, beside the rotation of transformers' own module of that type.

The list of types is the tool's. A small configuration of each goes to `rope-conform generate` and to transformers: once
with the base written down, once without where the tool takes a default. Each element of a head is rotated alone, as
(1, 0, …), at position 1: the two elements that come out in the same two places are a pair, the length is the attention
factor, and the angle is the frequency, which may lose what transformers_peer_test.py derives and 8u more for cosine, sine
and products (u = 2^-24). With several axes, position 1 on one of them and 0 on the others turns the pairs of that axis.
Latent attention puts its pairs down in another order than it takes them, in q and k alike, which changes no product.

With --markdown the sentence of docs/families.md is printed. Skips where a package is missing."""
import argparse
import inspect
import json
import pathlib
import subprocess
import sys
import tempfile

import transformers_peer_test as peer  # skips where torch, transformers, h5py or numpy are missing
from transformers_peer_test import U, h5py, numpy, torch, transformers

BASE = {"hidden_size": 512, "num_attention_heads": 8, "num_key_value_heads": 8, "num_hidden_layers": 4,
        "max_position_embeddings": 4096}
YARN = {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 4096}
LATENT = {"qk_rope_head_dim": 16, "qk_nope_head_dim": 32, "v_head_dim": 32, "q_lora_rank": 32, "kv_lora_rank": 32}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 2048}
WIDE = {"head_dim": 96}  # not the quotient
BOTH = {"layer_types": ["full_attention", "sliding_attention"] * 2}


def sections(*numbers):
    return {"rope_scaling": {"rope_type": "default", "mrope_section": list(numbers)}}


# What a type needs besides; None takes a key away.
MORE = {
    "apertus": {"rope_scaling": LLAMA3},
    "axk1": LATENT,
    "cohere2": {"sliding_window": 8},
    "cwm": {**WIDE, "rope_scaling": LLAMA3},
    "deepseek_v2": LATENT,
    "deepseek_v3": LATENT,
    "deepseek_v32": LATENT,
    "deepseek_v4": {"head_dim": 128, "qk_rope_head_dim": 32, "compress_ratios": [0, 4, 128, 0], "rope_scaling": YARN},
    "exaone4": WIDE,
    "gemma4_text": {"head_dim": 64, "global_head_dim": 128, "rope_parameters": {
        "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 2e5},
        "sliding_attention": {"rope_type": "default", "rope_theta": 3e4}}},
    "gemma3_text": BOTH,
    "gemma3n_text": {**BOTH, "num_kv_shared_layers": 0},
    "glm4_moe_lite": LATENT,
    "glm4v_moe_text": sections(3, 6, 7),
    "glm4v_text": {"partial_rotary_factor": 0.5, **sections(3, 6, 7)},
    "glm_moe_dsa": LATENT,
    "gpt_neox_japanese": {"rotary_pct": 0.5},
    "gpt_oss": {**WIDE, "rope_scaling": YARN},
    "gptj": {"n_embd": 512, "n_head": 8, "n_positions": 4096, "rotary_dim": 16, **dict.fromkeys(BASE)},
    "granitemoehybrid": {"position_embedding_type": "rope"},
    "hunyuan_v1_dense": {**WIDE, "rope_scaling": {"rope_type": "dynamic", "alpha": 50.0, "factor": 1.0}},
    "hunyuan_v1_moe": {**WIDE, "rope_scaling": {"rope_type": "dynamic", "alpha": 50.0, "factor": 1.0}},
    "longcat_flash": {**LATENT, "head_dim": 16},
    "minicpm3": LATENT,
    "minimax_m2": {**WIDE, "rotary_dim": 48},
    "ministral3": {**WIDE, "rope_parameters": {**YARN, "rope_theta": 1e6, "llama_4_scaling_beta": 0.1}},
    "mllama_text_model": {"cross_attention_layers": [1]},
    "olmo3": {"rope_parameters": {"full_attention": {**YARN, "rope_theta": 2e5},
                                  "sliding_attention": {"rope_type": "default", "rope_theta": 3e4}}},
    "paddleocr_vl": {"head_dim": 64, **sections(5, 12, 15)},
    "paddleocr_vl_text": {"head_dim": 64, **sections(5, 12, 15)},
    "qwen2_5_omni_text": sections(5, 12, 15),
    "qwen2_5_vl": sections(5, 12, 15),
    "qwen2_5_vl_text": sections(5, 12, 15),
    "qwen2_vl": sections(5, 12, 15),
    "qwen2_vl_text": sections(5, 12, 15),
    "qwen3_5_moe_text": {"head_dim": 256},
    "qwen3_5_text": {"head_dim": 256},
    "qwen3_omni_moe_text": {"head_dim": 128},
    "qwen3_vl_moe_text": {"head_dim": 128},
    "qwen3_vl_text": {"head_dim": 128},
    "youtu": LATENT,
}
NAMES_OF_THE_BASE = {"gpt_neox": ["rotary_emb_base"], "gpt_neox_japanese": ["rotary_emb_base"],
                     "deepseek_v4": ["compress_rope_theta", "rope_theta"],
                     "modernbert": ["global_rope_theta", "local_rope_theta"],
                     "modernbert-decoder": ["global_rope_theta", "local_rope_theta"],
                     "gemma3_text": ["rope_theta", "rope_local_base_freq"], "gemma3n_text": ["rope_theta", "rope_local_base_freq"],
                     "gptj": [], "gemma4_text": [], "ministral3": [], "olmo3": []}
MAY_PAIR_HALVES = ["axk1", "deepseek_v3", "glm4_moe_lite", "youtu"]
# Their own code is not transformers'; internlm3 and kimi_k2 are other names of what is compared here.
NOT_THERE = {"internlm3": "not in transformers; Llama's", "kimi_k2": "not in transformers; DeepSeek V3's",
             "mpt": "of this name transformers has no RoPE"}
ROTARY = {"qwen3_omni_moe_text": "Qwen3OmniMoeThinkerTextRotaryEmbedding", "qwen2_5_omni_text": "Qwen2_5OmniRotaryEmbedding"}


def run(tool, *words):
    return subprocess.run([tool, *map(str, words)], capture_output=True, text=True, check=False)


def written(folder, name, config):
    path = folder / f"{name}.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def types_of(tool, folder):
    """As the message about an unknown type lists them."""
    said = run(tool, "explain", "--config", written(folder, "unknown", {"model_type": "?"})).stderr
    texts = said.split("expected", 1)[1].split(", or ")[0]  # what follows are towers
    return [word for word in texts.split('"')[1::2]]


def configurations(model_type):
    """(title, configuration): with the base, and without."""
    config = {"model_type": model_type, **BASE, **MORE.get(model_type, {})}
    config = {key: value for key, value in config.items() if value is not None}
    bases = dict(zip(NAMES_OF_THE_BASE.get(model_type, ["rope_theta"]), (300000.0, 20000.0)))
    if bases:
        yield f"{model_type}, base written down", {**config, **bases}
    yield model_type, config
    if model_type in MAY_PAIR_HALVES:
        yield f"{model_type}, rope_interleave false", {**config, "rope_interleave": False}


def ours(tool, config, folder):
    """[(name of the layers or None, inv_freq, spec)]; the message where the tool refuses."""
    for old in folder.glob("peer*.h5"):
        old.unlink()
    done = run(tool, "generate", "--config", written(folder, "peer", config), "--positions", "8", "--force", "--out", folder)
    if done.returncode != 0:
        return done.stderr
    found = []
    for path in sorted(folder.glob("peer*.h5")):
        with h5py.File(path) as fixture:
            layer = path.stem.partition(".")[2] or None
            found.append((layer, fixture["inv_freq/hi"][:], json.loads(fixture.attrs["spec"])))
    return found


class Theirs:
    """The module's rotation."""

    def __init__(self, config):
        known = json.loads(json.dumps(config))  # transformers writes into what it gets
        self.model_type = known.pop("model_type")
        made = transformers.AutoConfig.for_model(self.model_type, **known)
        self.made = made.get_text_config() if hasattr(made, "text_config") else made
        path = type(self.made).__module__.replace("configuration_", "modeling_")
        self.module = __import__(path, fromlist=["*"])
        self.rotary = None
        if self.model_type != "gptj":
            names = [name for name, kind in vars(self.module).items() if inspect.isclass(kind)
                     and name.endswith("RotaryEmbedding") and "Vision" not in name]
            name = ROTARY.get(self.model_type) or names[0]
            assert name in names and (self.model_type in ROTARY or len(names) == 1), names
            self.rotary = getattr(self.module, name)(self.made)

    def number(self, name, layer):
        of_layer = f"{layer}_{name}"
        return getattr(self.rotary, of_layer if hasattr(self.rotary, of_layer) else name)

    def rotated(self, head_dim, axes, layer, position=1):
        """What becomes of each unit vector; `axes`: the position on each axis, or None."""
        unit = torch.eye(head_dim)[None, :, None, :]  # batch, head, token, element
        if self.model_type == "gptj":
            table = self.module.create_sinusoidal_positions(position + 1, self.made.rotary_dim)[None, position:]
            sin, cos = table.chunk(2, dim=-1)
            part = self.module.apply_rotary_pos_emb(unit.transpose(1, 2)[..., :self.made.rotary_dim], sin, cos)
            return torch.cat([part, unit.transpose(1, 2)[..., self.made.rotary_dim:]], dim=-1)[0, 0]
        ids = torch.tensor([[position]]) if axes is None else torch.tensor(axes)[:, None, None]
        by_layer = "layer_type" in inspect.signature(self.rotary.forward).parameters
        table = self.rotary(torch.zeros(1), ids, *([layer] if by_layer else []))
        if isinstance(table, torch.Tensor):  # complex numbers
            if self.model_type == "llama4_text":  # heads behind tokens
                return self.module.apply_rotary_emb(unit.transpose(1, 2), unit.transpose(1, 2), table)[0][0, 0]
            return self.module.apply_rotary_emb(unit, unit, table)[0][0, :, 0]
        apply = getattr(self.module, "apply_rotary_pos_emb_interleave", None)
        if apply is None or not getattr(self.made, "rope_interleave", True):
            apply = self.module.apply_rotary_pos_emb
        width = table[0].shape[-1]
        # Some attention layers hand over the part that rotates, others the head. That it is the first one is not measured.
        for part in dict.fromkeys((head_dim, width)):
            try:
                if "q" in inspect.signature(apply).parameters:
                    turned = apply(unit[..., :part], unit[..., :part], *table)[0]
                else:
                    turned = apply(unit[..., :part], *table)
                return torch.cat([turned, unit[..., part:]], dim=-1)[0, :, 0]
            except RuntimeError:
                if part == width:
                    raise
        raise AssertionError


def pairs_of(rotated):
    """{(element, other): (angle, length)}, from rows that share their places."""
    rows, found = rotated.double().numpy(), {}
    places = {}
    for element, row in enumerate(rows):
        places.setdefault(tuple(numpy.flatnonzero(row)), []).append(element)
    for where, elements in places.items():
        if len(where) == 1 and len(elements) == 1:
            continue  # rests
        assert len(where) == 2 and len(elements) == 2, (where, elements)
        cos, sin = rows[elements[0]][list(where)]
        assert abs(rows[elements[1]][where[0]] + sin) + abs(rows[elements[1]][where[1]] - cos) < 4 * U
        found[tuple(elements)] = numpy.arctan2(sin, cos), numpy.hypot(cos, sin)
    return found


def pairs_here(spec, inv_freq):
    first, pairs = spec.get("dim_offset", 0), inv_freq.size
    for i, frequency in enumerate(inv_freq):
        here = (i, i + pairs) if spec["pairing"] == "half-split" else (2 * i, 2 * i + 1)
        yield i, (first + here[0], first + here[1]), frequency


def axis_of(axes, i):
    if axes["order"] == "interleaved":
        axis = i % len(axes["sections"])
        return axis if axis and i < len(axes["sections"]) * axes["sections"][axis] else 0
    return int(numpy.searchsorted(numpy.cumsum(axes["sections"]), i, side="right"))


def compare(config, layer, inv_freq, spec):
    """(what is wrong, the largest difference of frequencies in u, their number)."""
    theirs, wrong = Theirs(config), []
    axes = spec.get("axes")
    count = len(axes["sections"]) if axes else 1
    allowed = peer.allowed(spec, inv_freq.size)
    if theirs.rotary is not None:
        stored = theirs.number("inv_freq", layer).double().numpy()
        if stored.shape != inv_freq.shape:
            return [f"{stored.size} frequencies there, {inv_freq.size} here"], 0, 0
        if theirs.number("attention_scaling", layer) != spec["attention_factor"]:
            wrong.append(f"attention factor {theirs.number('attention_scaling', layer)!r}, here {spec['attention_factor']!r}")
    worst = 0
    for turned_axis in range(count):
        at = [int(axis == turned_axis) for axis in range(count)] if axes else None
        found = pairs_of(theirs.rotated(spec["head_dim"], at, layer))
        expected = {pair: (i, frequency) for i, pair, frequency in pairs_here(spec, inv_freq)
                    if frequency and (not axes or axis_of(axes, i) == turned_axis)}
        if found.keys() != expected.keys():
            there, here = sorted(found.keys() - expected.keys()), sorted(expected.keys() - found.keys())
            return wrong + [f"pairs {there[:2]} there, {here[:2]} here"], worst, 0
        for pair, (i, frequency) in expected.items():
            angle, length = found[pair]
            off = abs(angle / frequency - 1)
            worst = max(worst, off / U)
            if off > allowed[i] + 8 * U or abs(length / spec["attention_factor"] - 1) > 8 * U:
                return wrong + [f"pair {pair} turns by {angle!r} and has length {length!r}; here {frequency!r} and "
                                f"{spec['attention_factor']!r}"], worst, 0
    return wrong, worst, inv_freq.size


def main():
    options = argparse.ArgumentParser()
    options.add_argument("tool")
    options.add_argument("--markdown", action="store_true")
    chosen = options.parse_args()
    wrong, compared, largest = [], {}, 0  # messages, {type: titles}, u
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        types = types_of(chosen.tool, folder)
        for model_type in types:
            if model_type in NOT_THERE:
                print(f"{model_type:<36}skipped: {NOT_THERE[model_type]}", file=sys.stderr)
                continue
            for title, config in configurations(model_type):
                found = ours(chosen.tool, config, folder)
                if isinstance(found, str) and "head_dim" in found and "missing" in found:
                    config = {**config, **WIDE}
                    found = ours(chosen.tool, config, folder)
                if isinstance(found, str):
                    refused = "releases of transformers" in found and title == model_type
                    if not refused:
                        wrong.append(f"{title}: {found.strip()}")
                    continue
                for layer, inv_freq, spec in found:
                    try:
                        faults, worst, pairs = compare(config, layer, inv_freq, spec)
                    except Exception as error:  # pylint: disable=broad-except
                        faults, worst, pairs = [f"{type(error).__name__}: {error}"], 0, 0
                    called = title + (f", {layer}" if layer else "")
                    wrong += [f"{called}: {fault}" for fault in faults]
                    compared.setdefault(model_type, []).append(called)
                    largest = max(largest, worst)
                    if not chosen.markdown:
                        print(f"{called:<60}{spec['pairing']:<12}{spec['rotary_dim']:>4} of {spec['head_dim']:<4}"
                              f"{pairs:>4} pairs {worst:>6.2f} u")
        if unknown := sorted((MORE.keys() | NOT_THERE.keys() | NAMES_OF_THE_BASE.keys()) - set(types)):
            wrong.append(f"the tool does not list {unknown}")
    rest = ", ".join(f"`{name}`" for name in types if name in NOT_THERE)
    print(f"Of {len(types)} model types {len(compared)} are compared, in {sum(map(len, compared.values()))} specs "
          f"(transformers has no rotation named {rest}). {len(wrong)} differ; angles at position 1 differ by at most "
          f"{largest:.2f} in 2^-24 of their value.")
    for line in wrong:
        print("WRONG " + line, file=sys.stderr)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
