#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""bench cpu --peers with the libraries that this interpreter has: each is timed, and none computes another function."""
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

# What each library must give in fp32 with either pairing.
METHODS = {"torch": {"torch eager", "torch.compile"}, "onnxruntime": {"ort ai.onnx", "ort microsoft"}, "jax": {"jax.jit"},
           "ggml": {"ggml"}}
NEEDS = {"torch": ("torch", "numpy"), "onnxruntime": ("onnxruntime", "onnx"), "jax": ("jax",), "ggml": ("ggml", "numpy")}


def main():
    present = {name for name, modules in NEEDS.items() if all(map(importlib.util.find_spec, modules))}
    if not present:
        print("skipped: this Python has none of the peers; docs/performance-peers.md has the command that makes one that has")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        figures = pathlib.Path(folder) / "figures.json"
        subprocess.run([sys.argv[1], "bench", "cpu", "--peers", sys.executable, "--shape", "decode", "--threads", "1",
                        "--rounds", "3", "--json", str(figures)], check=True)
        found = json.loads(figures.read_text())
    left_out = {peer["library"]: peer["left_out"] for peer in found["peers"]}
    for name in present:
        assert left_out[name] is None, f"{name}: expected figures, found: {left_out[name]}"
    for group in found["groups"]:
        timed = {(m["peer"], m["pairing"]): m for m in group["methods"] if m["kind"] == "peer" and m["left_out"] is None}
        for (name, pairing), method in timed.items():
            assert not method["wrong"], f"{name}, {pairing}, {group['dtype']}: WRONG, {method['worst_units']} units"
        if group["dtype"] == "fp32":
            wanted = {(m, p) for name in present for m in METHODS[name] for p in ("half-split", "interleaved")}
            assert wanted <= set(timed), f"expected figures of {sorted(wanted - set(timed))}"
    print(f"{sorted(present)}: measured, and right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
