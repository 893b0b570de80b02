#!/usr/bin/env python3
"""Makes of an exported trail copies that were tampered with, each in one way: whoever checks them must refuse every one.

usage: tamper.py GOOD OUT

GOOD is what `cargo run -p audit-trail --example proofs` makes. In OUT comes a directory for each way, named after it.
"""

import hashlib
import pathlib
import shutil
import sys


def edit(path, change):
    """Puts what `change` makes of a file's bytes in its place, which must be something else."""
    before = path.read_bytes()
    after = change(before)
    if after == before:
        raise SystemExit(f"{path}: nothing changed")
    path.write_bytes(after)


def flip(at):
    return lambda content: content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]


def replace(old, new):
    return lambda content: content.replace(old, new, 1)


def line(number, change):
    """Changes one line, counted from 0."""

    def changed(content):
        lines = content.split(b"\n")
        lines[number] = change(lines[number])
        return b"\n".join(lines)

    return changed


def swap(first, second):
    """Exchanges two lines, counted from 0."""

    def swapped(content):
        lines = content.split(b"\n")
        lines[first], lines[second] = lines[second], lines[first]
        return b"\n".join(lines)

    return swapped


def without(number):
    """Leaves out one line, counted from 0."""

    def shortened(content):
        lines = content.split(b"\n")
        del lines[number]
        return b"\n".join(lines)

    return shortened


def signature(content):
    """The first signature, which is that of the key that is known, with another letter in it."""
    start = content.index("\n\n—".encode())
    at = content.index(b"\n", start + 2) - 20
    return content[:at] + other(content[at:at + 1]) + content[at + 1:]


def other(letter):
    return b"B" if letter == b"A" else b"A"


def first_letter(text):
    return other(text[:1]) + text[1:]


def export(name, change):
    return lambda folder: edit(folder / "export" / name, change)


def record(name, change):
    return lambda folder: edit(folder / "records" / name, change)


def older(name, change):
    return lambda folder: edit(folder / "older" / name, change)


def edit_with_its_hash(folder):
    """A record and, so that they agree, its hash in the tile."""
    bundle = folder / "export/tile/entries/000"
    edit(bundle, replace(b"refund", b"refuse"))
    content = bundle.read_bytes()
    length = int.from_bytes(content[:2])
    digest = hashlib.sha256(b"\0" + content[2:2 + length]).digest()
    edit(folder / "export/tile/0/000", lambda tile: digest + tile[32:])


def another_key(folder):
    shutil.copy(folder / "other-key", folder / "key")


def forked(folder):
    shutil.copy(folder / "forked", folder / "older/checkpoint")


WAYS = {
    "an-entry-edited": export("tile/entries/001", flip(20)),
    "an-entry-edited-with-its-hash": edit_with_its_hash,
    "an-entry-of-the-last-bundle-edited": export("tile/entries/002.p/188", flip(20)),
    "the-last-entry-cut-off": export("tile/entries/002.p/188", lambda content: content[:-1]),
    "an-entry-appended": export("tile/entries/002.p/188", lambda content: content + b"\0\1x"),
    "a-bundle-removed": lambda folder: (folder / "export/tile/entries/001").unlink(),
    "bundles-exchanged": lambda folder: shutil.copy(folder / "export/tile/entries/001", folder / "export/tile/entries/000"),
    "a-tile-edited": export("tile/0/000", flip(8000)),
    "the-last-tile-edited": export("tile/0/002.p/188", flip(0)),
    "a-tile-above-edited": export("tile/1/000.p/2", flip(40)),
    "a-tile-cut-off": export("tile/0/001", lambda content: content[:-32]),
    "a-tile-removed": lambda folder: (folder / "export/tile/0/001").unlink(),
    "the-size-changed": export("checkpoint", replace(b"\n700\n", b"\n699\n")),
    "the-root-changed": export("checkpoint", line(2, first_letter)),
    "the-origin-changed": export("checkpoint", replace(b"example.com/trail", b"example.com/train")),
    "a-signature-changed": export("checkpoint", signature),
    "a-line-appended-to-the-checkpoint": export("checkpoint", replace(b"\n\n", b"\nmore\n\n")),
    "another-key": another_key,
    "hashes-of-a-proof-swapped": record("256.tlog-proof", swap(4, 5)),
    "a-hash-of-a-proof-left-out": record("256.tlog-proof", without(4)),
    "a-hash-of-a-proof-changed": record("699.tlog-proof", line(3, first_letter)),
    "a-proof-of-another-index": record("255.tlog-proof", replace(b"index 255", b"index 254")),
    "an-index-beyond-the-end": record("699.tlog-proof", replace(b"index 699", b"index 700")),
    "a-signature-of-a-proof-changed": record("0.tlog-proof", signature),
    "a-size-of-a-proof-changed": record("0.tlog-proof", replace(b"\n700\n", b"\n701\n")),
    "a-record-edited": record("512", replace(b"refund", b"refuse")),
    "a-record-with-a-line-end": record("512", lambda content: content + b"\n"),
    "hashes-of-the-growth-swapped": older("consistency", swap(0, 1)),
    "a-hash-of-the-growth-left-out": older("consistency", lambda content: content[45:]),
    "a-signature-of-the-older-changed": older("checkpoint", signature),
    "a-history-rewritten": forked,
}


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    good, out = map(pathlib.Path, arguments)
    for name, way in WAYS.items():
        shutil.copytree(good, out / name)
        way(out / name)
    print(f"{len(WAYS)} ways to tamper")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
