"""Keccak-256, the hash of Ethereum (Keccak before SHA-3 changed its padding). https://keccak.team/keccak_specs_summary.html"""

MASK = (1 << 64) - 1
RATE = 136


def constants():
    """The round constants, by the generator of the specification."""
    register, rounds = 1, []
    for _ in range(24):
        constant = 0
        for step in range(7):
            if register & 1:
                constant |= 1 << (1 << step) - 1
            register = (register << 1 ^ (register >> 7) * 0x171) & 0xFF
        rounds.append(constant)
    return rounds


ROUNDS = constants()


def rotate(value, by):
    return (value << by | value >> 64 - by) & MASK if by else value


def permute(lanes):
    for constant in ROUNDS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        for place in range(25):
            x = place % 5
            lanes[place] ^= columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1)
        x, y, current = 1, 0, lanes[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            moved = rotate(current, (step + 1) * (step + 2) // 2 % 64)
            current, lanes[x + 5 * y] = lanes[x + 5 * y], moved
        for y in range(0, 25, 5):
            row = lanes[y : y + 5]
            for x in range(5):
                lanes[y + x] = row[x] ^ (row[(x + 1) % 5] ^ MASK) & row[(x + 2) % 5]
        lanes[0] ^= constant


def keccak256(data):
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % RATE)
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), RATE):
        for place in range(RATE // 8):
            at = start + 8 * place
            lanes[place] ^= int.from_bytes(padded[at : at + 8], "little")
        permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
