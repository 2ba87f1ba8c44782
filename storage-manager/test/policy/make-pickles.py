"""Writes pickles.json: what Python's own tools make of the same few things. Run once; the tests read the file."""
import collections, io, json, os, pickle, sys, zipfile


class Call:
    def __reduce__(self):
        return os.getenv, ("HOME",)


class Build:
    def __setstate__(self, state):
        pass


def torch_zip(proto):
    """The layout of torch.save: a zip whose archive/data.pkl is the pickle."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Call(), proto))
        archive.writestr("archive/data/0", bytes(64))
    return out.getvalue()


def legacy_torch():
    """The layout of torch.save before 1.6: several pickles, one after the other."""
    parts = [119547037146038801333356, 1001, {"little_endian": True}, collections.OrderedDict(w=Call())]
    return b"".join(pickle.dumps(part, 2) for part in parts)


pickles = {f"protocol {proto}": pickle.dumps(Call(), proto) for proto in range(6)}
pickles |= {f"data, protocol {proto}": pickle.dumps({"a": [1, 2.5, "x", b"y", None]}, proto) for proto in range(6)}
pickles |= {"an instance": pickle.dumps(Build(), 4), "legacy torch": legacy_torch(), "torch": torch_zip(2)}
json.dump({name: data.hex() for name, data in pickles.items()}, sys.stdout, indent=1)
