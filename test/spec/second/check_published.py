"""
Reads a release that the command line published: proves it from the store's packs, compares it with the folder that was
published, and finds it in the journal of the embedded chain.
Usage: check_published.py <BALLAST_HOME> <CID of the manifest> <folder>
"""
import base64
import sys
from hashlib import sha256
from pathlib import Path

import blocks
import chunkers
import release
import store

home, folder = Path(sys.argv[1]), Path(sys.argv[3])
digest = base64.b32decode(sys.argv[2][1:].upper() + "=" * 6)[4:]
local = store.Store(home / "store")
read = release.read_release(digest, local.blocks.__getitem__)
chunks, manifest = read["chunks"], read["manifest"]

# From the store to the bytes of the files, each chunk proven.
for file in read["files"]:
    data = b""
    for chunk, size in chunks[file["first"] : file["first"] + file["count"]]:
        assert len(local.blocks[chunk]) == size and blocks.digest_of(local.blocks[chunk]) == chunk
        data += local.blocks[chunk]
    assert data == (folder / file["path"]).read_bytes() and sha256(data).digest() == file["sha256"], file["path"]

# From the files to the same manifest, without a look at the store.
made, listed = [], []
paths = sorted((path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()), key=str.encode)
for path in paths:
    data, first = (folder / path).read_bytes(), len(made)
    chunker, ends = chunkers.cut_file(path, data)
    made += [(sha256(data[begin:end]).digest(), end - begin) for begin, end in zip([0, *ends], ends)]
    entry = {"path": path, "size": len(data), "chunker": chunker, "chunks": [first, len(ends)]}
    listed.append({**entry, "sha256": sha256(data).digest()})
assert made == chunks
assert release.content_of([(file["path"], *file["chunks"]) for file in listed], made)[0] == read["content"].digest
rest = {key: value for key, value in manifest.items() if key != "files"}
assert blocks.digest_of(release.manifest_blocks(rest, listed)[-1]) == digest

assert local.roots == [digest.hex()]

# On the chain: the digests of the only segment were sent, then the publication.
genesis, entries = store.journal(home / "chain" / "journal")
sent = [bytes.fromhex(entry["raw"][2:]) for entry in entries]
packed = b"".join(chunk for chunk, _ in chunks)
counts = len(chunks).to_bytes(32, "big") + manifest["bytes"].to_bytes(32, "big")
record = next(place for place, raw in enumerate(sent) if packed in raw)
publication = next(place for place, raw in enumerate(sent) if digest + read["root"] + counts in raw)
assert 0 < record < publication and genesis["time"] <= entries[0]["time"]
print("ok", len(read["files"]), "files", len(chunks), "chunks")
