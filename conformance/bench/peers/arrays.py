# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Inputs and tables as those hold them who call a library: cos and sin in the dtype of the tensors, made in fp32."""
import numpy

ITEM = {"fp32": numpy.float32, "fp16": numpy.float16, "bf16": numpy.uint16}


class Arrays:
    """What the bench hands over. bf16 is its bits. Of a long shape `q` and `k` have the first tokens, which repeat."""

    def __init__(self, work):
        self.work = work
        self.batch, self.tokens, self.head_dim = work["batch"], work["tokens"], work["head_dim"]
        self.heads = (work["q_heads"], work["k_heads"])
        self.dtype = work["dtype"]
        both = numpy.fromfile(work["inputs"], dtype=ITEM[self.dtype])
        held = work["held_tokens"]
        at = held * self.heads[0] * self.head_dim
        self.q = both[:at].reshape(self.batch, held // self.batch, self.heads[0], self.head_dim)
        self.k = both[at:].reshape(self.batch, held // self.batch, self.heads[1], self.head_dim)
        sampled = numpy.array(work["sampled_tokens"])
        self.sampled = (sampled // self.tokens, sampled % self.tokens)  # row and token in it
        self.positions = numpy.fromfile(work["positions"], dtype=numpy.int64).reshape(self.batch, self.tokens)

    def inv_freq(self):
        even = numpy.arange(0, self.head_dim, 2, dtype=numpy.float32) / numpy.float32(self.head_dim)
        return (1 / numpy.float32(self.work["base"]) ** even).astype(numpy.float32)

    def angles(self):
        """[batch, tokens, head_dim / 2], fp32."""
        return self.positions[..., None].astype(numpy.float32) * self.inv_freq()

    def cache_angles(self):
        """[largest position + 1, head_dim / 2], fp32."""
        return numpy.arange(self.positions.max() + 1, dtype=numpy.float32)[:, None] * self.inv_freq()

    def write(self, q, k):
        """Outputs at the sampled tokens alone, any shape: of each token q, then k."""
        count = len(self.sampled[0])
        rows = numpy.concatenate([numpy.ascontiguousarray(x).view(ITEM[self.dtype]).reshape(count, -1) for x in (q, k)],
                                 axis=1)
        with open(self.work["outputs"], "r+b") as file:
            file.write(rows.tobytes())

    def write_all(self, q, k):
        """The same, of outputs at all tokens, in their order."""
        shaped = [numpy.ascontiguousarray(x).view(ITEM[self.dtype]).reshape(self.batch, self.tokens, -1) for x in (q, k)]
        self.write(*(x[self.sampled] for x in shaped))


def method(name, pairing, make=None, reason="", in_place=False):
    """`make`: compiles or builds, and gives what a call is."""
    out = {"name": name, "pairing": pairing, "in_place": in_place, "reason": reason}
    if make is not None:
        out["make"] = make
    return out
