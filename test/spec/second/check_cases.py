"""Gives a verdict of its own on cases that the other implementation has judged. Usage: check_cases.py <cases.json>"""
import base64
import json
import sys
from pathlib import Path

import blocks
import chunkers
import names
import release

cases = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
index = bytes.fromhex(cases["index"])


def spans(head, size):
    data = base64.b64decode(head)
    try:
        return [list(span) for span in chunkers.spans_of("tensor-1m", data[:size] + bytes(max(0, size - len(data))))]
    except chunkers.Unreadable:
        return None


def verdict(manifest):
    carried = {blocks.digest_of(block): block for block in (manifest, index)}
    try:
        release.read_release(blocks.digest_of(manifest), carried.__getitem__)
    except blocks.Refused:
        return "refused"
    except KeyError:
        return "absent"
    return "read"


for case in cases["tensors"]:
    assert spans(case["head"], case["size"]) == case["spans"], case
for case in cases["manifests"]:
    assert verdict(bytes.fromhex(case["manifest"])) == case["verdict"], case
for case in cases["paths"]:
    assert names.is_safe_path(case["path"]) == case["safe"], case
print("ok cases")
