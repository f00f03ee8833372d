"""The clients copied into other projects, under other names, with and without what they may use.

Everything runs in fresh interpreters that see neither this checkout nor the variables of the one
who runs the tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import clientpress
from tests.fakes.mithril import FakeMithril
from tests.fakes.woodwide import FakeWoodwide
from tests.fakes.xai import FakeXai
from tests.servers.misbehaving import MisbehavingServer, reply

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ROOT = Path(__file__).resolve().parent.parent
NAMES = ["mithril", "open_inference", "woodwide", "xai_batches"]
KEY = "sk-do-not-tell"

each_client = pytest.mark.parametrize("name", NAMES)

OPTIONAL = (
    "pyarrow",
    "numpy",
    "orjson",
    "ml_dtypes",
    "polars",
    "pandas",
    "duckdb",
)

START = """
import json, sys
from importlib.abc import MetaPathFinder
given = json.loads(sys.argv[1])
sys.path[:] = [p for p in sys.path if not p.startswith(given["root"]) or "site-packages" in p]
sys.path.insert(0, given["folder"])
class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in given["blocked"]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
from importlib import import_module
package = import_module(given["package"]) if given["package"] else None
url = given["url"]
key = given["key"]
def credential(package):
    return {"token" if "open_inference" in package.__name__ else "api_key": key}
"""


def python(
    code: str,
    folder: Path,
    package: str = "",
    url: str = "",
    without: tuple[str, ...] = (),
    variables: dict[str, str] | None = None,
) -> Any:
    """What a script prints, as JSON; it knows its package, the address of a server and a key."""
    given = {
        "root": str(ROOT),
        "folder": str(folder),
        "package": package,
        "blocked": ["clientpress", *without],
        "url": url,
        "key": KEY,
    }
    plain = {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"PYTHON|XAI_|MITHRIL_|WOODWIDE_|OPEN_INFERENCE_", name)
    }
    command = [sys.executable, "-I", "-B", "-W", "error", "-c", START + code]
    result = subprocess.run(
        [*command, json.dumps(given)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**plain, **(variables or {})},
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


# ------------------------------------------------------------------ copies
@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two copies of each client: `my_NAME`, and `vendor.acme.NAME2`."""
    folder = tmp_path_factory.mktemp("ein Projekt")
    nested = folder / "vendor" / "acme"
    nested.mkdir(parents=True)
    (folder / "vendor" / "__init__.py").touch()
    (nested / "__init__.py").touch()
    unwanted = shutil.ignore_patterns("__pycache__", ".clientpress")
    for name in NAMES:
        made = ROOT / "generated" / name
        shutil.copytree(made, folder / f"my_{name}", ignore=unwanted)
        shutil.copytree(made, nested / f"{name}2", ignore=unwanted)
    return folder


def packages_of(name: str) -> list[str]:
    return [f"my_{name}", f"vendor.acme.{name}2"]


each_copy = pytest.mark.parametrize(
    ("name", "package"),
    [(name, package) for name in NAMES for package in packages_of(name)],
    ids=lambda text: str(text),
)

CHANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "mithril": (
        ("  /v1/active-models:", "  /v9/active-models:"),
        (
            "\n    Batch:\n      type: object\n",
            "\n    Batch:\n      type: object\n      x-new: 1\n",
        ),
    ),
    "open_inference": (("  /v2:\n", "  /v9:\n"),),
    "woodwide": (("  /models:\n", "  /v9/models:\n"),),
    "xai_batches": (("  /v1/batches:\n", "  /v9/batches:\n"),),
}
CLASSES = {
    "mithril": "Batch",
    "open_inference": "ServerMetadata",
    "woodwide": "Dataset",
    "xai_batches": "Batch",
}


def changed(name: str) -> str:
    """The document of an API one version later: another path, another member."""
    text = (ROOT / "specs" / f"{name}.yaml").read_text(encoding="utf-8")
    old, new = CHANGES[name][0]
    assert text.count(f"\n{old}") == 1
    text = text.replace(f"\n{old}", f"\n{new}")
    start = text.index(f"\n    {CLASSES[name]}:\n")
    mark = "      properties:\n"
    place = text.index(mark, start) + len(mark)
    return f"{text[:place]}        brand_new: {{type: string}}\n{text[place:]}"


# ------------------------------------------------------------------ servers
@contextmanager
def served(name: str) -> Generator[str]:
    """A service for one of the clients; its address."""
    if name == "xai_batches":
        with FakeXai(api_key=KEY) as xai:
            yield xai.base_url
    elif name == "mithril":
        with FakeMithril(api_key=KEY) as mithril:
            yield mithril.base_url
    elif name == "woodwide":
        with FakeWoodwide(api_key=KEY) as woodwide:
            model = woodwide.store.model("clustering").id
            yield f"{woodwide.base_url}#{model}"
    else:
        output = {"name": "y", "datatype": "FP32", "shape": [2], "data": [1.5, 2.5]}
        body = json.dumps({"model_name": "m", "outputs": [output]}).encode()
        about: dict[str, Any] = {"name": "fake", "version": "1", "extensions": []}
        with MisbehavingServer(reply(200, json.dumps(about).encode())) as server:
            server.then(reply(200, json.dumps(about).encode()), reply(200, body))
            yield server.url


# A plain call; and what each API is for.
PLAIN = {
    "xai_batches": """
client = package.Client(**credential(package), base_url=url)
said = client.batches.create(name="nightly").name
""",
    "mithril": """
client = package.Client(**credential(package), base_url=url)
said = client.files.upload(file=b"{}").object
""",
    "woodwide": """
url, _, model = url.partition("#")
client = package.Client(**credential(package), base_url=url)
said = client.models.retrieve(model).id
""",
    "open_inference": """
client = package.Client(**credential(package), base_url=url)
said = client.server_metadata().name
""",
}
CHAT = """
body = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "x"}]}
"""
PURPOSE = {
    "xai_batches": CHAT
    + """
requests = [
    {"batch_request_id": f"r{n}", "batch_request": {"chat_get_completion": {**body, "model": "grok-4"}}}
    for n in range(3)
]
ran = client.batches.run(requests, name="n", poll_interval=0.001)
joined = package.join(ran, requests)
found = [type(outcome).__name__ for _, outcome in joined.pairs]
""",
    "mithril": CHAT
    + """
requests = [
    {"custom_id": f"r{n}", "method": "POST", "url": "/v1/chat/completions", "body": body}
    for n in range(3)
]
ran = client.batches.run(requests, poll_interval=0.001)
joined = package.join(ran, requests)
found = [type(outcome).__name__ for _, outcome in joined.pairs]
""",
    "woodwide": """
table = client.models.infer(model, file=b"a,b\\n1,2\\n3,4\\n5,6\\n", output_type="csv")
found = [type(row).__name__ for row in table.rows()]
""",
    "open_inference": """
result = client.infer("m", [package.Tensor("x", [1.0])])
found = result["y"].tolist()
""",
}
EXPECTED: dict[str, Any] = {
    "xai_batches": ["Succeeded"] * 3,
    "mithril": ["Succeeded"] * 3,
    "woodwide": ["Cluster"] * 3,
    "open_inference": [1.5, 2.5],
}
SAID = {
    "xai_batches": "nightly",
    "mithril": "file",
    "open_inference": "fake",
}


@each_copy
def test_a_copy_works(project: Path, name: str, package: str) -> None:
    code = PLAIN[name] + PURPOSE[name] + "print(json.dumps([said, found]))"
    with served(name) as url:
        said, found = python(code, project, package, url)
        assert said == SAID.get(name, url.partition("#")[2])
    assert found == EXPECTED[name]


NEEDS = {"woodwide": "tables", "open_inference": "tensors"}


@each_client
def test_without_the_optional_packages_all_else_works(project: Path, name: str) -> None:
    code = PLAIN[name] + f"""
try:
    {PURPOSE[name].strip().replace(chr(10), chr(10) + "    ")}
except package.errors.ConfigurationError as error:
    found = str(error)
print(json.dumps(found))
"""
    with served(name) as url:
        found = python(code, project, f"my_{name}", url, OPTIONAL)
    if name in NEEDS:
        assert f"install the extra {NEEDS[name]!r}" in found
    else:
        assert found == EXPECTED[name]


BY_HAND = """
from pathlib import Path
from tempfile import mkdtemp
import my_woodwide.tables as tables, my_open_inference as tensors
target = Path(mkdtemp()) / "t"
tries = {
    "read_table": lambda: tables.read_table(b"id,cluster_label\\n1,1\\n"),
    "scan_table": lambda: list(tables.scan_table(b"id,cluster_label\\n1,1\\n")),
    "write_table": lambda: tables.write_table([], tables.Cluster, target, format="csv"),
    "Tensor": lambda: tensors.Tensor("x", [1.0, 2.0]).to_numpy(),
    "BF16": lambda: tensors.Tensor("x", b"ab", datatype="BF16", shape=[1]).to_numpy(),
}
said = {}
for name, do in tries.items():
    try:
        do()
    except Exception as error:
        said[name] = [type(error).__name__, str(error)]
left = [path.name for path in target.parent.iterdir()]
print(json.dumps([said, left]))
"""


def test_values_that_need_a_package_name_its_extra(project: Path) -> None:
    said, left = python(BY_HAND, project, without=OPTIONAL)
    for name, extra in (
        ("read_table", "tables"),
        ("scan_table", "tables"),
        ("write_table", "tables"),
        ("Tensor", "tensors"),
        ("BF16", "tensors"),
    ):
        kind, text = said[name]
        assert (kind, f"install the extra {extra!r}" in text) == (
            "ConfigurationError",
            True,
        ), (name, text)
    assert left == []


def test_bytes_of_bfloat16_need_a_package_of_their_own(project: Path) -> None:
    said, _ = python(BY_HAND, project, without=("ml_dtypes",))
    assert said.keys() == {"BF16"}
    assert "This needs ml-dtypes" in said["BF16"][1]


def brought(*distributions: str) -> set[str]:
    """The modules of some distributions and of all that they need."""
    seen: set[str] = set()
    todo = list(distributions)
    while todo:
        name = todo.pop().lower().replace("-", "_")
        if name not in seen:
            seen.add(name)
            needs = requires(name) or []
            plain = [need for need in needs if "extra ==" not in need]
            marks = (re.match(r"[A-Za-z0-9._-]+", need) for need in plain)
            todo += [mark[0] for mark in marks if mark and _is_there(mark[0])]
    return seen


def _is_there(distribution: str) -> bool:
    try:
        requires(distribution)
    except ImportError:
        return False
    return True


@each_client
def test_a_plain_call_imports_no_more_than_two_packages(
    project: Path, name: str
) -> None:
    code = "before = set(sys.modules)\npackage.Client\n" + PLAIN[name] + """
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(loaded - sys.stdlib_module_names)))
"""
    with served(name) as url:
        loaded = set(python(code, project, f"my_{name}", url))
    assert {"msgspec", "httpx2"} <= loaded
    assert loaded <= brought("msgspec", "httpx2") | {f"my_{name}"}
    assert not loaded & set(OPTIONAL)


@each_copy
def test_importing_every_module_does_nothing(
    project: Path, name: str, package: str
) -> None:
    code = """
import pkgutil, msgspec
wrong = []
def watch(event, arguments):
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        writes = set(str(mode or "")) & set("wax+") or (flags or 0) & 3
    else:
        writes = event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.mkdir", "os.remove", "os.rename"))
    if writes:
        wrong.append([event, str(arguments)])
sys.addaudithook(watch)
names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    import_module(name)
print(json.dumps([len(names), wrong]))
"""
    count, wrong = python(code, project, package, without=OPTIONAL)
    assert count > 20
    assert wrong == []


# ------------------------------------------------------------------ side by side
@each_client
def test_two_copies_share_no_module_and_no_class(project: Path, name: str) -> None:
    code = f"""
import pkgutil
first, second = map(import_module, {packages_of(name)!r})
for each in (first, second):
    for module in pkgutil.walk_packages(each.__path__, each.__name__ + "."):
        import_module(module.name)
def owned(package):
    modules = [m for n, m in sys.modules.items() if n.partition(package.__name__)[:2] == ("", package.__name__)]
    return {{id(v): f"{{m.__name__}}.{{n}}" for m in modules for n, v in vars(m).items()
            if getattr(v, "__module__", "").startswith(("my_", "vendor."))}}, {{id(m) for m in modules}}
(values, modules), (others, others_modules) = owned(first), owned(second)
shared = [values[i] for i in values.keys() & others.keys()]
errors = [n for n in first.errors.__all__ if issubclass(getattr(first.errors, n), Exception)]
mixed = [n for n in errors if issubclass(getattr(first.errors, n), second.errors.Error)]
models = [n for n, v in vars(first.models).items() if isinstance(v, type)
          and v.__module__.partition(".")[0] not in {{"msgspec", *sys.stdlib_module_names}} and v is getattr(second.models, n)]
print(json.dumps([len(values), len(errors), shared, mixed, models, len(modules & others_modules)]))
"""
    values, errors, shared, mixed, models, modules = python(code, project)
    assert values > 100 and errors > 10
    assert (shared, mixed, models, modules) == ([], [], [], 0)


CALLS = {
    "mithril": "client.models.active()",
    "open_inference": "client.server_metadata()",
    "woodwide": "client.models.list().take(1)",
    "xai_batches": 'client.batches.create(name="n")',
}


@pytest.fixture(scope="module")
def newer(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """A later version of each client, in the same project; its package by the client's name."""
    folder = tmp_path_factory.mktemp("documents")
    made: dict[str, str] = {}
    for name in NAMES:
        document = folder / f"{name}.yaml"
        document.write_text(changed(name), encoding="utf-8")
        clientpress.generate(document, project / "vendor" / f"{name}_next")
        made[name] = f"vendor.{name}_next"
    yield made


@each_client
def test_two_versions_live_side_by_side(
    project: Path, newer: dict[str, str], name: str
) -> None:
    code = f"""
import httpx2
told = []
for each in map(import_module, {[f"my_{name}", newer[name]]!r}):
    seen = []
    def answer(request):
        seen.append(request.url.path)
        return httpx2.Response(418, json={{"error": "teapot", "detail": "teapot"}})
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = each.Client(**credential(each), base_url="http://server.test", http_client=http)
    try:
        {CALLS[name]}
    except each.errors.StatusError as error:
        told.append([seen, error.status, type(error).__module__])
    http.close()
    model = getattr(each.models, {CLASSES[name]!r})
    told[-1].append("brand_new" in model.__struct_fields__)
print(json.dumps(told))
"""
    first, second = python(code, project)
    path = CHANGES[name][0][0].strip().rstrip(":")
    assert first == [[path], 418, f"my_{name}.errors", False]
    later = CHANGES[name][0][1].strip().rstrip(":")
    assert second == [[later], 418, f"{newer[name]}.errors", True]


@each_client
def test_the_errors_of_one_are_not_those_of_the_other(project: Path, name: str) -> None:
    code = f"""
first, second = map(import_module, {packages_of(name)!r})
client = first.Client(**credential(first), base_url="http://127.0.0.1:9")
try:
    try:
        {CALLS[name]}
    except second.errors.Error:
        told = "caught by the other"
except first.errors.ConnectionFailedError as error:
    told = [type(error).__module__, isinstance(error, ConnectionError)]
print(json.dumps(told))
"""
    told = python(code, project)
    assert told == [f"my_{name}._runtime.wire.errors", True]


# ------------------------------------------------------------------ carried about
CARRIED = """
import copy, multiprocessing, pickle
from pathlib import Path

def carried(value):
    "The same through every way of copying; fails where they differ."
    made = [pickle.loads(pickle.dumps(value, n)) for n in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    return [*made, copy.copy(value), copy.deepcopy(value)]

def told(value):
    "Everything that can be seen of a value, its pickle too."
    return repr(value).encode() + str(value).encode() + pickle.dumps(value)
"""

VALUES = {
    "xai_batches": """
def values(client, model):
    try:
        client.batches.retrieve("batch_none")
    except package.errors.Error as error:
        yield error
    requests = [
        {"batch_request_id": f"r{n}", "batch_request": {"chat_get_completion": {
            "model": model, "messages": [{"role": "user", "content": "x"}]}}}
        for n, model in enumerate(["grok-4", "bad-model"])
    ]
    ran = client.batches.run(requests, name="n", poll_interval=0.001)
    yield ran.job
    yield from ran
    joined = package.join(ran, requests)
    yield package.Undecodable(1, b"x", "no")
    yield [outcome for _, outcome in joined.pairs]
""",
    "mithril": """
def values(client, model):
    try:
        client.files.content("file-none").read()
    except package.errors.Error as error:
        yield error
    yield client.files.upload(file=b"{}")
    try:
        client.batches.create(input_file_id="none")
    except package.errors.Error as error:
        yield error
""",
    "woodwide": """
def values(client, model):
    try:
        client.jobs.retrieve("00000000-0000-0000-0000-000000000000")
    except package.errors.Error as error:
        yield error
    yield client.models.infer(model, file=b"a,b\\n1,2\\n", output_type="json")
    try:
        import_module(package.__name__ + ".tables").read_table(b"id,cluster_label\\n1,x\\n")
    except package.errors.Error as error:
        yield error
""",
    "open_inference": """
def values(client, model):
    yield client.server_metadata()
    result = client.infer("m", [package.Tensor("x", [1.0])])
    yield result["y"]
    yield result.outputs
    try:
        package.Tensor("x", [[1], [2, 3]])
    except package.errors.Error as error:
        yield error
""",
}


@each_client
def test_values_can_be_copied_and_tell_no_key(project: Path, name: str) -> None:
    """Clients too: with the key from the environment, not even their pickles hold it."""
    variable = {"xai_batches": "XAI_API_KEY", "mithril": "MITHRIL_API_KEY"}.get(
        name, "WOODWIDE_API_KEY"
    )
    variable = "OPEN_INFERENCE_TOKEN" if name == "open_inference" else variable
    code = CARRIED + VALUES[name] + """
address, _, model = url.partition("#")
client = package.Client(base_url=address)
kinds, leaks = [], []
for value in [*values(client, model), client, client.with_options(timeout=5.0)]:
    kinds.append(type(value).__name__)
    for each in carried(value):
        assert type(each) is type(value), type(value)
        shown = (str(each), repr(each)) if isinstance(value, Exception) else repr(each)
        wanted = (str(value), repr(value)) if isinstance(value, Exception) else repr(value)
        assert shown == wanted, (shown, wanted)
    if key.encode() in told(value):
        leaks.append(kinds[-1])
explicit = package.Client(**credential(package), base_url=address)
if key in repr(explicit) + str(explicit) + repr(vars(explicit)):
    leaks.append("repr")
print(json.dumps([kinds, leaks]))
"""
    with served(name) as url:
        kinds, leaks = python(code, project, f"my_{name}", url, (), {variable: KEY})
    assert len(kinds) >= 5
    assert leaks == []


SPAWNED = '''
"""A script as users write them: the work of a child process stands beside `main`."""
import json, multiprocessing, os, sys
from pathlib import Path
import my_woodwide
from my_woodwide.errors import NotFoundError

def work(client, model, table):
    again = client.models.infer(model, file=b"a,b\\n1,2\\n3,4\\n", output_type="csv")
    try:
        client.jobs.retrieve("00000000-0000-0000-0000-000000000000")
    except NotFoundError as error:
        return os.getpid(), again == table, again, error

if __name__ == "__main__":
    url, model = sys.argv[1].split("#")
    client = my_woodwide.Client(base_url=url)
    table = client.models.infer(model, file=b"a,b\\n1,2\\n3,4\\n", output_type="csv")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        process, same, again, error = pool.apply(work, (client, model, table))
    print(json.dumps([process != os.getpid(), same, again == table, type(error).__name__, str(error), client.models.retrieve(model).id]))
'''


def test_clients_and_tables_go_to_other_processes(project: Path) -> None:
    script = project / "script.py"
    script.write_text(SPAWNED, encoding="utf-8")
    with served("woodwide") as url:
        result = subprocess.run(
            [sys.executable, "-B", "-W", "error", str(script), url],
            capture_output=True,
            text=True,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
                "WOODWIDE_API_KEY": KEY,
            },
            timeout=600,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        elsewhere, *same, kind, text, model = json.loads(result.stdout)
        assert (elsewhere, same) == (True, [True, True])
        assert kind == "NotFoundError" and KEY not in result.stdout + result.stderr
        assert "404" in text and model == url.partition("#")[2]
