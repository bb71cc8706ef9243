# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""A kernel in Triton as people write it: a program for each token, with all its heads of q and k, tables in the dtype of
the tensors, arithmetic in fp32. Out of place and in place."""
import torch
import triton
import triton.language as tl

from arrays import Arrays, method
from torch_arrays import TorchArrays


@triton.jit
def rotate_heads(source, target, token, cos, sin, heads: tl.constexpr, padded: tl.constexpr, half: tl.constexpr,
                 adjacent: tl.constexpr):
    head, pair = tl.arange(0, padded)[:, None], tl.arange(0, half)[None, :]
    row = token * heads * 2 * half + head * 2 * half
    first = row + (2 * pair if adjacent else pair)
    second = first + (1 if adjacent else half)
    inside = (head < heads) & (pair < half)
    x0 = tl.load(source + first, inside).to(tl.float32)
    x1 = tl.load(source + second, inside).to(tl.float32)
    tl.store(target + first, (x0 * cos - x1 * sin).to(target.dtype.element_ty), inside)
    tl.store(target + second, (x1 * cos + x0 * sin).to(target.dtype.element_ty), inside)


@triton.jit
def rotate(q, k, q_out, k_out, cos_table, sin_table, q_heads: tl.constexpr, k_heads: tl.constexpr,
           q_padded: tl.constexpr, k_padded: tl.constexpr, half: tl.constexpr, adjacent: tl.constexpr):
    token = tl.program_id(0).to(tl.int64)
    pair = tl.arange(0, half)[None, :]
    cos = tl.load(cos_table + token * half + pair).to(tl.float32)
    sin = tl.load(sin_table + token * half + pair).to(tl.float32)
    rotate_heads(q, q_out, token, cos, sin, q_heads, q_padded, half, adjacent)
    rotate_heads(k, k_out, token, cos, sin, k_heads, k_padded, half, adjacent)


class Peer(TorchArrays):
    def __init__(self, work):
        super().__init__(Arrays(work), work["device"])
        self.version = triton.__version__
        self.threads = ""

    def methods(self):
        reason = "" if self.device == "cuda" else "its kernels run on GPUs"
        return [method("triton", pairing, lambda p=pairing, i=in_place: self.kernel(p, i), reason, in_place)
                for pairing in self.arrays.work["pairings"] for in_place in (False, True)]

    def kernel(self, pairing, in_place):
        a = self.arrays
        angles = torch.from_numpy(a.angles()).reshape(-1, a.head_dim // 2)
        cos, sin = (f(angles).to(self.dtype).to(self.device) for f in (torch.cos, torch.sin))
        sizes = {"q_heads": a.heads[0], "k_heads": a.heads[1], "q_padded": triton.next_power_of_2(a.heads[0]),
                 "k_padded": triton.next_power_of_2(a.heads[1]), "half": a.head_dim // 2,
                 "adjacent": pairing == "interleaved"}
        # In place turns what was turned before: lengths stay, and the first call, which is looked at, has fresh inputs.
        own = [tuple(x.clone() for x in self.next_inputs()) for _ in self.copies]
        results = own if in_place else [tuple(torch.empty_like(x) for x in both) for both in self.copies]
        state = {"at": 0}

        def call():
            state["at"] = at = (state["at"] + 1) % len(own)
            q, k = own[at] if in_place else self.copies[at]
            rotate[(a.batch * a.tokens,)](q, k, *results[at], cos, sin, **sizes)
            return results[at]
        return call
