"""The part of section 4 of docs/spec.md that reads GGUF."""
MAX_HEADER = 100_000_000

# type: (e, b)
TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110),
    22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8),
    29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18),
}
SCALARS = {0: 1, 1: 1, 7: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 10: 8, 11: 8, 12: 8}


class Malformed(ValueError):
    """Against a rule of the page."""


def need(condition):
    if not condition:
        raise Malformed


class Cursor:
    def __init__(self, data):
        self.data, self.end, self.at = data, min(len(data), MAX_HEADER), 0

    def take(self, length):
        need(length <= self.end - self.at)
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, length):
        value = int.from_bytes(self.take(length), "little")
        need(value < 1 << 53)
        return value

    def skip(self, length):
        need(length <= self.end - self.at)
        self.at += length

    def name(self, known):
        length = self.number(8)
        need(length <= 65_535)
        text = bytes(self.take(length)).decode()
        need(text not in known)
        known.add(text)
        return text

    def pass_value(self, kind, count=1, depth=0):
        """Passes over `count` values of a type; `depth`: of the array that holds them."""
        if kind == 8:
            for _ in range(count):
                self.skip(self.number(8))
        elif kind == 9:
            need(depth < 8)
            for _ in range(count):
                item, items = self.number(4), self.number(8)
                self.pass_value(item, items, depth + 1)
        else:
            need(kind in SCALARS)
            self.skip(SCALARS[kind] * count)


def size_of(dimensions, kind):
    """Bytes of a tensor; None: it runs to the next."""
    if 0 in dimensions:
        return 0
    if kind not in TYPES:
        return None
    elements, size = TYPES[kind]
    need((dimensions[0] if dimensions else 1) % elements == 0)
    total = 1
    for length in dimensions:
        total *= length
    need(total // elements * size < 1 << 53)
    return total // elements * size


def read(data):
    """(begin, end) of each tensor in the file"""
    cursor = Cursor(data)
    need(cursor.take(4) == b"GGUF" and cursor.number(4) in (2, 3))
    count, metadata = cursor.number(8), cursor.number(8)
    need(count <= 262_144 and metadata <= 65_536)
    keys, alignment = set(), 32
    for _ in range(metadata):
        key, kind = cursor.name(keys), cursor.number(4)
        if key == "general.alignment":
            need(kind == 4)
            alignment = cursor.number(4)
            need(alignment.bit_count() == 1)
        else:
            cursor.pass_value(kind)
    names, tensors = set(), []
    for _ in range(count):
        cursor.name(names)
        dimensions = cursor.number(4)
        need(dimensions <= 8)
        shape = [cursor.number(8) for _ in range(dimensions)]
        kind, offset = cursor.number(4), cursor.number(8)
        need(offset % alignment == 0)
        tensors.append((offset, size_of(shape, kind)))
    start = -(-cursor.at // alignment) * alignment
    begins = sorted({start + offset for offset, _ in tensors})
    after = dict(zip(begins, [*begins[1:], len(data)]))
    placed = []
    for offset, size in tensors:
        begin = start + offset
        placed.append((begin, max(after[begin], begin + 1) if size is None else begin + size))
    return placed
