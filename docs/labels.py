#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Fails when there are fewer tests under a label than labels.txt records, or a test has none of its labels."""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def recorded(text):
    """label -> the least number of tests, from lines "label number"; 0 reserves a label."""
    counts = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            row = re.fullmatch(r"([a-z]+) +(\d+)", line)
            if not row or row[1] in counts:
                raise ValueError(f"labels.txt: cannot read the line '{line}'")
            counts[row[1]] = int(row[2])
    return counts


def tests_of(build, ctest):
    """What ctest lists. It is asked from another folder: in its own it would overwrite the log of the ctest around."""
    with tempfile.TemporaryDirectory() as elsewhere:
        (pathlib.Path(elsewhere) / "CTestTestfile.cmake").write_text(f'subdirs("{pathlib.Path(build).resolve()}")\n')
        listed = subprocess.run([ctest, "--test-dir", elsewhere, "--show-only=json-v1"], capture_output=True, text=True,
                                check=True)
    return json.loads(listed.stdout)["tests"]


def labels_of(test):
    return next((p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"), [])


def violations(least, tests):
    """tests: as ctest --show-only=json-v1 lists them."""
    found = collections.Counter(label for test in tests for label in labels_of(test))
    wrong = [f"label {label}: expected at least {number} tests, found {found[label]}; see the head of docs/labels.txt"
             for label, number in least.items() if found[label] < number]
    for test in tests:
        labels = labels_of(test)
        if not labels:
            wrong.append(f"{test['name']}: has no label; docs/labels.txt lists them")
        wrong += [f"{test['name']}: label {label} is not in docs/labels.txt" for label in labels if label not in least]
    return wrong, found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--ctest", default="ctest")
    parser.add_argument("--update", action="store_true", help="raise the numbers of labels.txt to what there is")
    options = parser.parse_args()
    page = pathlib.Path(__file__).with_name("labels.txt")
    least = recorded(page.read_text())
    wrong, found = violations(least, tests_of(options.build, options.ctest))
    if options.update:
        text = page.read_text()
        for label, number in least.items():
            text = re.sub(rf"^{label} +\d+$", f"{label} {max(number, found[label])}", text, flags=re.MULTILINE)
        page.write_text(text)
    print("\n".join(wrong) if wrong else ", ".join(f"{label} {found[label]} (at least {n})" for label, n in least.items()))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
