# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""onnxruntime's two operators, ai.onnx RotaryEmbedding of opset 23 and com.microsoft RotaryEmbedding: q and k are two
nodes of one graph, results go to memory that is there (IO binding)."""
import ctypes

import numpy
import onnx
import onnxruntime

from arrays import Arrays, method

ONNX_TYPE = {"fp32": onnx.TensorProto.FLOAT, "fp16": onnx.TensorProto.FLOAT16, "bf16": onnx.TensorProto.BFLOAT16}
IR_VERSION = 10  # which onnxruntime has read since 1.19


def bf16_bits(x):
    """Of finite fp32 numbers, rounded to nearest even."""
    bits = x.astype(numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(numpy.uint16)


class Peer:
    def __init__(self, work):
        self.arrays = Arrays(work)
        self.version = onnxruntime.__version__
        self.threads = ""

    def methods(self):
        return [method(name, pairing, lambda d=domain, p=pairing: self.bound(d, p))
                for pairing in self.arrays.work["pairings"]
                for name, domain in (("ort ai.onnx", ""), ("ort microsoft", "com.microsoft"))]

    def value(self, x):
        if self.arrays.dtype == "bf16" and x.dtype == numpy.uint16:
            return onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(x, ONNX_TYPE["bf16"])
        return onnxruntime.OrtValue.ortvalue_from_numpy(x)

    def flat(self, x):
        return numpy.ascontiguousarray(x.reshape(self.arrays.batch, self.arrays.tokens, -1))

    def cache(self, function):
        x = function(self.arrays.cache_angles())
        return bf16_bits(x) if self.arrays.dtype == "bf16" else x.astype(self.arrays.q.dtype)

    def model(self, domain, pairing, rows):
        a, tensor = self.arrays, onnx.helper.make_tensor_value_info
        kind, half = ONNX_TYPE[a.dtype], a.head_dim // 2
        order = ["cos", "sin", "positions"] if domain == "" else ["positions", "cos", "sin"]
        nodes, inputs, outputs = [], [], []
        for name, heads in zip("qk", a.heads):
            nodes.append(onnx.helper.make_node("RotaryEmbedding", [name] + order, [name + "_out"], domain=domain,
                                               num_heads=heads, interleaved=int(pairing == "interleaved")))
            shape = [a.batch, a.tokens, heads * a.head_dim]
            inputs.append(tensor(name, kind, shape))
            outputs.append(tensor(name + "_out", kind, shape))
        inputs += [tensor("cos", kind, [rows, half]), tensor("sin", kind, [rows, half]),
                   tensor("positions", onnx.TensorProto.INT64, [a.batch, a.tokens])]
        graph = onnx.helper.make_graph(nodes, "rope", inputs, outputs)
        opsets = [onnx.helper.make_opsetid("", 23)]
        opsets += [onnx.helper.make_opsetid(domain, 1)] if domain else []
        return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString()

    def bound(self, domain, pairing):
        cos, sin = self.cache(numpy.cos), self.cache(numpy.sin)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.arrays.work["threads"], 1
        # Its threads wait busily for the next call otherwise, and take a processor from whatever is timed next.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(self.model(domain, pairing, len(cos)), options,
                                               providers=["CPUExecutionProvider"])
        binding = session.io_binding()
        q, k = self.flat(self.arrays.q), self.flat(self.arrays.k)
        held = {"q": q, "k": k, "cos": cos, "sin": sin, "positions": self.arrays.positions}
        for name, x in held.items():
            binding.bind_ortvalue_input(name, self.value(x))
        results = [self.value(numpy.zeros_like(x)) for x in (q, k)]
        for name, result in zip(("q_out", "k_out"), results):
            binding.bind_ortvalue_output(name, result)

        def call():
            session.run_with_iobinding(binding)
            return results
        call.keeps = held  # an OrtValue does not own what it was made from
        return call

    def finish(self, _):
        pass

    def write(self, results):
        # numpy has no bf16, and no view of an OrtValue that does.
        self.arrays.write_all(*(numpy.frombuffer(ctypes.string_at(r.data_ptr(), r.tensor_size_in_bytes()), self.arrays.q.dtype)
                                for r in results))
