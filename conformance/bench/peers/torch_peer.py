# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""PyTorch, eager and compiled: halves as transformers rotates them, adjacent pairs as GPT-J's and Llama's own code do."""
import os

# What one number of threads compiled is not to be taken for another's.
os.environ.setdefault("TORCHINDUCTOR_FX_GRAPH_CACHE", "0")
os.environ.setdefault("TORCHINDUCTOR_AUTOGRAD_CACHE", "0")

import torch  # noqa: E402

from arrays import Arrays, method  # noqa: E402
from torch_arrays import TorchArrays  # noqa: E402


def rotate_halves(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin


def rotate_adjacent(x, cos, sin):
    turned = torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).flatten(-2)
    return x * cos + turned * sin


def rotate_complex(x, turns):
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns).flatten(-2).to(x.dtype)


class Peer(TorchArrays):
    def __init__(self, work):
        super().__init__(Arrays(work), work["device"])
        self.version = torch.__version__
        if self.device == "cpu":
            torch.set_num_threads(work["threads"])
            self.threads = ""
        else:
            self.threads = torch.cuda.get_device_name()

    def methods(self):
        all_ = []
        for pairing in self.arrays.work["pairings"]:
            rotate = rotate_halves if pairing == "half-split" else rotate_adjacent
            for name, finished in (("torch eager", lambda f: f), ("torch.compile", self.compiled)):
                all_.append(method(name, pairing, lambda p=pairing, r=rotate, f=finished: self.by_tables(p, f(self.both(r)))))
            if pairing == "interleaved":
                all_.append(method("torch complex", pairing, self.by_complex))
        return all_

    @staticmethod
    def both(rotate):
        return lambda q, k, cos, sin: (rotate(q, cos, sin), rotate(k, cos, sin))

    @staticmethod
    def compiled(both):
        return torch.compile(both, dynamic=False, fullgraph=True)

    def by_tables(self, pairing, both):
        angles = torch.from_numpy(self.arrays.angles())
        angles = (torch.cat((angles, angles), dim=-1) if pairing == "half-split"
                  else angles.repeat_interleave(2, dim=-1))
        axis = 1 if pairing == "half-split" else 2
        cos, sin = (f(angles).to(self.dtype).to(self.device).unsqueeze(axis) for f in (torch.cos, torch.sin))

        def call():
            q, k = self.next_inputs()
            if pairing == "interleaved":
                return both(q, k, cos, sin)
            # transformers has [batch, heads, tokens, head_dim]: a view of what the projection gave.
            return tuple(x.transpose(1, 2) for x in both(q.transpose(1, 2), k.transpose(1, 2), cos, sin))
        return call

    def by_complex(self):
        angles = torch.from_numpy(self.arrays.angles())
        turns = torch.polar(torch.ones_like(angles), angles).to(self.device).unsqueeze(2)

        def call():
            q, k = self.next_inputs()
            return rotate_complex(q, turns), rotate_complex(k, turns)
        return call
