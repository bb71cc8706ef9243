#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""What the pages say against what there is: links, files, rules, options, exit codes, report keys, examples."""
import argparse
import glob
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Other projects' files and options that pages name.
FILES_ELSEWHERE = {"modeling_rope_utils.py", "modeling_llama.py", "configuration_*.py", "math.h", "llama-model.cpp",
                   "convert_hf_to_gguf.py"}
OPTIONS_ELSEWHERE = {"--fmad"}
SOURCE_SUFFIX = re.compile(r"\.(cpp|hpp|c|h|cu|py|txt|inc|cmake|map)$")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Page:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.blocks = FENCE.findall(text)
        self.prose = FENCE.sub("", text)
        self.code = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", self.prose)

    def tables(self):
        """Each table as its header and rows, cells stripped."""
        for table in re.findall(r"(?:^\|.*\n?)+", self.prose, re.MULTILINE):
            rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()]
            if len(rows) > 2:
                yield rows[0], rows[2:]


def missing_links(page, root):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.prose):
        if not re.match(r"\w+:|#", target) and not (root / page.path).parent.joinpath(target.split("#")[0]).exists():
            yield f"link to {target}: no such file"


def expanded(pattern):
    """`x.{hpp,cpp}` as two; `<name>` is any name."""
    pattern = re.sub(r"<[^>]*>", "*", pattern)
    braces = re.search(r"\{([^}]*)\}", pattern)
    return [pattern] if not braces else [pattern.replace(braces[0], part) for part in braces[1].split(",")]


def missing_files(page, root, names):
    folders = {path.name for path in root.iterdir() if path.is_dir()}
    for code in page.code:
        for path in expanded(code) if re.fullmatch(r"[\w./{},<>*+-]+", code) else []:
            if "/" in path.rstrip("/") and path.split("/")[0] in folders - {"build"}:
                if not glob.glob(str(root / path)) and not glob.glob(str(root / path) + ".*"):
                    yield f"`{code}`: no such file"
            elif SOURCE_SUFFIX.search(path) and "/" not in path and path not in FILES_ELSEWHERE:
                if not any(pathlib.PurePath(name).match(path) for name in names):
                    yield f"`{code}`: no file of this name"


def unknown_words(page, sources):
    """A name like `golden-table` must stand somewhere in a source."""
    for code in page.code:
        if re.fullmatch(r"[a-z]\w*(-[a-z0-9]+)+", code) and code not in sources:
            yield f"`{code}`: no source knows this name"


def rules_of(page):
    return {row[0]: (row[2].strip("`"), row[1]) for head, rows in page.tables() if head[0] == "rule" for row in rows}


def wrong_rules(pages, checks):
    documented = rules_of(pages["docs/conformance.md"])
    for check, (rule, level) in checks.items():
        if documented.get(rule) != (check, level):
            yield f"docs/conformance.md: {rule} is {documented.get(rule)}, the tool says {(check, level)}"
    for page in pages.values():
        for rule in set(re.findall(r"\bR\d+\b", page.prose)) - set(documented):
            yield f"{page.path}: {rule} is no rule of docs/conformance.md"
        for head, rows in page.tables():
            for row in rows if head[0] == "check" else []:
                for check in row[0].replace("`", "").split(", "):
                    if check not in checks:
                        yield f"{page.path}: {check} is no check of the tool"
        for case in re.findall(r"\b([a-z-]+)/[\w.-]+/(?:fp32|fp16|bf16)/(?:both|half-split|interleaved)", page.text):
            if case not in checks:
                yield f"{page.path}: a case of {case}, which is no check of the tool"


def wrong_options(page, options, sources):
    said = [code for code in page.code if code.startswith("--")]
    for _, block in page.blocks:
        # With continued lines joined; the shell's own variables are other programs' business.
        for line in block.replace("\\\n", " ").splitlines():
            if re.search(r"(^|/| )rope-conform |\{ROPE_CONFORM\}", line):
                said += re.findall(r"(?<=\s)--[a-z-]+", line.split("#")[0])
    for option in said:
        option = re.match(r"-*[\w-]*", option)[0]
        if option not in options and option not in OPTIONS_ELSEWHERE and not re.search(option + r"\b", sources):
            yield f"{option} is no option of the tool"


def wrong_exit_codes(page, codes):
    for head, rows in page.tables():
        if head[0] == "exit code" and (found := {int(row[0]) for row in rows}) != codes:
            yield f"exit codes {sorted(found)}; the tool has {sorted(codes)}"


def shape_of(value, path, shape):
    """Paths of a report with the types seen there, in the words of docs/reading-a-report.md."""
    if isinstance(value, dict) and set(value) == {"dec", "hex"}:
        kind = "dec and hex"
    else:
        kind = {bool: "boolean", dict: "object", list: "array", str: "string", int: "integer", float: "number"}.get(type(value), "null")
    if path:
        shape.setdefault(path.replace(".cases[].worst.", ".worst."), set()).add(kind)
    if kind == "array":
        for element in value:
            shape_of(element, path + "[]", shape)
    if kind == "object" and path not in ("environment", "spec[].spec"):
        for key, element in value.items():
            shape_of(element, f"{path}.{key}" if path else key, shape)


def wrong_keys(page, shape):
    documented = {row[0].strip("`"): set(row[1].split(" or "))
                  for head, rows in page.tables() if head[0] == "key" for row in rows}
    for path in sorted(set(shape) - set(documented)):
        yield f"report.json has {path}, which the table lacks"
    for path in sorted(set(documented) - set(shape)):
        yield f"report.json has no {path}"
    for path in sorted(set(documented) & set(shape)):
        # A whole number is a number; infinities and NaN are strings.
        allowed = documented[path] | ({"integer", "string"} if "number" in documented[path] else set())
        if not shape[path] <= allowed:
            yield f"{path} is {sorted(shape[path])}, the table says {sorted(documented[path])}"


def missing_excerpts(page, root):
    """Code of the guide is a part of a file that is compiled."""
    sources = {"cpp": "docs/examples/*", "c": "impls/template/template.c"}
    for language, block in page.blocks:
        if language in sources and not any(block in pathlib.Path(path).read_text(encoding="utf-8")
                                           for path in glob.glob(str(root / sources[language]))):
            yield f"this {language} block is no part of {sources[language]}:\n{block}"


def run(*command, folder=None):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=folder)


def failing_examples(page, root, tool, cxx):
    """The command lines of the guide, on the files that it names; CUDA only where nvcc is."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (root / "docs/examples").iterdir():
            shutil.copy(name, folder)
        shutil.copy(root / "impls/include/rope_impl.h", folder)
        lines = [line for language, block in page.blocks if language == "sh" for line in block.splitlines()]
        for line in lines:
            words = line.split()
            if words[:1] == ["c++"]:
                words[0] = cxx
            elif words[:1] != ["nvcc"] or not shutil.which("nvcc"):
                continue
            done = run(*words, folder=folder)
            # nvcc warns of architectures that it will drop.
            if done.returncode != 0 or (done.stderr and words[0] != "nvcc"):
                yield f"{line}: exit code {done.returncode}, {done.stderr}"
        done = run(tool, "--impl", "./my_rope.so", "--model", "llama-2-7b", "--profile", "smoke", folder=folder)
        if done.returncode != 0:
            yield f"the C++ example does not conform: exit code {done.returncode}\n{done.stdout}{done.stderr}"


def reports(tool, plugins):
    with tempfile.TemporaryDirectory() as folder:
        # Every position of a short stretch, so that the keys of such a run are seen, too; and one that has the bits of a
        # pipeline beside one that has not.
        for plugin, profile in (("template", ["exhaustive", "--extent", "512"]), ("faulty/freq-bf16", ["smoke"])):
            run(tool, "--impl", pathlib.Path(plugins) / f"{plugin}.so", "--model", "llama-2-7b", "--profile", *profile,
                "--match", "hf-eager-f32", "--out", folder)
            yield json.loads((pathlib.Path(folder) / "report.json").read_text(encoding="utf-8"))
        # And one that chooses no model.
        run(tool, "--impl", pathlib.Path(plugins) / "template.so", "--check", "families", "--profile", "smoke", "--out",
            folder)
        yield json.loads((pathlib.Path(folder) / "report.json").read_text(encoding="utf-8"))


def checks_of(tool):
    found = re.findall(r"^ +([a-z-]+) +(R\d+) +(MUST|SHOULD|INFO)\b", run(tool, "list", "checks").stdout, re.MULTILINE)
    return {check: (rule, level) for check, rule, level in found}


def options_of(tool):
    help_text = run(tool, "--help").stdout
    verbs = re.search(r"^Subcommands:\n((?:  .*\n)+)", help_text, re.MULTILINE)[1]
    for verb in re.findall(r"^  (\w+)", verbs, re.MULTILINE):
        help_text += run(tool, verb, "--help").stdout
    return set(re.findall(r"--[a-z][a-z-]*", help_text)), help_text


def violations(arguments):
    root = pathlib.Path(arguments.root)
    listed = run("git", "-c", "safe.directory=*", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard")
    names = listed.stdout.splitlines() or [str(p.relative_to(root)) for p in root.rglob("*") if "build" not in p.parts]
    names = [name for name in names if (root / name).is_file()]
    text = {name: (root / name).read_text(encoding="utf-8", errors="replace") for name in names}
    pages = {name: Page(name, text[name]) for name in names
             if name == "README.md" or re.fullmatch(r"docs/[^/]+\.md", name)}
    sources = "\n".join([t for name, t in text.items() if not name.endswith(".md")] + names)
    checks = checks_of(arguments.tool)
    options, help_text = options_of(arguments.tool)
    codes = {int(code) for code in re.findall(r"= (\d+),", text["conformance/exit_code.hpp"])}
    said = {int(code) for code in re.findall(r"\b(\d+) [a-z]", re.search(r"Exit codes: 0 conf[^.]*", help_text)[0])}
    if not checks or said != codes:
        yield f"the tool lists checks {checks}; --help has exit codes {sorted(said)}, exit_code.hpp {sorted(codes)}"
    for page in pages.values():
        for found in (missing_links(page, root), missing_files(page, root, names), unknown_words(page, sources),
                      wrong_options(page, options, sources), wrong_exit_codes(page, codes)):
            yield from (f"{page.path}: {wrong}" for wrong in found)
    yield from wrong_rules(pages, checks)
    shape = {}
    for report in reports(arguments.tool, arguments.plugins):
        shape_of(report, "", shape)
    yield from wrong_keys(pages["docs/reading-a-report.md"], shape)
    guide = pages["docs/writing-an-implementation.md"]
    yield from missing_excerpts(guide, root)
    yield from failing_examples(guide, root, arguments.tool, arguments.cxx)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root")
    parser.add_argument("--tool", required=True)
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--cxx", required=True)
    wrong = list(violations(parser.parse_args()))
    print("\n".join(wrong) or "the pages agree with the tool")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
