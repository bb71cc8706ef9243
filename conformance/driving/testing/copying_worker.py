#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""A worker written from docs/protocol.md alone: its implementation copies q and k, and refuses fp16."""
import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import sys

ELEMENT_BYTES = {"fp32": 4, "fp16": 2, "bf16": 2}
DESCRIPTION = {
    "name": "copying", "version": "1", "summary": "copies its input",
    "dtypes": 1 << 1 | 1 << 2 | 1 << 3, "pairings": 1 << 1 | 1 << 2, "directions": 1 << 1, "sources": 1 << 1,
    "families": 1 << 1, "layouts": 1 << 1, "position_kinds": 1 << 3, "position_dtypes": 1 << 6,
    "flags": 0, "out_of_range": 0, "alignment": 0, "contracts": [],
}


def outcome(function="", seconds=0.0, status=0, error=""):
    return {"function": function, "status": status, "error": error, "broken_rule": "", "seconds": seconds,
            "fp_environment": ""}


def place(memories, tensor):
    elements = 1
    for extent in tensor["shape"]:
        elements *= extent
    start = tensor["offset"]
    return memories[tensor["memory"]], start, start + elements * ELEMENT_BYTES[tensor["dtype"]]


def answer(request, fds, memories, say):
    kind = request["type"]
    if kind == "hello":
        return {"type": "hello", "protocol": "0.4", "worker": "copying_worker.py"}
    if kind == "load":
        return {"type": "loaded", "description": DESCRIPTION, "fp_environment": ""}
    if kind == "map":
        memories[request["memory"]] = mmap.mmap(fds[0], request["bytes"])
        os.close(fds[0])
        return {"type": "done", "outcome": outcome()}
    if kind == "query":
        fp16 = request["call"]["q_in"]["dtype"] == "fp16"
        return {"type": "query", "outcome": outcome("query"), "supported": not fp16,
                "reason": "fp16 is not copied here" if fp16 else "", "workspace_bytes": 0}
    if kind == "prepare":
        return {"type": "done", "outcome": outcome("prepare")}
    if kind == "apply":
        say({"type": "entering", "function": "apply"})
        call = request["call"]
        for name in ("q", "k"):
            if name + "_in" in call:
                source, start, end = place(memories, call[name + "_in"])
                target, to, to_end = place(memories, call[name + "_out"])
                target[to:to_end] = source[start:end]
        return {"type": "done", "outcome": outcome("apply", 1e-6)}
    if kind == "close":
        return {"type": "done", "outcome": outcome("close")}
    return {"type": "done", "outcome": outcome()}


def main():
    channel_fd = int(sys.argv[sys.argv.index("--channel") + 1])
    parent = int(sys.argv[sys.argv.index("--parent") + 1])
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(71)
    os.set_inheritable(channel_fd, False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    channel = socket.socket(fileno=channel_fd)
    memories = {}
    while True:
        message, fds, _, _ = socket.recv_fds(channel, 65536, 1)
        if not message:
            sys.exit(71)
        request = json.loads(message)

        def say(reply, number=request["id"]):
            channel.send(json.dumps({"id": number, **reply}).encode())

        say(answer(request, fds, memories, say))
        if request["type"] == "end":
            sys.exit(0)


main()
