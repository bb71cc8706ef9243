#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""xPos as rotary-embedding-torch computes it, beside reference/xpos.cpp: the scales of a sequence of 4096 tokens, heads of 64.

It computes zeta in binary32 (a sum, a quotient: relative error 3 u, u = 2^-24) and the power (p - 2048)/512, exact, |power| at
most 4; so zeta^power is off by 4 * 3 u, and by the power function's own 2 u or so: less than 16 u = 2^-20. Queries are
multiplied by the scale and keys by its reciprocal: that is tried on ones at a position whose angles are 0. Skips where a
package is missing."""
import subprocess
import sys

try:
    import torch
    from rotary_embedding_torch import RotaryEmbedding
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; see docs/families.md for the environment")
    sys.exit(77)

HEAD, LENGTH, BOUND = 64, 4096, 2.0**-20


def main():
    made = RotaryEmbedding(dim=HEAD, use_xpos=True, xpos_scale_base=512)
    scales = made.get_scale(torch.arange(LENGTH, dtype=torch.float32)).double()
    lines = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout.splitlines()
    worst, wrong = 0.0, []
    for line in lines:
        pair, position, exact = line.split("|")
        got = scales[int(position), 2 * int(pair)].item()
        off = abs(got - float(exact)) / float(exact)
        worst = max(worst, off)
        if not off <= BOUND:
            wrong.append(f"pair {pair} at {position} is scaled by {got!r}, expected {exact}")
    # Position 0 has the angle 0: what comes out is the scale alone.
    q, k = made.rotate_queries_and_keys(torch.ones(1, 1, LENGTH, HEAD), torch.ones(1, 1, LENGTH, HEAD))
    for pair, scale in ((0, scales[0, 0].item()), (HEAD // 2 - 1, scales[0, HEAD - 1].item())):
        for name, tensor, expected in (("q", q, scale), ("k", k, 1 / scale)):
            got = tensor[0, 0, 0, 2 * pair].item()
            if abs(got - expected) > BOUND * expected:
                wrong.append(f"{name} of pair {pair} at position 0 is {got!r}, expected {expected!r}")
    print(f"{len(lines)} scales, the furthest {worst * 2**24:.2f} units of 2^-24 off, of 16")
    for line in wrong[:10]:
        print("WRONG " + line, file=sys.stderr)
    return 1 if wrong or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
