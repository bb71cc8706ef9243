# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Reads the golden reports with Python's own JSON and XML parsers, as a user's scripts would.
"""usage: formats_test.py FOLDER"""
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

CHECK_KEYS = ["id", "rule", "level", "verdict", "cases", "bound", "worst"]
WORST_KEYS = ["error", "position", "pair", "dtype", "inputs", "expected", "got", "case_id"]


def refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def check_json(path):
    report = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    for check in report["checks"]:
        missing = [key for key in CHECK_KEYS if key not in check]
        assert not missing, f"{path.name}: check {check['id']} lacks {missing}"
        for worst in [check["worst"]] + [case["worst"] for case in check["cases"]]:
            if worst is None:
                continue
            missing = [key for key in WORST_KEYS if key not in worst]
            assert not missing, f"{path.name}: worst of {check['id']} lacks {missing}"
            numbers = [worst["error"], worst["bound"]] + worst["inputs"] + worst["expected"] + worst["got"]
            for number in numbers:
                assert set(number) == {"dec", "hex"}, f"{path.name}: {number} is not dec and hex"
                float(number["dec"])
                int(number["hex"], 16)
    return report


def check_xml(path, report):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites", path.name
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [check["id"] for check in report["checks"]] + ["verdict"], path.name
    for holder in [root] + suites:
        cases = list(holder.iter("testcase"))
        counted = {
            "tests": len(cases),
            "failures": sum(case.find("failure") is not None for case in cases),
            "errors": sum(case.find("error") is not None for case in cases),
            "skipped": sum(case.find("skipped") is not None for case in cases),
        }
        said = {key: int(holder.get(key)) for key in counted}
        assert said == counted, f"{path.name}: {holder.get('name')} says {said}, holds {counted}"
        float(holder.get("time"))
    for suite, check in zip(suites, report["checks"]):
        names = [case.get("name") for case in suite.findall("testcase")]
        assert names == [case["id"] for case in check["cases"]], f"{path.name}: {suite.get('name')}"


def main():
    folder = pathlib.Path(sys.argv[1])
    reports = sorted(folder.glob("*.json"))
    assert len(reports) >= 2, f"expected at least 2 reports in {folder}, found {len(reports)}"
    for path in reports:
        report = check_json(path)
        check_xml(path.with_suffix(".xml"), report)
    print(f"{len(reports)} reports are JSON and JUnit")


main()
