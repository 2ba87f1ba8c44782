"""Prints, in hex, inputs that Python's own unpickler was made to call something by. Arguments: how many tries, a seed."""
import io, pickle, random, sys

called = False


class Methods(type):
    """What is imported may have methods that the opcodes of containers call."""

    def append(cls, *args):
        global called
        called = True

    extend = add = __setitem__ = append


class Thing(metaclass=Methods):
    def __new__(cls, *args, **kwargs):
        global called
        called = True
        return object.__new__(cls)

    def __setstate__(self, state):
        pass


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        return Thing


PIECES = [
    b"cos\ngetenv\n", b"c\xc3\xa0\nf\n", b"(", b"(", b")", b")", b"t", b"R", b"R", b"N", b"0", b"1", b"2", b"I1\n", b"I01\n",
    b"I 0x1 \n", b"K\x01", b"M\0\0", b"J\0\0\0\0", b"G\0\0\0\0\0\0\0\0", b"L1L\n", b"F1e5\n", b"Finf\n", b"S'a'\n",
    b'S"a\\n" \n', b"V any text\n", b"V\n", b"U\x01a", b"T\x01\0\0\0a", b"X\x02\0\0\0os", b"B\x01\0\0\0a", b"C\x01a",
    b"\x8c\x02os", b"\x8c\x06getenv", b"\x8d\x02\0\0\0\0\0\0\0os", b"\x8e\x01\0\0\0\0\0\0\0a", b"\x96\x01\0\0\0\0\0\0\0a",
    b"\x93", b"\x93", b"\x81", b"\x92", b"b", b"o", b"ios\ngetenv\n", b"]", b"a", b"e", b"}", b"s", b"u", b"l", b"d",
    b"q\x01", b"h\x01", b"r\x01\0\0\0", b"j\x01\0\0\0", b"p1\n", b"g1\n", b"\x94", b"\x85", b"\x86", b"\x87", b"\x8f", b"\x90",
    b"\x91", b"\x88", b"\x89", b"\x8a\x01\x01", b"\x8b\x01\0\0\0\x01", b"\x80\x04", b"\x80\x02", b"\x95\0\0\0\0\0\0\0\0",
    b".", b"N.", b"Pid\n", b"Q", b"I" + b" " * 250 + b"1\n", b"I1\0!\n", b"L1 L\n", b"F1\0!\n",
]


def attempt(data):
    global called
    called = False
    file = io.BytesIO(data)
    try:
        # As torch reads several, one after the other.
        while file.tell() < len(data):
            Unpickler(file).load()
    except Exception:
        pass
    return called


tries, seed = int(sys.argv[1]), int(sys.argv[2])
choose = random.Random(seed)
for _ in range(tries):
    data = b"".join(choose.choices(PIECES, k=choose.randint(3, 14)))
    if choose.random() < 0.1:
        data += bytes([choose.randrange(256)])
    if attempt(data):
        print(data.hex())
