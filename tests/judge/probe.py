"""Run in a fresh interpreter: `python probe.py FOLDER PACKAGE`. Imports a package in many orders.

Prints what is wrong, one finding a line. Only the standard library is imported here.
"""

import os
import pkgutil
import random
import sys
from importlib import import_module

WATCHED = {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system",
    "os.exec", "os.posix_spawn", "os.fork", "os.mkdir", "os.rename", "os.remove",
}  # fmt: skip
LOADED_BEFORE = ("msgspec", "httpx2", "typing", "datetime", "uuid", "decimal")
armed = False
seen: list[str] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note what an import must not do."""
    if not armed:
        return
    if event in WATCHED:
        seen.append(f"{event} {arguments!r}"[:200])
    elif event == "open":
        mode = arguments[1]
        flags = arguments[2] if len(arguments) > 2 else 0
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if writes or (mode is None and isinstance(flags, int) and flags & 3):
            seen.append(f"open {arguments!r}"[:200])


def forked(work: list[str]) -> list[str]:
    """What goes wrong when modules are imported in this order, in a process of their own."""
    global armed
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        armed = True
        for name in work:
            try:
                import_module(name)
            except BaseException as error:
                seen.append(f"{name}: {type(error).__name__}: {error}"[:300])
                break
        armed = False
        with os.fdopen(writing, "w") as out:
            out.write("\n".join(line.replace("\n", " ") for line in seen))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as found:
        text = found.read()
    _, status = os.waitpid(child, 0)
    lines = text.splitlines()
    return lines if status == 0 else [*lines, f"{work[0]} …: ended with {status}"]


def modules_of(package: str) -> list[str]:
    """Every module, by the files."""
    root = import_module(package)
    found = pkgutil.walk_packages(
        root.__path__, f"{package}.", onerror=lambda name: None
    )
    return [package, *(module.name for module in found)]


def main() -> None:
    global armed
    folder, package = sys.argv[1:3]
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    sys.addaudithook(watch)
    before = set(sys.modules)
    armed = True
    import_module(package)
    armed = False
    new = set(sys.modules) - before
    early = [
        n
        for n in new
        if n in ("httpx2", "msgspec") or n.startswith(f"{package}.models")
    ]
    for name in early:
        print(f"lazy: `import {package}` loads {name}")
    for line in seen:
        print(f"import: {line}")
    seen.clear()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # walk_packages imports the packages
        with os.fdopen(writing, "w") as out:
            out.write("\n".join(modules_of(package)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as found:
        names = found.read().split()
    os.waitpid(child, 0)
    rng = random.Random(len(names))
    for _ in range(2):
        rng.shuffle(names)
        for line in forked(names):
            print(f"order: {line}")
    names.sort()
    for name in LOADED_BEFORE:
        import_module(name)
    runtime = [name for name in names if name.startswith(f"{package}._runtime")]
    if "--runtime" in sys.argv:
        for name in runtime:
            for line in forked([name]):
                print(f"alone: {line}")
    for (
        name
    ) in runtime:  # the same files everywhere, so from here on they are there already
        try:
            import_module(name)
        except ImportError as error:
            print(f"alone: {name}: {error}")
    for name in names:
        if name not in runtime:
            for line in forked([name]):
                print(f"alone: {line}")
    print(f"modules {len(names)}")


if __name__ == "__main__":
    main()
