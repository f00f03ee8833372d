"""Paths that are no files, disks that are full, and states of runs that are not what was written."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.batches.joining import join, write_failed
from clientpress.runtime.batches.lines_file import read_outcomes
from clientpress.runtime.batches.outcomes import Failed, Joined, Succeeded
from clientpress.runtime.batches.request_files import LineWriter, RequestFile
from clientpress.runtime.batches.sender import RunSettings
from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.lines import LineFormat, Undecodable
from clientpress.runtime.wire.sources import open_source
from tests.runtime.result_tables import TABLES, Cluster
from tests.runtime.run_world import FORMAT, OUTCOME, Ask, World, drive, uploading
from tests.runtime.test_run import NAMES, SHAPES, start
from tests.servers.misbehaving import MisbehavingServer, reply

from .sides import side_of

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """Nothing hangs."""

    def late(*_: object) -> None:
        raise TimeoutError("It hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


# ------------------------------------------------------------------ what takes paths
def save(path: Any) -> object:
    with MisbehavingServer(reply(200, b"data")) as storage:
        where = json.dumps({"uri": storage.url}).encode()
        with MisbehavingServer(reply(200, where)) as api:
            side = side_of("sync", api.url)
            try:
                return side.save(path)
            finally:
                side.close()


def run_with_state(path: Any) -> object:
    given = RunSettings.of(path, 10.0, 1.0, None, None, None, 1, None)
    world = World()
    return drive(start(world, SHAPES["adding"], state=given.state), world)


def write_lines(path: Any) -> object:
    with LineWriter[Any](FORMAT, path) as writer:
        return writer.write({"id": "a", "prompt": "x"})


def join_with_index(path: Any) -> object:
    return join([], [{"id": "a"}], id="/id", index=path).missing[0]


def scan_table(path: Path) -> object:
    return [table.num_rows for table in TABLES.scan(path)]


WRITERS: dict[str, Callable[[Any], object]] = {
    "save": save,
    "run(state=)": run_with_state,
    "LineWriter": write_lines,
    "write_failed": lambda path: write_failed(join([], [{"id": "a"}], id="/id"), path),
    "write_table": lambda path: TABLES.write([], Cluster, path, format="csv"),
    "write_table, parquet": lambda path: TABLES.write(
        [], Cluster, path, format="parquet"
    ),
    "join(index=)": join_with_index,
}
READERS: dict[str, Callable[[Any], object]] = {
    "requests": lambda path: list(RequestFile(FORMAT, path)),
    "join": lambda path: join([], path, id="/id").missing[0],
    "read_outcomes": lambda path: list(read_outcomes(OUTCOME, path)),
    "read_table": TABLES.read,
    "scan_table": scan_table,
    "upload": open_source,
}
each_writer = pytest.mark.parametrize("writer", WRITERS)
each_reader = pytest.mark.parametrize("reader", READERS)

PLACES: dict[str, Callable[[Path], Path]] = {
    "folder": lambda tmp: tmp,
    "root": lambda tmp: Path("/"),
    "here": lambda tmp: Path(),
    "parent": lambda tmp: tmp / "..",
    "no folder": lambda tmp: tmp / "none" / "file",
    "below a file": lambda tmp: tmp / "there" / "file",
    "nul": lambda tmp: tmp / "a\0b",
    "very long": lambda tmp: tmp / ("x" * 300),
    "circle": lambda tmp: tmp / "circle",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "there").write_bytes(b"what was there")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    return tmp_path


@each_writer
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_written_where_no_file_can_be(
    folder: Path, writer: str, place: str
) -> None:
    with pytest.raises(errors.InvalidRequestError) as caught:
        WRITERS[writer](PLACES[place](folder))
    assert len(str(caught.value)) > 10
    assert sorted(p.name for p in folder.iterdir()) == ["circle", "there"]
    assert (folder / "there").read_bytes() == b"what was there"


@each_reader
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_read_where_no_file_is(
    folder: Path, reader: str, place: str
) -> None:
    with pytest.raises((errors.InvalidRequestError, TableError)) as caught:
        READERS[reader](PLACES[place](folder))
    assert len(str(caught.value)) > 10


@each_writer
@pytest.mark.parametrize("value", ["text", b"bytes", 5, object()])
def test_paths_are_paths(writer: str, value: object) -> None:
    with pytest.raises(errors.InvalidRequestError, match=r"pathlib\.Path"):
        WRITERS[writer](value)


@each_writer
def test_a_folder_that_is_read_only(writer: str, tmp_path: Path) -> None:
    place = Path("/sys/kernel/file")
    if os.geteuid():
        tmp_path.chmod(0o500)
        place = tmp_path / "file"
    elif not place.parent.is_dir():
        pytest.skip("no folder that root cannot write to")
    with pytest.raises(errors.InvalidRequestError) as caught:
        WRITERS[writer](place)
    assert "file" in str(caught.value)


ATOMIC = [name for name in WRITERS if name not in ("join(index=)",)]


@pytest.mark.parametrize("writer", ATOMIC)
def test_names_as_long_as_names_can_be(tmp_path: Path, writer: str) -> None:
    path = tmp_path / ("ü" * 120)
    WRITERS[writer](path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("writer", ATOMIC)
def test_a_link_stays_a_link(tmp_path: Path, writer: str) -> None:
    (tmp_path / "disk").mkdir()
    real, link = tmp_path / "disk" / "real", tmp_path / "link"
    link.symlink_to(real)
    WRITERS[writer](link)
    assert link.is_symlink() and real.stat().st_size > 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["disk", "link"]
    assert [p.name for p in (tmp_path / "disk").iterdir()] == ["real"]


@pytest.mark.parametrize("writer", [w for w in ATOMIC if w != "run(state=)"])
def test_a_device_stays_a_device(tmp_path: Path, writer: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(errors.InvalidRequestError, match="not a regular file"):
        WRITERS[writer](pipe)
    assert pipe.is_fifo()


# ------------------------------------------------------------------ full disks
FULL = """
import os, resource, signal, sys, tempfile
from pathlib import Path
from clientpress.runtime.wire import errors
from tests.hostile import test_files as the

folder = Path(sys.argv[2])
tempfile.tempdir = str(folder)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    getattr(the, sys.argv[1])(folder)
except errors.InvalidRequestError as error:
    print(error.message)
"""
MANY = [{"id": f"request-{n}", "prompt": "x" * 100} for n in range(3000)]


def fill_lines(folder: Path) -> None:
    with LineWriter[Any](FORMAT_OF_MANY, folder / "file") as writer:
        for request in MANY:
            writer.write(request)


def fill_failed(folder: Path) -> None:
    write_failed(join([], MANY, id="/id"), folder / "file")


def fill_table(folder: Path) -> None:
    rows = [Cluster(id=n, cluster_label=n) for n in range(20_000)]
    TABLES.write(rows, Cluster, folder / "file", format="parquet")


def fill_index(folder: Path) -> None:
    with LineWriter[Any](
        FORMAT_OF_MANY, io.BytesIO(), index=folder / "index"
    ) as writer:
        for number in range(200_000):
            writer.write({"id": f"request-{number}", "prompt": ""})


def fill_spool(folder: Path) -> None:
    found = (Succeeded(each["id"], each["prompt"], None) for each in MANY)
    requests = folder / "requests"
    requests.write_text("".join(f'{{"id": "request-{n}"}}\n' for n in range(300)))
    join(found, requests, id="/id")


def fill_joined_index(folder: Path) -> None:
    join([], MANY, id="/id", index=folder / "index")


def fill_download(folder: Path) -> None:
    with MisbehavingServer(reply(200, b"x" * 1_000_000)) as storage:
        where = json.dumps({"uri": storage.url}).encode()
        with MisbehavingServer(reply(200, where)) as api:
            side_of("sync", api.url).save(folder / "file")


def fill_upload(folder: Path) -> None:
    world = World()
    drive(start(world, uploading(format=FORMAT_OF_MANY), MANY), world)


FORMAT_OF_MANY: LineFormat[Ask] = LineFormat(item=FORMAT.item, id=FORMAT.id)


@pytest.mark.parametrize(
    "fill",
    [
        fill_lines,
        fill_failed,
        fill_table,
        fill_index,
        fill_spool,
        fill_joined_index,
        fill_download,
        fill_upload,
    ],
    ids=lambda f: f.__name__,
)
def test_a_full_disk(fill: Callable[[Path], None], tmp_path: Path) -> None:
    """Simulated by a limit on the size of files: writing fails with an OSError, closing too."""
    (tmp_path / "there").mkdir()
    path = os.pathsep.join([str(ROOT / "generator"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-B", "-c", FULL, fill.__name__, str(tmp_path), "30000"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert len(done.stdout.splitlines()) == 1, done.stdout
    left = {p.name for p in tmp_path.rglob("*")} - {"there", "requests"}
    assert left == set()


# ------------------------------------------------------------------ states of runs
@pytest.fixture(params=sorted(SHAPES))
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def finished(shape: str, path: Path) -> dict[str, Any]:
    """The state after a whole run."""
    world = World()
    drive(start(world, SHAPES[shape], state=path), world)
    known: dict[str, Any] = json.loads(path.read_text())
    return known


def go_on(shape: str, path: Path) -> World:
    """Go on with a state. Raises what that raises, after which nothing was sent."""
    world = World()
    try:
        drive(start(world, SHAPES[shape], state=path), world)
    except errors.Error:
        assert world.sent == []
        raise
    return world


DEEP = b"[" * 100_000
TEXTS = [
    b"",
    b"null",
    b"[]",
    b"5",
    b"{}",
    b"\0" * 500,
    b"\xff\xfe{}",
    DEEP,
    b'{"x": ' + DEEP,
    b'{"version": 1, "operation": "\\ud800", "server": ""}',
    b'{"version": 1, "confirmed": ' + b"9" * 5000 + b"}",
    b"id,prompt\n1,x\n",
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: repr(t[:24]))
def test_a_file_that_is_no_state(shape: str, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(text)
    with pytest.raises(errors.InvalidRequestError, match=r"run\.json"):
        go_on(shape, path)
    assert path.read_bytes() == text


def test_a_state_cut_anywhere_is_refused(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    finished(shape, path)
    whole = path.read_bytes()
    for length in range(len(whole.rstrip()) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(errors.InvalidRequestError, match="not the state of a run"):
            go_on(shape, path)


CHANGES: dict[str, dict[str, Any]] = {
    "a later version": {"version": 2},
    "an earlier version": {"version": 0},
    "another operation": {"operation": "other"},
    "another server": {"server": "https://evil.example"},
    "no jobs": {"jobs": []},
    "fewer requests in the jobs": {"jobs": [{"id": "batch-1", "count": 1}]},
    "a job without an id": {"jobs": [{"id": "", "count": 8}]},
    "negative number": {"confirmed": -1},
    "very negative number": {"confirmed": -(2**62)},
    "more than there are": {"confirmed": 2**62},
    "negative total": {"total": -8},
    "another total": {"total": 7},
    "no digest": {"digest": ""},
    "another digest": {"digest": "00" * 16},
    "other requests": {"fingerprint": "00" * 16},
    "a negative call": {"sending": {"step": "add", "count": -1, "digest": "x"}},
    "an unknown step": {"sending": {"step": "dance", "count": 1, "digest": "x"}},
    "negative upload": {"uploaded": {"file": "f", "count": -3, "digest": "x"}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_state_that_contradicts_itself_or_the_run(
    shape: str, tmp_path: Path, change: str
) -> None:
    """Nothing is sent: requests would be lost, or be paid twice."""
    path = tmp_path / "run.json"
    known = finished(shape, path)
    path.write_text(json.dumps({**known, **CHANGES[change]}))
    with pytest.raises(errors.InvalidRequestError, match=r"run\.json"):
        go_on(shape, path)


def test_requests_without_their_jobs_are_not_taken_as_sent(
    shape: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    known = finished(shape, path)
    for name in ("total", "fingerprint"):
        del known[name]
    path.write_text(json.dumps({**known, "jobs": [], "confirmed": 3}))
    with pytest.raises(errors.InvalidRequestError, match=r"damaged.*together"):
        go_on(shape, path)


def test_members_of_later_versions_do_no_harm(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(
        json.dumps(
            {
                "version": 1,
                "operation": "create",
                "server": World().core().base.url,
                "comment": {"x": [1]},
            }
        )
    )
    assert sorted(go_on(shape, path).asked) == NAMES


# ------------------------------------------------------------------ ids
IDS: list[Any] = [
    "0",
    0,
    -1,
    2**63,
    1.5,
    True,
    "ü" * 10_000,
    "x" * 10_000,
    "\u2028\u0085",
    "a\0b",
    '"},{"id":"evil"',
    "../../etc/passwd",
    "💩",
    " ",
]


@pytest.mark.parametrize("on_disk", [False, True])
def test_ids_of_all_kinds_find_their_requests(tmp_path: Path, on_disk: bool) -> None:
    lines = [
        json.dumps({"id": i, "reply": "x"}).encode() for i in IDS if type(i) is str
    ]
    outcomes = list(read_outcomes(OUTCOME, b"\n".join(lines)))
    assert [o.id for o in outcomes if not isinstance(o, Undecodable)] == [
        i for i in IDS if type(i) is str
    ]
    requests = [{"id": i} for i in IDS[::-1] if type(i) is str]
    index = tmp_path / "index" if on_disk else None
    joined = join(outcomes, requests, id="/id", index=index)
    assert all(request["id"] == outcome.id for request, outcome in joined.pairs)
    assert len(joined.pairs) == len(requests)
    assert (list(joined.missing), list(joined.unknown)) == ([], [])
    del joined
    assert list(tmp_path.iterdir()) == []


def test_ids_that_are_numbers_are_those_texts() -> None:
    numbers = [i for i in IDS if type(i) is not str and i != 0]
    found = [Succeeded(str(i), "x", None) for i in numbers]
    requests = [{"id": i} for i in numbers]
    joined: Joined[Any, str, str] = join(found, requests, id="/id")
    assert len(joined.pairs) == len(numbers)
    with pytest.raises(
        errors.InvalidRequestError, match="Two requests have the id '0'"
    ):
        join([], [{"id": "0"}, {"id": 0}], id="/id")


@pytest.mark.parametrize("id", [None, "", [], {}, "absent"])
def test_outcomes_without_an_id_are_not_lost(id: object) -> None:
    item = {"reply": "x"} if id == "absent" else {"id": id, "reply": "x"}
    (found,) = read_outcomes(OUTCOME, json.dumps(item).encode())
    assert isinstance(found, Undecodable)
    requests = [{"id": "a"}]
    joined: Joined[Any, str, str] = join([found], requests, id="/id")
    assert (joined.missing, joined.unknown) == ([{"id": "a"}], [found])


def test_the_same_outcome_twice_counts_once(tmp_path: Path) -> None:
    good: Succeeded[str] | Failed[str] = Succeeded("a", "x", None)
    bad: Succeeded[str] | Failed[str] = Failed("a", "no", None)
    for index in (None, tmp_path / "index"):
        requests = [{"id": "a"}]
        joined: Joined[Any, str, str] = join(
            [good, bad, good], requests, id="/id", index=index
        )
        assert [o for _, o in joined.pairs] == [good]
        assert list(joined.duplicates) == [bad, good]
