#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Frequencies and angles as other packages than transformers compute them, beside the exact ones and transformers'.

Lit-GPT, LLMs-from-scratch, TransformerLens and rotary-embedding-torch are each asked, by their own functions, for the
configurations of transformers_peer_test.py that they know. What is compared are the angles that they take cos and sin
of: at position 1, where the angle is inv_freq, and past 32k. With u = 2^-24 a frequency may differ by what that test
allows, an angle by that and 2u (the product; TransformerLens divides by a period, which is rounded before), cos and sin
by the angle's difference and 4u (two ulp below 1).

Functions are taken out of the packages' files, so that none of what these import for training or experiments is needed.
A package that has another formula for a configuration is named in OTHER_FORMULA; it must really differ.
With --markdown the table of docs/families.md is printed instead. Skips where every package is missing."""
import argparse
import copy
import ast
import importlib.metadata
import importlib.util
import math
import pathlib
import sys
import tempfile
import types
from unittest import mock

import transformers_peer_test as peer  # skips where torch, transformers, h5py or numpy are missing
from transformers_peer_test import U, numpy, torch

POSITIONS = [1, 32768, 65536, 131071]
LONGEST = POSITIONS[-1] + 1


def functions_of(package, file, *names):
    """Functions of a file of an installed package, which is not imported; without their annotations."""
    folder = pathlib.Path(importlib.util.find_spec(package).submodule_search_locations[0])
    tree = ast.parse((folder / file).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in names]
    if len(found) != len(names):
        sys.exit(f"{package}: {file} has {len(found)} of the functions {names}; expected each once")
    for node in found:
        node.returns, node.decorator_list = None, []
        for argument in node.args.args:
            argument.annotation = None
    space = {"torch": torch, "math": math}
    try:
        import einops
        space["einops"] = einops
    except ImportError:
        pass  # TransformerLens alone wants it, and says so
    exec(compile(ast.Module(found, []), file, "exec"), space)
    return space


def angles_inside(function, *arguments):
    """What `function` takes the cosine of, and its cos and sin. Tables are [position][element]."""
    seen, cos = [], torch.cos

    def watched(x, *more, **named):
        seen.append(x)
        return cos(x, *more, **named)
    with mock.patch.object(torch, "cos", watched):
        result = function(*arguments)
    return seen[-1], result


def half_split(angles, cos, sin, scaled_by=1.0):
    rows = [table[POSITIONS, :table.shape[1] // 2].double().numpy() for table in (angles, cos, sin)]
    return rows[0], rows[1] / scaled_by, rows[2] / scaled_by


def smoothing(family):
    return {"factor": family["factor"], "low_freq_factor": family["low_freq_factor"],
            "high_freq_factor": family["high_freq_factor"]}


def by_litgpt(spec, config):
    """litgpt/model.py, build_rope_cache"""
    build_rope_cache = functions_of("litgpt", "model.py", "build_rope_cache", "yarn_get_mscale")["build_rope_cache"]
    family, scaling = spec["family"], config.get("rope_scaling") or {}
    extra = {"default": None, "linear": {"factor": family.get("factor")}}.get(family["name"], False)
    if family["name"] == "llama3":
        extra = {**smoothing(family), "original_max_seq_len": family["original_max_position"]}
    elif family["name"] == "yarn":
        extra = {"factor": family["factor"], "beta_fast": family["beta_fast"], "beta_slow": family["beta_slow"],
                 "original_max_seq_len": family["original_max_position"],
                 **{key: scaling[key] for key in ("mscale", "mscale_all_dim", "truncate") if key in scaling}}
    elif extra is False:
        return None
    angles, (cos, sin) = angles_inside(lambda: build_rope_cache(LONGEST, spec["rotary_dim"], base=spec["theta"],
                                                                extra_config=extra))
    return half_split(angles, cos, sin, cos[0, 0].double().item())


def by_llms_from_scratch(spec, _):
    """llms_from_scratch/llama3.py, compute_rope_params"""
    compute_rope_params = functions_of("llms_from_scratch", "llama3.py", "compute_rope_params")["compute_rope_params"]
    family = spec["family"]
    if family["name"] not in ("default", "llama3"):
        return None
    config = None
    if family["name"] == "llama3":
        config = {**smoothing(family), "original_context_length": family["original_max_position"]}
    angles, (cos, sin) = angles_inside(lambda: compute_rope_params(spec["rotary_dim"], spec["theta"], LONGEST, config))
    return half_split(angles, cos, sin)


class Settings(types.SimpleNamespace):
    """A configuration in which whatever is not named is off."""

    def __getattr__(self, name):
        return None


def by_transformer_lens(spec, _):
    """calculate_sin_cos_rotary, a method that asks its object for the configuration alone."""
    calculate = functions_of("transformer_lens", "components/abstract_attention.py",
                             "calculate_sin_cos_rotary")["calculate_sin_cos_rotary"]
    family = spec["family"]
    if family["name"] not in ("default", "llama3"):
        return None
    cfg = Settings(rotary_adjacent_pairs=False)
    if family["name"] == "llama3":
        cfg = Settings(rotary_adjacent_pairs=False, use_NTK_by_parts_rope=True, NTK_by_parts_factor=family["factor"],
                       NTK_by_parts_low_freq_factor=family["low_freq_factor"],
                       NTK_by_parts_high_freq_factor=family["high_freq_factor"],
                       NTK_original_ctx_len=family["original_max_position"])
    angles, (sin, cos) = angles_inside(
        lambda: calculate(types.SimpleNamespace(cfg=cfg), spec["rotary_dim"], LONGEST, spec["theta"], torch.float32))
    return half_split(angles, cos, sin)


def by_rotary_embedding_torch(spec, _):
    """RotaryEmbedding; adjacent pairs."""
    from rotary_embedding_torch import RotaryEmbedding
    family = spec["family"]
    arguments = {"default": {}, "linear": {"interpolate_factor": family.get("factor")},
                 "ntk": {"theta_rescale_factor": family.get("alpha")}}.get(family["name"])
    if arguments is None:
        return None
    made = RotaryEmbedding(spec["rotary_dim"], theta=spec["theta"], **arguments)
    positions = made.get_seq_pos(LONGEST, device="cpu", dtype=torch.float32)[POSITIONS]
    angles = made(positions)[:, ::2].detach()
    return tuple(table.double().numpy() for table in (angles, angles.cos(), angles.sin()))


PACKAGES = {"litgpt": by_litgpt, "llms-from-scratch": by_llms_from_scratch, "transformer-lens": by_transformer_lens,
            "rotary-embedding-torch": by_rotary_embedding_torch}
# Lit-GPT mixes YaRN's two frequencies the other way round: pairs before the ramp, which turn fast, are divided, and those
# after it are left alone; its ramp ends at d/2 - 1 at the latest, transformers' at d - 1.
OTHER_FORMULA = {("litgpt", title) for title, config, _ in peer.CASES if title.startswith("yarn")}


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def ntk():
    """No configuration names it. The base grows in binary64, whose rounding is far below u."""
    alpha, dim = 8.0, 128
    spec = {"rotary_dim": dim, "theta": 10000.0, "family": {"name": "ntk", "alpha": alpha}, "attention_factor": 1.0}
    grown = {**spec, "theta": spec["theta"] * alpha**(dim / (dim - 2)), "family": {"name": "default"}}
    return grown["theta"]**(-2 * numpy.arange(dim // 2) / dim), spec, grown


def cases(tool, folder):
    """Title, exact inv_freq, spec, configuration, spec for what is allowed, transformers' inv_freq or None."""
    for title, config, length in peer.CASES:
        exact, spec = peer.ours(tool, config, folder)
        yield title, exact, spec, config, spec, peer.theirs(copy.deepcopy(config), length)[0]
    exact, spec, grown = ntk()
    yield "ntk, 8 times", exact, spec, {}, grown, None


def judge(title, package, exact, found, allowed):
    """The largest difference of inv_freq in u, and what is wrong."""
    angles, cos, sin = found
    turning = exact != 0
    inv_freq = numpy.abs(angles[0] / exact - 1)[turning].max() / U
    wrong = []
    for row, position in enumerate(POSITIONS):
        want = position * exact
        off = numpy.abs(angles[row] - want) / (want * (allowed + 2 * U))
        value = numpy.maximum(numpy.abs(cos[row] - numpy.cos(want)), numpy.abs(sin[row] - numpy.sin(want)))
        ratio = numpy.maximum(off, value / (want * (allowed + 2 * U) + 4 * U))
        if (ratio > 1).any():
            pair = int(numpy.argmax(ratio))
            wrong.append(f"{title}, {package}: pair {pair} at position {position} has angle {angles[row][pair]!r}, "
                         f"exact {want[pair]!r}: {ratio[pair]:.3g} times what binary32 may lose")
    return inv_freq, wrong


def compare(tool, packages):
    rows, wrong = [], []
    with tempfile.TemporaryDirectory() as folder:
        for title, exact, spec, config, limits, transformers in cases(tool, pathlib.Path(folder)):
            allowed = peer.allowed(limits, exact.size)
            turning = exact != 0
            cells = [f"{numpy.abs(transformers[turning] / exact[turning] - 1).max() / U:.2f}"
                     if transformers is not None else "–"]
            for package in packages:
                found = PACKAGES[package](spec, config)
                if found is None:
                    cells.append("–")
                    continue
                worst, problems = judge(title, package, exact, found, allowed)
                same = transformers is not None and (found[0][0] == transformers).all()
                if (package, title) in OTHER_FORMULA:
                    pairs = numpy.abs(found[0][0] / exact - 1) > allowed
                    cells.append(f"another formula: {pairs.sum()} pairs, the furthest "
                                 f"{numpy.abs(found[0][0] / exact)[pairs].max():.3g} times" if pairs.any() else "equal")
                    # What the tool says that this package does must be that.
                    exact_there, _ = peer.ours(tool, config, pathlib.Path(folder), "@" + package)
                    worst_there, problems_there = judge(title, f"@{package}", exact_there, found, allowed)
                    wrong += problems_there
                    cells[-1] += f"; of `@{package}` {worst_there:.2f}"
                    if not problems:
                        wrong.append(f"{title}, {package}: expected another formula, found the same: is it repaired? "
                                     "Then take it out of OTHER_FORMULA")
                    continue
                wrong += problems
                cells.append(f"{worst:.2f}" + (", transformers' bits" if same else ""))
            if any(cell != "–" for cell in cells[1:]):
                rows.append([title, *cells])
    return rows, wrong


def main():
    options = argparse.ArgumentParser()
    options.add_argument("tool")
    options.add_argument("--markdown", action="store_true")
    chosen = options.parse_args()
    versions = {package: version(package) for package in PACKAGES}
    for package, found in versions.items():
        if found is None:
            print(f"not here: {package}; see docs/families.md for the environment", file=sys.stderr)
    packages = [package for package in PACKAGES if versions[package] is not None]
    if not packages:
        print("skipped: none of " + ", ".join(PACKAGES) + " is installed; see docs/families.md for the environment")
        return 77
    rows, wrong = compare(chosen.tool, packages)
    head = ["configuration", "transformers", *packages]
    if chosen.markdown:
        print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |" if chosen.markdown else "  ".join(row))
    for line in wrong:
        print("WRONG " + line, file=sys.stderr)
    print(", ".join(f"{package} {versions[package]}" for package in packages), file=sys.stderr)
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
