# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""What a call takes by the clock of the worker's process: how the line between processes delays it is no part of that."""
import time


def seconds_of(call, repeats, finish):
    """Of a call: all results are there when the clock stops."""
    begin = time.perf_counter_ns()
    for _ in range(repeats):
        result = call()
    finish(result)
    return (time.perf_counter_ns() - begin) * 1e-9 / repeats
