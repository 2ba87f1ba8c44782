"""Sections 12 to 14 of docs/spec.md: ids on chain, the local store, the embedded chain."""
import json
import struct
import zlib
from pathlib import Path

from keccak import keccak256

MAGIC = bytes.fromhex("62616c6c61737401")


def namespace_id(namespace):
    if namespace.startswith("0x") and len(namespace) == 42:
        return bytes.fromhex(namespace[2:])
    return keccak256(namespace.encode())[:20]


def model_id(model):
    namespace, name = model.split("/")
    text = name.encode() + bytes(-len(name) % 32)
    return keccak256(
        namespace_id(namespace).ljust(32, b"\0")
        + (64).to_bytes(32, "big")
        + len(name).to_bytes(32, "big")
        + text
    )


def release_id(model, version):
    return keccak256(model_id(model) + version.encode().ljust(32, b"\0"))


def commitment(label, owner, salt):
    text = label.encode() + bytes(-len(label) % 32)
    heads = (96).to_bytes(32, "big") + bytes(12) + owner + salt
    return keccak256(heads + len(label).to_bytes(32, "big") + text)


def table(entries):
    """entries: (digest, offset, length)"""
    out = b""
    for ordinal, (digest, offset, length) in enumerate(entries):
        record = MAGIC + digest + struct.pack("<QIII", offset, length, ordinal, len(entries))
        out += record + struct.pack("<I", zlib.crc32(record))
    return out


def is_record(record):
    return record[:8] == MAGIC and zlib.crc32(record[:60]) == struct.unpack("<I", record[60:])[0]


def read_table(data):
    """(right records, whether the table is whole)"""
    end = len(data) - len(data) % 64
    last = end - 64
    while last >= 0 and not is_record(data[last : last + 64]):
        last -= 64
    if last < 0:
        return [], False
    begin = last - 64 * struct.unpack("<I", data[last + 52 : last + 56])[0]
    right = [data[at : at + 64] for at in range(begin, end, 64) if is_record(data[at : at + 64])]
    entries = [(record[8:40], *struct.unpack("<QI", record[40:52])) for record in right]
    return entries, len(entries) == struct.unpack("<I", right[-1][56:60])[0]


class Store:
    """The blocks of a folder; unproven."""

    def __init__(self, folder):
        assert (folder / "format").read_text() == "ballast-store 1\n"
        self.blocks = {}
        for pack in sorted((folder / "packs").glob("*.pack"), key=lambda path: int(path.stem)):
            data = pack.read_bytes()
            entries, is_whole = read_table(data)
            if not is_whole and pack.with_suffix(".idx").exists():
                entries += read_table(pack.with_suffix(".idx").read_bytes())[0]
            for digest, offset, length in entries:
                if offset + length <= len(data):
                    self.blocks[digest] = data[offset : offset + length]
        self.roots = [path.name for path in (folder / "roots").iterdir()]


def journal(file: Path):
    """(first line, the others) of an embedded chain"""
    lines = []
    for line in file.read_bytes().split(b"\n")[:-1]:
        if b"\0" in line:
            break
        lines.append(json.loads(line))
    assert lines[0]["format"] == "ballast-chain/1"
    return lines[0], lines[1:]
