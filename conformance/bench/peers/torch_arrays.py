# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""The bench's arrays as tensors of PyTorch, on the CPU or on a GPU, where inputs rotate so that no cache holds them."""
import torch

import clock

DTYPE = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


class TorchArrays:
    def __init__(self, arrays, device):
        self.arrays, self.device, self.dtype = arrays, device, DTYPE[arrays.dtype]
        torch.set_grad_enabled(False)
        first = tuple(self.repeated(self.tensor(x).to(device)) for x in (arrays.q, arrays.k))
        copies = 1
        if device != "cpu":
            size = sum(x.numel() * x.element_size() for x in first)
            cache = torch.cuda.get_device_properties(0).L2_cache_size
            # As the plug-ins have them: twice the cache, and a half of the memory at most. A peer has outputs besides.
            copies = max(1, min(1 + 2 * cache // (2 * size), torch.cuda.mem_get_info()[0] // 2 // (2 * size)))
        self.copies = [first] + [tuple(x.clone() for x in first) for _ in range(copies - 1)]
        self.at = 0

    def tensor(self, x):
        if self.arrays.dtype == "bf16":
            return torch.from_numpy(x.view("int16")).view(torch.bfloat16)
        return torch.from_numpy(x)

    def repeated(self, x):
        times = -(-self.arrays.tokens // x.shape[1])
        return x if times == 1 else x.repeat(1, times, 1, 1)[:, :self.arrays.tokens].contiguous()

    def next_inputs(self):
        self.at = (self.at + 1) % len(self.copies)
        return self.copies[self.at]

    def finish(self, _):
        if self.device != "cpu":
            torch.cuda.synchronize()

    def write(self, outputs):
        at = tuple(torch.from_numpy(x) for x in self.arrays.sampled)
        rows = [x[tuple(i.to(x.device) for i in at)].contiguous().cpu() for x in outputs]
        if self.arrays.dtype == "bf16":
            rows = [x.view(torch.int16) for x in rows]
        self.arrays.write(*(x.numpy() for x in rows))

    def seconds_of(self, call, repeats, finish):
        if self.device == "cpu":
            return clock.seconds_of(call, repeats, finish)
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        call()
        torch.cuda.synchronize()
        begin.record()
        for _ in range(repeats):
            call()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) * 1e-3 / repeats
