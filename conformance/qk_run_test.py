#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""--qk with a file that h5py wrote as docs/numerics.md says, and what is said of files that are of no use."""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOOL, PLUGIN = sys.argv[1:]
TOKENS, Q_HEADS, K_HEADS, HEAD_DIM = 300, 8, 2, 128


def written(path, q, k, first_position=None):
    with h5py.File(path, "w") as f:
        f["q"] = q
        f["k"] = k
        if first_position is not None:
            f["first_position"] = first_position
    return path


def run(folder, path, *more):
    return subprocess.run([TOOL, "--impl", PLUGIN, "--profile", "smoke", "--check", "attention-effect", "--dtype", "bf16",
                           "--out", folder / "report", "--qk", path, *more], capture_output=True, text=True, check=False)


def main():
    random = numpy.random.default_rng(5)
    q = random.standard_normal((TOKENS, Q_HEADS, HEAD_DIM)).astype("f4")
    k = random.standard_normal((TOKENS, K_HEADS, HEAD_DIM)).astype("f2")
    model = ("--model", "llama-3.1-8b")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        good = written(folder / "layer0.h5", q, k, 100)
        done = run(folder, good, *model)
        assert done.returncode == 5, (done.returncode, done.stderr)  # one check alone is no verdict
        assert "(layer0.h5)" in done.stdout, done.stdout
        report = json.loads((folder / "report/report.json").read_text(encoding="utf-8"))
        ours = [one for one in report["attention"] if one["file"] == "layer0.h5"]
        assert [(one["what"], one["tokens"], one["first"], one["queries"]) for one in ours] == \
            [("q and k", TOKENS, 100, 8 * Q_HEADS)], ours
        assert 0 < ours[0]["implementation"]["weights"] <= ours[0]["implementation"]["weights_bound"], ours
        assert [check["verdict"] for check in report["checks"]] == ["measured"], report["checks"]
        for path, more, said in [
                (good, (), "expected one --model NAME or --config FILE"),
                (good, ("--model", "phi-2"), "its heads have 128 elements, the model's 80"),
                (good, (*model, "--rules", "2026.4"), "expected 2026.5 or later"),
                (folder / "none.h5", model, "no such file"),
                (written(folder / "past.h5", q, k, 131000), model, "positions below 131072"),
                (written(folder / "heads.h5", q, k[:, :1].repeat(3, 1)), model, "8 in q and 3 in k")]:
            done = run(folder, path, *more)
            assert done.returncode == 2 and said in done.stderr, (path, more, done.returncode, done.stderr)
        done = subprocess.run([TOOL, "--impl", PLUGIN, "--check", "norm", "--qk", good, *model], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 2 and "leaves it out" in done.stderr, done.stderr


main()
