"""Makes the worked example of docs/spec.md anew and compares every byte of it. Usage: check_page.py <root of the project>"""
import re
import sys
from hashlib import sha256
from pathlib import Path

import blocks
import chunkers
import release
import store

page = (Path(sys.argv[1]) / "docs/spec.md").read_text(encoding="utf-8")
shown = {
    name: bytes.fromhex(re.sub(r"#.*", "", text)) for name, text in re.findall(r"^```hex (\w+)\n(.*?)^```$", page, re.M | re.S)
}
rows = dict(re.findall(r"^\| ([a-z ]+) \| `(\w{16,})` \|$", page, re.M))

TREE = {"config.json": b'{"layers":2}\n', "empty": b"", "weights/zeros.bin": bytes(1_048_577)}

chunks, files, places = [], [], []
for path, data in TREE.items():
    chunker, ends = chunkers.cut_file(path, data)
    first = len(chunks)
    for begin, end in zip([0, *ends], ends):
        chunks.append((sha256(data[begin:end]).digest(), end - begin))
    file = {"path": path, "size": len(data), "chunker": chunker, "chunks": [first, len(ends)]}
    files.append({**file, "sha256": sha256(data).digest()})
    places.append((path, first, len(ends)))

for number, (digest, size) in enumerate(chunks):
    text = blocks.Link(blocks.RAW, digest).text
    assert f"| {number} | {size:,} | `{digest.hex()}` | `{text}` |\n" in page, number

(index,) = release.index_blocks(chunks)
content, nodes = release.content_of(places, chunks)
root = release.root_of([digest for digest, _ in chunks])
total = sum(size for _, size in chunks)
fields = {
    "format": "ballast/1",
    "model": "acme/tiny",
    "version": "1",
    "chunks": {
        "count": 3,
        "storedBytes": total,
        "root": root,
        "index": [blocks.Link(blocks.DAG_CBOR, blocks.digest_of(index))],
    },
    "bytes": total,
    "codecs": [],
    "content": blocks.Link(blocks.DAG_PB, content),
    "base": None,
    "meta": {"name": "Tiny", "description": "", "license": "MIT", "tags": ["example"]},
}
(manifest,) = release.manifest_blocks(fields, files)
made = {"index": index, "manifest": manifest, **dict(zip(("file", "directory", "root"), nodes, strict=True))}
made["car"] = blocks.car([TREE["config.json"]])[: -len(TREE["config.json"])]
made["table"] = store.table([(chunks[0][0], 0, 13)])
assert made == shown, [name for name in made if made[name] != shown.get(name)]

digest = blocks.digest_of(manifest)
assert rows == {
    "chunk root": root.hex(),
    "index block": blocks.Link(blocks.DAG_CBOR, blocks.digest_of(index)).text,
    "content": blocks.Link(blocks.DAG_PB, content).text,
    "manifest digest": digest.hex(),
    "manifest": blocks.Link(blocks.DAG_CBOR, digest).text,
    "model id": store.model_id("acme/tiny").hex(),
    "release id": store.release_id("acme/tiny", "1").hex(),
}, rows
print("ok page")
