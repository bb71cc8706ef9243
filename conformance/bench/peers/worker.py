# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Times what one library offers, asked line by line (JSON) by rope-conform-bench-*: see docs/performance-peers.md.

worker.py LIBRARY, with the requests on standard input and the answers on what standard output was. It holds no truth
about RoPE: the bench looks at the outputs.
"""
import ctypes
import importlib
import json
import os
import signal
import sys

from clock import seconds_of

PR_SET_PDEATHSIG = 1


def text_of(error):
    """The first line that says something; libraries put the rest, often pages of it, below."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"[:300]


class Session:
    """Of one library and one shape, dtype and number of threads."""

    def __init__(self, library):
        self.library = library
        self.peer = None
        self.methods = []

    def prepare(self, work):
        """{methods: [{name, pairing, in_place, reason}]}, {version}: what there is, and why the rest is not."""
        # numpy asks for huge pages where the system leaves that to programs. The bench's own arrays are on ordinary ones,
        # as memory from malloc is, and a copy on huge ones can be twice as fast: all are to be measured on the same.
        os.environ["NUMPY_MADVISE_HUGEPAGE"] = "0"
        # Before the import: some count the processors then, once, and start as many threads.
        if work["pin"]:
            allowed = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, allowed[:work["threads"]])
        module = importlib.import_module(f"{self.library}_peer")
        self.peer = module.Peer(work)
        self.methods = self.peer.methods()
        return {"version": self.peer.version, "threads": self.peer.threads,
                "methods": [{key: method[key] for key in ("name", "pairing", "in_place", "reason")}
                            for method in self.methods]}

    def first(self, index):
        """The first call, on fresh inputs, which may compile; its outputs go to the file."""
        method = self.methods[index]
        if "make" in method:
            method["call"] = method.pop("make")()
        self.peer.write(method["call"]())
        return {}

    def run(self, index, repeats):
        timer = getattr(self.peer, "seconds_of", seconds_of)
        return {"seconds": timer(self.methods[index]["call"], repeats, self.peer.finish)}

    def answer(self, request):
        if "prepare" in request:
            return self.prepare(request["prepare"])
        if "first" in request:
            return self.first(request["first"])
        return self.run(request["run"], request["repeats"])


def main():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    session = Session(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = session.answer(json.loads(line))
        except Exception as error:  # whatever a library raises is its reason
            answer = {"error": text_of(error)}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
