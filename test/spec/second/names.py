"""Section 1 and 2 of docs/spec.md: names, safe paths, trees."""
import re
import unicodedata

NAMESPACE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"0x[0-9a-f]{40}")
NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
VERSION = re.compile(r"[0-9][0-9A-Za-z]*([.-][0-9A-Za-z]+)*")
CHANNEL = re.compile(r"[a-z][a-z0-9-]{0,30}")
DIGEST = re.compile(r"[0-9a-f]{64}")
DIGITS = tuple("0123456789")
DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\.|$)", re.I | re.A)

# Default_Ignorable_Code_Point, without what a category holds already.
IGNORABLE = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x180E), 0x180F, 0x3164, 0xFFA0}
IGNORABLE |= {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def is_namespace(text):
    if ADDRESS.fullmatch(text):
        return text != "0x" + "0" * 40
    return len(text) <= 31 and NAMESPACE.fullmatch(text) is not None


def is_name(text):
    return len(text) <= 64 and NAME.fullmatch(text) is not None and not text.endswith((".git", ".ipynb"))


def is_version(text):
    return len(text) <= 32 and VERSION.fullmatch(text) is not None


def is_channel(text):
    return CHANNEL.fullmatch(text) is not None


def is_model(text):
    namespace, _, name = text.partition("/")
    return is_namespace(namespace) and is_name(name)


def read_reference(text):
    """{model, and one of version, channel, manifest}, or None"""
    model, at, selector = text.partition("@")
    if not is_model(model):
        return None
    if not at:
        return {"model": model, "channel": "latest"}
    if selector.startswith("sha256:"):
        digest = selector[len("sha256:") :]
        return {"model": model, "manifest": digest} if DIGEST.fullmatch(digest) else None
    kind, is_legal = ("version", is_version) if selector[:1] in DIGITS else ("channel", is_channel)
    return {"model": model, kind: selector} if is_legal(selector) else None


def utf8_length(text):
    """None where a lone surrogate makes it no text."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return None


def is_safe_path(text):
    length = utf8_length(text)
    if length is None or not 1 <= length <= 1024:
        return False
    if unicodedata.normalize("NFC", text) != text:
        return False
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "C" or category in ("Zl", "Zp") or ord(character) in IGNORABLE:
            return False
    if re.search(r'[\\:*?"<>|]', text) or text.startswith("~"):
        return False
    if key_of(text).split("/")[0] == key_of(".ballast-release"):
        return False
    return all(is_safe_part(part) for part in text.split("/"))


def is_safe_part(part):
    if part in ("", ".", "..") or part[-1] == "." or part[-1].isspace():
        return False
    if DEVICE.match(part) or key_of(part).endswith(key_of(".ballast-partial")):
        return False
    return len(part.encode()) <= 255


def key_of(path):
    return unicodedata.normalize("NFD", path.lower().upper()).replace("I\u0307", "I")


def is_tree(paths):
    """Whether paths, each of them safe, may stand in one tree."""
    keys = [key_of(path) for path in paths]
    files = set(keys)
    if len(files) < len(keys):
        return False
    spelling = {}
    for path, key in zip(paths, keys):
        parts, folded = path.split("/"), key.split("/")
        for depth in range(1, len(parts)):
            folder, folder_key = "/".join(parts[:depth]), "/".join(folded[:depth])
            if folder_key in files or spelling.setdefault(folder_key, folder) != folder:
                return False
    return True


def in_byte_order(paths):
    return sorted(paths, key=lambda path: path.encode())
