#!/usr/bin/env python3
"""Holds the answers of `audit policy eval` against the expected ones.

usage: compare-conformance.py CASES ANSWERS

Both files hold one JSON object a line, joined by `id`. A case carries `expected`; an answer carries the same words beside
its `id`: `compiled`, or `effect` and `matched_rule`, or `error` with `stage` and `kind`. Message texts are not compared.
"""

import json
import pathlib
import sys

# Cases answered differently on purpose: id -> the reason, one sentence. An entry that has come to agree is a failure too.
DELIBERATE = {}


def rows(path):
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    found = {}
    for number, line in enumerate(lines, 1):
        row = json.loads(line)
        if row["id"] in found:
            sys.exit(f"{path}:{number}: `{row['id']}` stands twice")
        found[row["id"]] = row
    return found


def compared(answer):
    """What two answers have to agree on."""
    if answer is None:
        return "no answer"
    if error := answer.get("error"):
        return f"error {error.get('stage')}/{error.get('kind')}"
    if "effect" in answer:
        return f"{answer['effect']} by {answer.get('matched_rule') or 'default'}"
    return "compiled" if answer.get("compiled") is True else f"unknown answer {json.dumps(answer)}"


def main(cases_path, answers_path):
    cases, answers = rows(cases_path), rows(answers_path)
    problems = [f"{id}: answered, never asked" for id in answers if id not in cases]
    agreed = differed = 0
    for id, case in cases.items():
        expected, actual = compared(case["expected"]), compared(answers.get(id))
        if id in DELIBERATE and expected == actual:
            problems.append(f"{id}: listed as a deliberate difference, but agrees: {actual}")
        elif id in DELIBERATE:
            differed += 1
        elif expected != actual:
            source = case.get("source", "random")
            problems.append(f"{id} ({source}): expected {expected}, found {actual}")
        else:
            agreed += 1
    if not cases:
        problems.append(f"{cases_path}: no cases")
    for problem in problems:
        print(problem)
    print(f"{pathlib.Path(cases_path).name}: {len(cases)} cases, {differed} deliberate differences")
    print(f"conformance: {agreed + differed} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
