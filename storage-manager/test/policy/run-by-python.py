"""Says which of the files (JSON: name to kind and hex) Python opens, or runs to a call: the judge must not take them."""
import io, json, pickle, sys, tarfile, zipfile

called = []


class Method:
    """What is imported: any call of it or of its methods is one."""

    def __call__(self, *args):
        called.append(args)

    append = extend = add = __setitem__ = __call__


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        return Method()


def calls(file):
    called.clear()
    try:
        # As torch reads several, one after the other.
        while True:
            Unpickler(file).load()
    except Exception:
        pass
    return bool(called)


READ = {
    "pickle": calls,
    "tar": lambda file: bool(tarfile.open(fileobj=file, mode="r:").getnames()),
    "zip": lambda file: bool(zipfile.ZipFile(file).namelist()),
}
for name, (kind, data) in json.load(sys.stdin).items():
    if READ[kind](io.BytesIO(bytes.fromhex(data))):
        print(name)
