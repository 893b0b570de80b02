#!/usr/bin/env python3
"""Checks an exported trail and proofs of its records with `aics-tlog`, which shares no code with the trail.

usage: check.py KEY EXPORT RECORDS [OLDER]

KEY is a file with the verifier key, EXPORT a directory of tiles (C2SP tlog-tiles), RECORDS a directory with records and, beside
each, its proof of the same name and `.tlog-proof` (C2SP tlog-proof). OLDER holds an earlier `checkpoint` of the same trail
and, if there is one, a file `consistency` with the hashes that join the two, one a line in base64.

Needs Python 3.12 or newer, and scripts/proofs/requirements.txt. Exit code 0: all of it holds; 1: something does not, which is
said behind `refused:`; 2: could not run.
"""

import pathlib
import sys

if sys.version_info < (3, 12):
    sys.exit("check.py needs Python 3.12 or newer, as aics-tlog does")

import aics_tlog as tlog
from aics_tlog.checkpoint import checkpoint_from_note
from aics_tlog.note import b64_decode


class Refused(Exception):
    """Something does not hold."""


def opened(note, key):
    """The checkpoint of a note that the key signed."""
    result = tlog.verify_checkpoint(tlog.parse_note(note), key)
    if not result.ok:
        raise Refused(f"checkpoint: {result.error}")
    return checkpoint_from_note(note)[0]


def proof_of(file):
    """The index, the hashes and the note of a `tlog-proof` file."""
    head, empty, note = file.partition("\n\n")
    lines = head.split("\n")
    if not empty or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Refused("this is no tlog-proof@v1")
    if lines and lines[0].startswith("extra "):
        b64_decode(lines.pop(0).removeprefix("extra "))
    word, _, index = lines.pop(0).partition(" ")
    if word != "index" or not index.isascii() or not index.isdecimal() or str(int(index)) != index:
        raise Refused("no index")
    return int(index), [b64_decode(line) for line in lines], note


def check_export(folder, key):
    """Each tile and each record of the export, up to the root that was signed."""
    newest = opened((folder / "checkpoint").read_bytes(), key)
    reader = tlog.FileSystemTileReader(folder)
    report = tlog.audit_tiles(reader, newest.size, newest.root, entries=True)
    print(f"export: {newest.size} records in {report.bundles} bundles and {report.tiles} tiles")
    return newest, reader


def check_records(folder, key, origin):
    """Each proof, with the record beside it and the checkpoint within it."""
    proofs = sorted(folder.glob("*.tlog-proof"))
    for path in proofs:
        index, hashes, note = proof_of(path.read_bytes().decode())
        checkpoint = opened(note, key)
        record = path.with_suffix("").read_bytes()
        if checkpoint.origin != origin:
            raise Refused(f"{path.name}: of another trail")
        if not tlog.verify_leaf_inclusion(record, index, checkpoint.size, hashes, checkpoint.root):
            raise Refused(f"{path.name}: does not prove its record")
    if not proofs:
        raise Refused("no proofs")
    print(f"records: {len(proofs)} proved")


def check_older(folder, key, newest, reader):
    """That the trail only grew since the older checkpoint."""
    older = opened((folder / "checkpoint").read_bytes(), key)
    proofs = {"tiles": tlog.consistency_proof_from_tiles(reader, older.size, newest.size)}
    given = folder / "consistency"
    if given.exists():
        proofs["consistency"] = [b64_decode(line) for line in given.read_text().splitlines()]
    for source, hashes in proofs.items():
        if not tlog.verify_consistency(older.size, newest.size, older.root, newest.root, hashes):
            raise Refused(f"{source}: {newest.size} records do not begin with the {older.size} that were signed")
    print(f"older: {older.size} records are the first of {newest.size} ({' and '.join(proofs)})")


def main(arguments):
    if len(arguments) not in (3, 4):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    key_file, *folders = map(pathlib.Path, arguments)
    try:
        key = tlog.parse_vkey(key_file.read_text().strip())
        newest, reader = check_export(folders[0], key)
        check_records(folders[1], key, newest.origin)
        if len(folders) == 3:
            check_older(folders[2], key, newest, reader)
    except (Refused, ValueError, tlog.TileMissingError) as refusal:
        print(f"refused: {refusal}")
        return 1
    except OSError as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 2
    print("accepted by aics-tlog", tlog.__version__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
