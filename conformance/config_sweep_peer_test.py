#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Configurations with their settings at random places, beside what transformers makes of them.

model_types_peer_test.py has one configuration of each type. Here each type gets COUNT others, by a fixed seed: the base, the
part of a head and the original length at the top, in the scaling or nowhere; rope_scaling or rope_parameters; `type` or
`rope_type`; every rope type that transformers has, with some of its optional numbers. What the tool refuses is counted;
what it reads must be what transformers computes: frequencies, attention factor, and where no length matters, which
elements are pairs. A family that depends on the length is asked for the longest sequence, as the tool's specs are.

Skips where a package is missing."""
import collections
import random
import pathlib
import sys
import tempfile

import model_types_peer_test as types  # skips where torch, transformers, h5py or numpy are missing
from model_types_peer_test import U, numpy, peer, torch

COUNT = 20
BY_LENGTH = ("dynamic", "longrope")


def some(draw, numbers):
    """Each number or not."""
    return {key: value for key, value in numbers.items() if draw.random() < 0.4}


def scaling(draw, pairs):
    kind = draw.choice(["default", "linear", "dynamic", "yarn", "yarn", "llama3", "longrope"])
    factor = draw.choice([2.0, 4.0, 8.0])
    numbers = {} if kind in ("default", "longrope") else {"factor": factor}
    if kind == "yarn":
        numbers |= some(draw, {"attention_factor": 1.25, "mscale": 0.7, "mscale_all_dim": 0.5, "beta_fast": 16.0,
                               "beta_slow": 2.0, "truncate": False, "original_max_position_embeddings": 1024})
    if kind == "llama3":
        numbers |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 1024}
    if kind == "longrope":
        numbers |= {"short_factor": [1 + i / 64 for i in range(pairs)], "long_factor": [1 + i * i / 8 for i in range(pairs)]}
        numbers |= some(draw, {"attention_factor": 1.25, "original_max_position_embeddings": 1024})
    return {draw.choice(["rope_type", "rope_type", "type"]): kind, **numbers}


def variants(model_type, draw):
    start = dict(types.configurations(model_type))[model_type]
    # A size of its own for each head: mixtral and ministral fail in transformers with a scaling and without that. Phi-3's
    # lists are counted by the quotient there.
    if model_type != "phi3":
        start = types.WIDE | start
    for _ in range(COUNT):
        config = {key: value for key, value in start.items() if key not in ("rope_scaling", "rope_parameters")}
        config |= some(draw, {"rope_theta": 3e5, "partial_rotary_factor": 0.5})
        config |= some(draw, {"original_max_position_embeddings": 2048}) if draw.random() < 0.3 else {}
        head = config.get("qk_rope_head_dim", config.get("head_dim", 64))
        made = scaling(draw, int(head * config.get("partial_rotary_factor", 1)) // 2)
        # Inside the settings of a type of layers transformers does not read it (docs/families.md).
        if "layer_types" in config or model_type.startswith(("modernbert", "olmo3", "gemma3")):
            made.pop("truncate", None)
        if draw.random() < 0.5:
            config["rope_scaling"] = made
        else:
            config["rope_parameters"] = made | some(draw, {"rope_theta": 2e5, "partial_rotary_factor": 0.5})
        yield config


def compare_at_length(config, layer, inv_freq, spec):
    """Of a family that depends on the length: what is stored after a sequence of the longest."""
    theirs = types.Theirs(config)
    by_layer = "layer_type" in types.inspect.signature(theirs.rotary.forward).parameters
    last = spec["family"]["sequence_length"] - 1
    theirs.rotary(torch.zeros(1), torch.tensor([[0, last]]), *([layer] if by_layer else []))
    stored = theirs.number("inv_freq", layer).double().numpy()
    wrong = []
    if stored.shape != inv_freq.shape:
        return [f"{stored.size} frequencies there, {inv_freq.size} here"]
    off = numpy.abs(stored / inv_freq - 1)
    allowed = peer.allowed(spec, inv_freq.size)
    if (off > allowed).any():
        i = int(numpy.argmax(off / allowed))
        wrong.append(f"frequency {i} is {stored[i]!r} there, {inv_freq[i]!r} here ({off[i] / U:.1f} u)")
    if theirs.number("attention_scaling", layer) != spec["attention_factor"]:
        wrong.append(f"attention factor {theirs.number('attention_scaling', layer)!r}, here {spec['attention_factor']!r}")
    return wrong


def main():
    tool, wrong = sys.argv[1], []
    read, refused = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for model_type in types.types_of(tool, folder):
            if model_type in types.NOT_THERE:
                continue
            draw = random.Random(model_type)  # the same whatever other types there are
            for config in variants(model_type, draw):
                found = types.ours(tool, config, folder)
                if isinstance(found, str):
                    refused[model_type] += 1
                    continue
                read[model_type] += 1
                for layer, inv_freq, spec in found:
                    try:
                        if spec["family"]["name"] in BY_LENGTH:
                            faults = compare_at_length(config, layer, inv_freq, spec)
                        else:
                            faults = types.compare(config, layer, inv_freq, spec)[0]
                    except Exception as error:  # pylint: disable=broad-except
                        faults = [f"{type(error).__name__}: {error}"]
                    wrong += [f"{config}{', ' + layer if layer else ''}: {fault}" for fault in faults]
    print(f"{read.total()} configurations of {len(read)} model types are read, {refused.total()} refused; {len(wrong)} differ")
    for line in wrong:
        print("WRONG " + line, file=sys.stderr)
    return 1 if wrong or not read else 0


if __name__ == "__main__":
    sys.exit(main())
