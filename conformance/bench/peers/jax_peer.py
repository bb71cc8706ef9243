# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""JAX: the usual expressions for both pairings, compiled by jit, q and k in one function."""
import jax
import jax.numpy
import numpy

from arrays import Arrays, method

DTYPE = {"fp32": jax.numpy.float32, "fp16": jax.numpy.float16, "bf16": jax.numpy.bfloat16}


def rotate_halves(x, cos, sin):
    first, second = jax.numpy.split(x, 2, axis=-1)
    return jax.numpy.concatenate((first * cos - second * sin, second * cos + first * sin), axis=-1)


def rotate_adjacent(x, cos, sin):
    first, second = x[..., ::2], x[..., 1::2]
    return jax.numpy.stack((first * cos - second * sin, second * cos + first * sin), axis=-1).reshape(x.shape)


class Peer:
    def __init__(self, work):
        self.arrays = Arrays(work)
        self.version = jax.__version__
        self.threads = f"has no setting for threads: it was given {work['threads']} of the processors"

    def methods(self):
        return [method("jax.jit", pairing, lambda p=pairing: self.jitted(p)) for pairing in self.arrays.work["pairings"]]

    def jitted(self, pairing):
        rotate = rotate_halves if pairing == "half-split" else rotate_adjacent
        angles = self.arrays.angles()[:, :, None, :]
        cos, sin = (jax.numpy.asarray(f(angles)).astype(DTYPE[self.arrays.dtype]) for f in (numpy.cos, numpy.sin))
        both = jax.jit(lambda q, k, c, s: (rotate(q, c, s), rotate(k, c, s)))
        q, k = self.tensor(self.arrays.q), self.tensor(self.arrays.k)
        compiled = both.lower(q, k, cos, sin).compile()
        # Each call is waited for: a second that runs beside the first would be timed as if it were shorter.
        return lambda: jax.block_until_ready(compiled(q, k, cos, sin))

    def tensor(self, x):
        return jax.numpy.asarray(x.view(jax.numpy.bfloat16) if self.arrays.dtype == "bf16" else x)

    def finish(self, _):
        pass

    def write(self, outputs):
        self.arrays.write_all(*(numpy.asarray(x) for x in outputs))
