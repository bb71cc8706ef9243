# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""ggml's rope by the library that the package ggml-python brings: q and k are two nodes of one graph, on a pool of
threads that stays. It makes cos and sin in every call; that is its interface, so it is inside the clock."""
import ctypes

import ggml
import numpy

from arrays import Arrays, method

MODE = {"half-split": 2, "interleaved": 0}
TYPE = {"fp32": ggml.GGML_TYPE_F32, "fp16": ggml.GGML_TYPE_F16}
ROOM = 1 << 22  # for the graph, beside the tensors


class Peer:
    def __init__(self, work):
        self.arrays = Arrays(work)
        self.version = ggml.__version__
        commit = ggml.ggml_commit().decode() if hasattr(ggml, "ggml_commit") else ""
        if commit and commit != "unknown":
            self.version += f" (ggml {commit})"
        self.threads = ""
        self.pool = None

    def methods(self):
        # ggml ends the process where it meets a type that it does not rotate.
        reason = "" if self.arrays.dtype in TYPE else "its rope on a CPU takes fp32 and fp16"
        return [method("ggml", pairing, lambda p=pairing, i=in_place: self.graph(p, i), reason, in_place)
                for pairing in self.arrays.work["pairings"] for in_place in (False, True)]

    def tensor(self, context, x):
        """Head elements, heads, tokens of all rows: each token has its own position."""
        heads = x.shape[2]
        t = ggml.ggml_new_tensor_3d(context, TYPE[self.arrays.dtype], x.shape[3], heads, x.shape[0] * x.shape[1])
        ctypes.memmove(ggml.ggml_get_data(t), numpy.ascontiguousarray(x).ctypes.data, x.nbytes)
        return t

    def graph(self, pairing, in_place):
        a = self.arrays
        size = 2 * (a.q.nbytes + a.k.nbytes) + a.positions.nbytes + ROOM
        context = ggml.ggml_init(ggml.ggml_init_params(mem_size=size, mem_buffer=None, no_alloc=False))
        at = ggml.ggml_new_tensor_1d(context, ggml.GGML_TYPE_I32, a.positions.size)
        positions = a.positions.reshape(-1).astype(numpy.int32)
        ctypes.memmove(ggml.ggml_get_data(at), positions.ctypes.data, positions.nbytes)
        rope = ggml.ggml_rope_ext_inplace if in_place else ggml.ggml_rope_ext
        graph = ggml.ggml_new_graph(context)
        results = []
        for x in (a.q, a.k):
            # No correction of YaRN's: its factor is 0, and the two widths are what ggml has where nothing is said.
            results.append(rope(context, self.tensor(context, x), at, None, a.head_dim, MODE[pairing], 0, a.work["base"],
                                1.0, 0.0, 1.0, 32.0, 1.0))
            ggml.ggml_build_forward_expand(graph, results[-1])
        threads = a.work["threads"]
        if self.pool is None:
            parameters = ggml.ggml_threadpool_params_default(threads)
            parameters.poll = 0  # do not wait busily: that would take a processor from whatever is timed next
            self.pool = ggml.ggml_threadpool_new(ctypes.byref(parameters))
        plan = ggml.ggml_graph_plan(graph, threads, self.pool)
        room = (ctypes.c_uint8 * max(1, plan.work_size))()
        plan.work_data = ctypes.cast(room, type(plan.work_data))

        def call():
            if ggml.ggml_graph_compute(graph, ctypes.byref(plan)) != 0:
                raise RuntimeError("ggml_graph_compute failed")
            return results
        call.keeps = (context, room, positions)
        return call

    def finish(self, _):
        pass

    def write(self, results):
        outputs = []
        for x, t in zip((self.arrays.q, self.arrays.k), results):
            outputs.append(numpy.frombuffer(ctypes.string_at(ggml.ggml_get_data(t), x.nbytes), x.dtype))
        self.arrays.write_all(*outputs)
