"""Section 4 of docs/spec.md: which chunker cuts a file, and where."""
import hashlib
import json

import gguf

MIN, TARGET, MAX = 262_144, 524_288, 1_048_576
TABLE = [int.from_bytes(hashlib.sha256(b"cdc-1m" + bytes([byte])).digest()[:4], "big") for byte in range(256)]


class Unreadable(Exception):
    """Not a file for tensor-1m."""


def need(condition):
    if not condition:
        raise Unreadable


def gear_cut(data):
    """Length of the first chunk of `data`, all that is left of the span."""
    n = min(MAX, len(data))
    if n <= MIN:
        return n
    value = 0
    for byte in data[MIN - 32 : MIN]:
        value = (2 * value + TABLE[byte]) & 0xFFFFFFFF
    for place in range(MIN, n):
        # 32 doublings push a byte out of the 32 bits, so the hash may roll.
        if place > MIN:
            value = (2 * value + TABLE[data[place - 1]]) & 0xFFFFFFFF
        if value & (0xFFFFF800 if place < TARGET else 0xFFFF8000) == 0:
            return place
    return n


def cut(spans, data):
    """Where each chunk ends. spans: (start, end, rule)"""
    view = memoryview(data)
    ends = []
    for at, end, rule in spans:
        while at < end:
            at += min(MAX, end - at) if rule == "fixed" else gear_cut(view[at : min(end, at + MAX)])
            ends.append(at)
    return ends


def choose(path, data, wanted=None):
    if len(data) <= MAX:
        return "fixed-1m"
    if wanted is not None:
        return wanted
    return "tensor-1m" if data[:4] == b"GGUF" or path.endswith(".safetensors") else "cdc-1m"


def spans_of(chunker, data):
    size = len(data)
    if size == 0:
        return []
    if chunker == "tensor-1m":
        return tensor_spans(tensors_of(data), size, "gear" if data[:4] == b"GGUF" else "fixed")
    return [(0, size, "fixed" if chunker == "fixed-1m" else "gear")]


def cut_file(path, data, wanted=None):
    """(name of the chunker that is recorded, ends of the chunks)"""
    chunker = choose(path, data, wanted)
    try:
        return chunker, cut(spans_of(chunker, data), data)
    except Unreadable:
        return "cdc-1m", cut(spans_of("cdc-1m", data), data)


def tensors_of(data):
    if data[:4] != b"GGUF":
        return safetensors(data)
    try:
        return gguf.read(data)
    except ValueError as error:
        raise Unreadable from error


def tensor_spans(tensors, size, header_rule):
    """tensors: (begin, end) of each, in the file"""
    need(all(begin <= end <= size for begin, end in tensors))
    placed = sorted((begin, end) for begin, end in tensors if begin < end)
    need(all(before[1] <= after[0] for before, after in zip(placed, placed[1:])))
    first, *marks = [*(begin for begin, _ in placed), size]
    spans = [(0, first, header_rule)]
    for begin, end in zip([first, *marks], marks):
        if end - begin >= MIN:
            spans.append((begin, end, "fixed"))
        elif len(spans) > 1 and spans[-1][2] == "gear":
            spans[-1] = (spans[-1][0], end, "gear")
        else:
            spans.append((begin, end, "gear"))
    return spans


def safetensors(data):
    need(len(data) >= 8)
    length = int.from_bytes(data[:8], "little")
    need(length <= 100_000_000 and length <= len(data) - 8)
    try:
        tensors = Header(bytes(data[8 : 8 + length])).read()
    except (UnicodeDecodeError, ValueError, IndexError) as error:
        raise Unreadable from error
    return [(8 + length + begin, 8 + length + end) for begin, end in tensors]


class Header:
    def __init__(self, data):
        self.text, self.at = data.decode(), 0

    def read(self):
        tensors, names = [], set()
        for name in self.fields():
            need(name not in names)
            names.add(name)
            if name == "__metadata__":
                for _ in self.fields():
                    self.string()
            else:
                tensors.append(self.tensor())
                need(len(tensors) <= 262_144)
        need(self.peek() == "")
        return tensors

    def tensor(self):
        found = {}
        for key in self.fields():
            need(key in ("dtype", "shape", "data_offsets") and key not in found)
            found[key] = self.string() if key == "dtype" else self.numbers()
        need(len(found) == 3 and len(found["data_offsets"]) == 2)
        begin, end = found["data_offsets"]
        need(begin <= end)
        return begin, end

    def fields(self):
        """Each key of an object; whoever asks reads its value before he asks on."""
        self.take("{")
        if self.peek() == "}":
            return self.take("}")
        while True:
            key = self.string()
            self.take(":")
            yield key
            if self.peek() != ",":
                return self.take("}")
            self.take(",")

    def numbers(self):
        self.take("[")
        numbers = []
        while self.peek() != "]":
            if numbers:
                self.take(",")
            self.peek()
            start = self.at
            while self.text[self.at] in "0123456789":
                self.at += 1
            digits = self.text[start : self.at]
            need(1 <= len(digits) <= 16 and (digits == "0" or digits[0] != "0") and int(digits) < 1 << 53)
            numbers.append(int(digits))
        self.take("]")
        return numbers

    def string(self):
        self.peek()
        need(self.text[self.at] == '"')
        end = self.at + 1
        while self.text[end] != '"':
            end += 2 if self.text[end] == "\\" else 1
        value = json.loads(self.text[self.at : end + 1])
        self.at = end + 1
        return value

    def peek(self):
        while self.text[self.at : self.at + 1] in (" ", "\n", "\r", "\t"):
            self.at += 1
        return self.text[self.at : self.at + 1]

    def take(self, character):
        need(self.peek() == character)
        self.at += 1
