"""Holds this implementation to every vector of the project. Usage: check_vectors.py <root of the project>"""
import base64
import hashlib
import json
import sys
from pathlib import Path

import blocks
import chunkers
import names
import release
import store

ROOT = Path(sys.argv[1])
MiB = 1 << 20


def vectors(name, workspace="storage-manager"):
    return json.loads((ROOT / workspace / "vectors" / name).read_text(encoding="utf-8"))


def stream(seed, length):
    count = (length + 31) // 32
    return b"".join(hashlib.sha256(f"{seed}:{i}".encode()).digest() for i in range(count))[:length]


def check_names():
    kinds = {"namespace": names.is_namespace, "name": names.is_name}
    kinds |= {"version": names.is_version, "channel": names.is_channel}
    for kind, is_legal in kinds.items():
        lists = vectors("names.json", "registry-contract")[kind]
        assert [text for text in lists["valid"] if not is_legal(text)] == [], kind
        assert [text for text in lists["invalid"] if is_legal(text)] == [], kind


def check_references():
    data = vectors("references.json")
    assert [text for text in data["models"]["valid"] if not names.is_model(text)] == []
    assert [text for text in data["models"]["invalid"] if names.is_model(text)] == []
    for row in data["references"]["valid"]:
        assert {"text": row["text"], **names.read_reference(row["text"])} == row, row
    assert [text for text in data["references"]["invalid"] if names.read_reference(text)] == []


def check_paths():
    data = vectors("paths.json")
    assert [text for text in data["valid"] if not names.is_safe_path(text)] == []
    assert [text for text in data["invalid"] if names.is_safe_path(text)] == []
    for tree in data["trees"]:
        assert names.is_tree(tree) and names.in_byte_order(tree[::-1]) == tree, tree
    for paths in data["clashes"]:
        assert all(map(names.is_safe_path, paths)) and not names.is_tree(paths), paths


def check_fixed():
    for row in vectors("fixed.json")["files"]:
        data = bytes(row["size"])
        assert chunkers.cut(chunkers.spans_of("fixed-1m", data), data) == row["ends"], row["name"]


def check_gear():
    data = vectors("gear.json")
    assert [f"{entry:08x}" for entry in chunkers.TABLE] == data["table"]
    for row in data["files"]:
        file = bytes(row["prefixZeros"]) + stream(row["seed"], row["length"])
        assert chunkers.cut(chunkers.spans_of("cdc-1m", file), file) == row["ends"], row["name"]


def tensor_cuts(row, file):
    try:
        ends = chunkers.cut(chunkers.spans_of("tensor-1m", file), file)
    except chunkers.Unreadable:
        ends = None
    assert ends == row["ends"], row["name"]


def check_safetensors():
    for row in vectors("tensor.json")["files"]:
        header = row["header"].encode()
        header += b" " * (-len(header) % 8)
        tensor_cuts(row, len(header).to_bytes(8, "little") + header + stream("tensor", row["data"]))


def check_gguf():
    for row in vectors("gguf.json")["files"]:
        file = base64.b64decode(row["header"]) + stream("gguf", row["data"])
        tensor_cuts(row, file)
        if row["ends"] is not None:
            tensors = sorted(chunkers.tensors_of(file))
            assert tensors == sorted((begin, end) for *_, begin, end in row["tensors"]), row["name"]


def check_merkle():
    for tree in vectors("merkle.json", "registry-contract")["trees"]:
        count, root = tree["count"], bytes.fromhex(tree["root"][2:])
        leaves = [hashlib.sha256(i.to_bytes(8, "big")).digest() for i in range(count)]
        assert release.root_of(leaves) == root == release.root_of(release.segment_roots(leaves))
        for row in tree["proofs"]:
            index, proof = row["index"], [bytes.fromhex(each[2:]) for each in row["proof"]]
            assert release.verify_proof(root, count, index, leaves[index], proof)
            assert not release.verify_proof(root, count, index + 1, leaves[index], proof)
            assert not release.verify_proof(root, count, index, leaves[index], [*proof, leaves[0]])


def check_ids():
    data = vectors("ids.json", "registry-contract")
    for row in data["releases"]:
        model = f"{row['namespace']}/{row['name']}"
        assert store.namespace_id(row["namespace"]).hex() == row["namespaceId"][2:]
        assert store.model_id(model).hex() == row["model"][2:]
        assert store.release_id(model, row["version"]).hex() == row["release"][2:]
    for row in data["commitments"]:
        owner, salt = (bytes.fromhex(row[key][2:]) for key in ("owner", "salt"))
        assert store.commitment(row["label"], owner, salt).hex() == row["commitment"][2:]


def chunks_of(file):
    """(digest, size) of each MiB of a file that the vectors describe"""
    if "zeros" in file:
        full = (hashlib.sha256(bytes(MiB)).digest(), MiB)
        count, left = divmod(file["zeros"], MiB)
        return [full] * count + ([(hashlib.sha256(bytes(left)).digest(), left)] if left else [])
    data = file["text"].encode() if "text" in file else stream(file["stream"], file["length"])
    pieces = [data[at : at + MiB] for at in range(0, len(data), MiB)]
    return [(hashlib.sha256(piece).digest(), len(piece)) for piece in pieces]


def check_content():
    trees = vectors("content.json")["trees"]
    assert len(trees) == 8
    for tree in trees:
        files, chunks = [], []
        for path in names.in_byte_order(tree["files"]):
            found = chunks_of(tree["files"][path])
            files.append((path, len(chunks), len(found)))
            chunks += found
        digest = release.content_of(files, chunks)[0]
        assert blocks.Link(blocks.DAG_PB, digest).text == tree["root"], tree["name"]


def made_release(tree, described):
    """The blocks of a release of which only sizes are known. tree: path → sizes of its chunks"""
    chunks, files, places = [], [], []
    for path in names.in_byte_order(tree):
        first, sizes = len(chunks), tree[path]
        chunks += [(hashlib.sha256(f"{path}#{i}".encode()).digest(), size) for i, size in enumerate(sizes)]
        place = {"path": path, "size": sum(sizes), "chunker": "fixed-1m", "chunks": [first, len(sizes)]}
        files.append({**place, "sha256": None})
        places.append((path, first, len(sizes)))
    index = release.index_blocks(chunks)
    total = sum(size for _, size in chunks)
    root, content = release.root_of([digest for digest, _ in chunks]), release.content_of(places, chunks)[0]
    links = [blocks.Link(blocks.DAG_CBOR, blocks.digest_of(block)) for block in index]
    base = {**described["base"], "manifest": bytes.fromhex(described["base"]["manifest"])}
    fields = {"format": "ballast/1", "bytes": total, "codecs": [], **described, "base": base}
    fields["chunks"] = {"count": len(chunks), "storedBytes": total, "root": root, "index": links}
    fields["content"] = content and blocks.Link(blocks.DAG_PB, content)
    made = release.manifest_blocks(fields, files)
    return made, index, "0x" + root.hex(), fields["content"] and fields["content"].text


def check_release():
    data = vectors("release.json")
    trees = [(data, data["tree"])]
    for row in data["large"]:
        sizes = lambda i, row=row: list(range(1, row["chunksOfFirst"] + 1)) if i == 0 else []
        tree = {f"f/{str(i).zfill(row['nameDigits'])}": sizes(i) for i in range(row["files"])}
        trees.append((row, tree))
    for row, tree in trees:
        made, index, root, content = made_release(tree, data["manifest"])
        carried = {blocks.digest_of(block): block for block in [*made, *index]}
        manifest = blocks.digest_of(made[-1])
        assert (root, content) == (row["chunkRoot"], row["content"])
        assert blocks.Link(blocks.DAG_CBOR, manifest).text == row["manifestCid"]
        if "blocks" in row:
            assert {digest.hex(): block.hex() for digest, block in carried.items()} == row["blocks"]
        else:
            assert sorted(digest.hex() for digest in carried if digest != manifest) == sorted(row["links"])
        assert len(release.read_release(manifest, carried.__getitem__)["files"]) == len(tree)


def check_refused():
    data = vectors("refused.json")

    def read(*texts):
        carried = [bytes.fromhex(text) for text in texts]
        by_digest = {blocks.digest_of(block): block for block in carried}
        return release.read_release(blocks.digest_of(carried[0]), by_digest.__getitem__)

    assert len(read(*data["read"])["files"]) == 3
    for row in data["refused"]:
        try:
            read(row["manifest"], *data["read"], *row.get("blocks", []))
        except blocks.Refused:
            continue
        raise AssertionError(row["name"])


for name, check in list(globals().items()):
    if name.startswith("check_"):
        check()
        print("ok", name[len("check_") :], flush=True)
