#!/usr/bin/env python3
"""Records what Python's `fnmatch.fnmatchcase` answers: patterns and texts, a JSON object a line, to standard output.

usage: record-fnmatch.py > tests/conformance/fnmatch.jsonl

Needs Python 3.11 or later. The random part has a fixed seed, so that the same Python writes the same file.
"""

import fnmatch
import json
import random
import sys

WRITTEN = {
    "": ["", "a"],
    "*": ["", "a", "a.b", "a\nb", "\n"],
    "?": ["", "a", "ab", "\n", "é", "😀"],
    "**": ["", "x"],
    "a*": ["a", "ab", "ba", "a\n"],
    "*a": ["a", "ba", "a\n", "ab"],
    "a*b*c": ["abc", "aXbYc", "acb", "abcb", "a\nb\nc"],
    "a*a": ["a", "aa", "aba"],
    "*aab*": ["aaab", "aab", "ab"],
    "order.*": ["order.paid", "order.paid.late", "order", "order.", "orderx"],
    "a.c": ["a.c", "abc"],
    "A": ["a", "A"],
    "a\\*": ["a*", "a\\", "a\\b"],
    "\\": ["\\", ""],
    "$^+(){}|": ["$^+(){}|", ""],
    "a\n": ["a", "a\n"],
    # Brackets.
    "[abc]": ["a", "c", "d", "", "abc"],
    "[!abc]": ["a", "d", "!", "", "\n"],
    "[a-c]": ["a", "b", "c", "d", "-"],
    "[!a-c]": ["b", "d", "-"],
    "[]]": ["]", "[", ""],
    "[!]]": ["]", "a", "!"],
    "[]a]": ["]", "a", "b"],
    "[]-a]": ["]", "^", "a", "b", "-", "_"],
    "[!]a-]": ["]", "a", "-", "b"],
    "[[]": ["[", "]"],
    "[[a]": ["[", "a", "b"],
    "[^a]": ["a", "^", "b"],
    "[a^]": ["a", "^", "b"],
    "[!^]": ["^", "a", "!"],
    "[a!]": ["a", "!", "b"],
    "[\\]": ["\\", "]", "a"],
    "[\\d]": ["\\", "d", "5"],
    "[a\\-z]": ["a", "\\", "b", "m", "z", "-", "]"],
    "[&&]": ["&", "a"],
    "[a&&b]": ["a", "b", "&"],
    "[a||b]": ["a", "b", "|"],
    "[a~~b]": ["a", "b", "~"],
    "[a--b]": ["a", "b", "-", ".", "_"],
    "[--]": ["-", "a"],
    "[---]": ["-", "a"],
    "[!--]": ["-", "a"],
    "[-a]": ["-", "a", "b"],
    "[a-]": ["-", "a", "b"],
    "[!-a]": ["-", "a", "b", "!"],
    "[!a-]": ["-", "a", "b"],
    "[b-a]": ["a", "b", "-", ""],
    "[!b-a]": ["a", "b", "-", "", "\n"],
    "[b-ac]": ["a", "b", "c", "-"],
    "[xb-ac]": ["x", "a", "b", "c"],
    "[b-a!x]": ["a", "b", "!", "x", "y"],
    "[b-a^x]": ["a", "b", "^", "x", "y"],
    "[b-!a]": ["a", "b", "!", "-"],
    "[a-c-e]": ["a", "b", "c", "d", "e", "-"],
    "[a-c-e-g]": ["b", "d", "f", "-", "e", "g"],
    "[c-a-e]": ["a", "b", "c", "d", "e", "-"],
    "[a-bd-c]": ["a", "b", "c", "d"],
    "[d-ca-b]": ["a", "b", "c", "d"],
    "[z-aa-z]": ["a", "m", "z", "-"],
    "[!z-a!]": ["!", "a", "z"],
    "[a-a]": ["a", "b"],
    "[ -~]": [" ", "a", "~", "\n", "é"],
    "[à-é]": ["à", "è", "é", "ê", "a"],
    "[😀-😂]": ["😀", "😁", "😂", "😃"],
    "[\t-\r]": ["\n", "\t", "a"],
    "[*]": ["*", "a", ""],
    "[?]": ["?", "a"],
    "[.]": [".", "a"],
    "[a]b[c]": ["abc", "adc"],
    "[a][b]*[!c]": ["abx", "abc", "abcd", "ab"],
    # A bracket that is not closed stands for itself.
    "[": ["[", "", "a"],
    "[a": ["[a", "a", "["],
    "[!": ["[!", "a"],
    "[]": ["[]", "]", ""],
    "[!]": ["[!]", "a", "!"],
    "a[b*": ["a[b", "a[bc", "ab"],
    "[a-": ["[a-", "a"],
    "[]*": ["[]", "[]x", "]"],
    "[?": ["[a", "[", "?"],
    "[[": ["[[", "["],
    "]": ["]", "["],
    "]a[": ["]a[", "a"],
    "a]b": ["a]b", "ab"],
    "[a]]": ["a]", "a", "]]"],
    "!a": ["!a", "b"],
    "{a,b}": ["a", "b", "{a,b}"],
}

ALPHABET = "ab-!]^[*?\\c."


def rows():
    for pattern, texts in WRITTEN.items():
        yield pattern, texts
    chance = random.Random(4)
    for _ in range(400):
        pattern = "".join(chance.choice(ALPHABET) for _ in range(chance.randint(1, 9)))
        if chance.random() < 0.5:
            pattern = "[" + pattern + "]"
        texts = ["".join(chance.choice("ab-!]^[\\c.") for _ in range(chance.randint(0, 4))) for _ in range(4)]
        yield pattern, texts + list("ab-!]^[\\c.")


for pattern, texts in rows():
    matches = {text: fnmatch.fnmatchcase(text, pattern) for text in texts}
    json.dump({"pattern": pattern, "matches": matches}, sys.stdout, ensure_ascii=True)
    print()
