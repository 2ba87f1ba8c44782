"""Sections 3, 5 and 9 of docs/spec.md: digests, CIDs, canonical DAG-CBOR, dag-pb nodes."""
import base64
import hashlib

RAW, DAG_PB, DAG_CBOR = 0x55, 0x70, 0x71
MAX_BLOCK = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def digest_of(data):
    return hashlib.sha256(data).digest()


class Link:
    """A CID, of which only digest and codec differ."""

    def __init__(self, codec, digest):
        self.codec, self.digest = codec, digest

    @property
    def cid(self):
        return bytes([0x01, self.codec, 0x12, 0x20]) + self.digest

    @property
    def text(self):
        return "b" + base64.b32encode(self.cid).decode().lower().rstrip("=")

    def __eq__(self, other):
        return isinstance(other, Link) and self.cid == other.cid


class Refused(Exception):
    """A reader must not accept it."""


def require(condition, what):
    if not condition:
        raise Refused(what)


def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    for more, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | more]) + number.to_bytes(size, "big")
    raise Refused("a number beyond 64 bits")


def encode(value):
    if value is None:
        return b"\xf6"
    if type(value) is int:
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return head(3, len(data)) + data
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Link):
        return b"\xd8\x2a\x58\x25\x00" + value.cid
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    return head(5, len(keys)) + b"".join(encode(key) + encode(value[key]) for key in keys)


def decode(data):
    """The one value in `data`, which must be its canonical form."""
    require(len(data) <= MAX_BLOCK, "a block over 1 MiB")
    try:
        value, end = read_value(data, 0)
    except (IndexError, UnicodeDecodeError) as error:
        raise Refused(f"not DAG-CBOR: {error}") from error
    require(end == len(data) and encode(value) == data, "not the canonical form")
    return value


def read_value(data, at):
    major, number = data[at] >> 5, data[at] & 31
    if data[at] == 0xF6:
        return None, at + 1
    at += 1
    if number >= 24:
        require(number <= 27, "a length without end")
        size = 1 << number - 24
        number, at = int.from_bytes(data[at : at + size], "big"), at + size
    require(number < 1 << 53, "a number beyond 2^53 - 1")
    if major == 0:
        return number, at
    if major in (2, 3):
        piece, at = data[at : at + number], at + number
        require(at <= len(data), "a cut text")
        if major == 2:
            return piece, at
        require(piece[:3] != BYTE_ORDER_MARK, "a text that begins with a byte order mark")
        return piece.decode(), at
    if major == 4:
        items = []
        for _ in range(number):
            item, at = read_value(data, at)
            items.append(item)
        return items, at
    if major == 5:
        fields = {}
        for _ in range(number):
            key, at = read_value(data, at)
            require(isinstance(key, str) and key not in fields, "a key that is no text, or there twice")
            fields[key], at = read_value(data, at)
        return fields, at
    require(major == 6 and number == 42, "a type that does not occur")
    piece, at = read_value(data, at)
    known = isinstance(piece, bytes) and len(piece) == 37 and piece[:2] == b"\0\1" and piece[3:5] == b"\x12\x20"
    require(known, "not such a CID")
    return Link(piece[2], piece[5:]), at


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def node(links, data):
    """A dag-pb node. links: (name, Link, Tsize)"""
    out = b""
    for name, link, tsize in links:
        text = name.encode()
        body = b"\x0a\x24" + link.cid + b"\x12" + varint(len(text)) + text + b"\x18" + varint(tsize)
        out += b"\x12" + varint(len(body)) + body
    return out + b"\x0a" + varint(len(data)) + data


def car(blocks):
    """A CARv1 file of blocks."""
    header = b"\xa2" + encode("roots") + b"\x80" + encode("version") + b"\x01"
    out = varint(len(header)) + header
    for data in blocks:
        out += varint(36 + len(data)) + Link(RAW, digest_of(data)).cid + data
    return out
