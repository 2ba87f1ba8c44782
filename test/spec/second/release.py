"""Sections 6 to 10 of docs/spec.md: index, chunk root, manifest, content, reading a release."""
from hashlib import sha256

from blocks import DAG_CBOR, DAG_PB, MAX_BLOCK, RAW, Link, decode, digest_of, encode, node, require, varint
from names import in_byte_order, is_model, is_safe_path, is_tree, is_version

CHUNKERS = ("tensor-1m", "cdc-1m", "fixed-1m")


def root_of(digests):
    level = list(digests)
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [sha256(b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0]


def segment_roots(digests):
    return [root_of(digests[i : i + 1024]) for i in range(0, len(digests), 1024)]


def verify_proof(root, count, index, digest, proof):
    if not 0 <= index < count:
        return False
    current, width, left = digest, count, list(proof)
    while width > 1:
        if index % 2 == 1 or index != width - 1:
            if not left:
                return False
            sibling = left.pop(0)
            current = sha256(sibling + current if index % 2 else current + sibling).digest()
        index, width = index // 2, (width + 1) // 2
    return not left and current == root


def index_blocks(chunks):
    """chunks: (digest, size) of each"""
    entries = [[Link(RAW, digest), size, size, None] for digest, size in chunks]
    return [encode(entries[i : i + 8192]) for i in range(0, len(entries), 8192)]


def manifest_blocks(fields, files):
    """The linked file blocks, if any, and at last the manifest. fields: all but `files`"""
    whole = encode({**fields, "files": files})
    if len(whole) <= MAX_BLOCK:
        return [whole]
    blocks, first = [], 0
    sizes = [len(encode(file)) for file in files]
    while first < len(files):
        end, total = first, 0
        # The head of a list takes 1 byte below 24 items, 2 below 256, 3 below 65,536.
        while end < len(files):
            count = end + 1 - first
            if total + sizes[end] + (1 if count < 24 else 2 if count < 256 else 3) > MAX_BLOCK:
                break
            total, end = total + sizes[end], end + 1
        blocks.append(encode(files[first:end]))
        first = end
    return [*blocks, encode({**fields, "files": [Link(DAG_CBOR, digest_of(block)) for block in blocks]})]


def content_of(files, chunks):
    """(digest of the root or None, all nodes). files: (path, first, count)"""
    nodes, tree = [], {}
    for path, first, count in files:
        *folders, name = path.split("/")
        folder = tree
        for part in folders:
            folder = folder.setdefault(part, {})
        folder[name] = file_link(chunks[first : first + count], nodes)
    root = directory_link(tree, nodes)
    return (None, []) if root is None else (root[0].digest, nodes)


def add_node(links, data, nodes):
    """links: (name, Link, bytes below, Tsize). Returns (Link, bytes below, Tsize)."""
    block = node([(name, link, tsize) for name, link, _, tsize in links], data)
    nodes.append(block)
    below = sum(each for _, _, each, _ in links)
    return Link(DAG_PB, digest_of(block)), below, len(block) + sum(tsize for *_, tsize in links)


def file_link(chunks, nodes):
    if not chunks:
        return Link(RAW, digest_of(b"")), 0, 0
    level = [(Link(RAW, digest), size, size) for digest, size in chunks]
    while len(level) > 1:
        level = [file_node(level[i : i + 1024], nodes) for i in range(0, len(level), 1024)]
    return level[0]


def file_node(links, nodes):
    data = b"\x08\x02\x18" + varint(sum(below for _, below, _ in links))
    for _, below, _ in links:
        data += b"\x20" + varint(below)
    return add_node([("", *link) for link in links], data, nodes)


def directory_link(folder, nodes):
    links = []
    for name in in_byte_order(folder):
        entry = folder[name]
        link = directory_link(entry, nodes) if isinstance(entry, dict) else entry
        if link is None:
            return None
        links.append((name, *link))
    link = add_node(links, b"\x08\x01", nodes)
    return None if len(nodes[-1]) > MAX_BLOCK else link


def fields_of(value, *keys):
    require(isinstance(value, dict) and sorted(value) == sorted(keys), f"not a map of {keys}")
    return [value[key] for key in keys]


def whole(value, least=0, most=(1 << 53) - 1):
    require(type(value) is int and least <= value <= most, f"not a number from {least} to {most}")
    return value


def is_text(value):
    return isinstance(value, str)


def is_digest(value):
    return isinstance(value, bytes) and len(value) == 32


def is_link(value, codec):
    return isinstance(value, Link) and value.codec == codec


def check_file(file):
    path, size, chunker, place, claim = fields_of(file, "path", "size", "chunker", "chunks", "sha256")
    require(is_text(path) and is_safe_path(path), f"not a safe path: {path!r}")
    require(isinstance(place, list) and len(place) == 2 and chunker in CHUNKERS, "not a file")
    require(claim is None or is_digest(claim), "not a digest")
    first, count = map(whole, place)
    require(count <= whole(size) <= count * 1_048_576, "a count that the size does not allow")
    return {"path": path, "size": size, "first": first, "count": count, "sha256": claim}


def check_label(model, version):
    require(is_text(model) and is_model(model) and not model.startswith("local/"), "not a model of a registry")
    require(is_text(version) and is_version(version), "not a version")


def read_release(digest, read):
    """The proven manifest, its files and chunks. read(digest): the bytes of a block, whoever carries them"""

    def opened(wanted):
        block = read(wanted)
        require(len(block) <= MAX_BLOCK and digest_of(block) == wanted, "not the block that was asked for")
        return decode(block)

    manifest = opened(digest)
    require(isinstance(manifest, dict) and manifest.get("format") == "ballast/1", "another format")
    keys = ("model", "version", "files", "chunks", "bytes", "codecs", "content", "base", "meta")
    model, version, listed, counts, total, codecs, content, base, meta = fields_of(manifest, "format", *keys)[1:]
    check_label(model, version)
    require(isinstance(listed, list) and codecs == [], "no files, or a codec")
    entries = listed
    if listed and isinstance(listed[0], Link):
        require(len(listed) <= 17 and all(is_link(link, DAG_CBOR) for link in listed), "not links")
        entries = [entry for link in listed for entry in opened(link.digest)]
    require(1 <= len(entries) <= 100_000, "too many files")
    rest = {key: value for key, value in manifest.items() if key != "files"}
    require(digest_of(manifest_blocks(rest, entries)[-1]) == digest, "files are linked otherwise")
    files = [check_file(entry) for entry in entries]
    paths = [file["path"] for file in files]
    require(in_byte_order(paths) == paths and is_tree(paths), "not a tree")

    count, stored, root, index = fields_of(counts, "count", "storedBytes", "root", "index")
    require(whole(count, 1, 4_000_000) == sum(file["count"] for file in files) and is_digest(root), "counts")
    require(whole(total) == whole(stored) == sum(file["size"] for file in files), "bytes")
    require(content is None or is_link(content, DAG_PB), "not a content link")
    if base is not None:
        base_model, base_version, base_manifest = fields_of(base, "model", "version", "manifest")
        check_label(base_model, base_version)
        require(is_digest(base_manifest), "not a digest")
    name, description, license_text, tags = fields_of(meta, "name", "description", "license", "tags")
    require(is_text(name) and is_text(description) and isinstance(tags, list), "meta")
    require((license_text is None or is_text(license_text)) and all(map(is_text, tags)), "meta")

    require(isinstance(index, list) and len(index) == (count + 8191) // 8192, "index")
    chunks = []
    for link in index:
        require(is_link(link, DAG_CBOR), "not a link")
        block = opened(link.digest)
        require(isinstance(block, list) and len(block) == min(8192, count - len(chunks)), "entries")
        for entry in block:
            require(isinstance(entry, list) and len(entry) == 4 and is_link(entry[0], RAW), "an entry")
            require(whole(entry[1], 1, 1_048_576) == entry[2] and entry[3] is None, "sizes of an entry")
            chunks.append((entry[0].digest, entry[1]))
    place = 0
    for file in files:
        require(file["first"] == place, "a gap")
        place += file["count"]
        require(sum(size for _, size in chunks[file["first"] : place]) == file["size"], "sizes of a file")
    require(root_of([digest for digest, _ in chunks]) == root, "chunk root")
    return {"manifest": manifest, "files": files, "chunks": chunks, "root": root, "content": content}
