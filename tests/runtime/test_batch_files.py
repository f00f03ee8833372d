"""Writing input files, whole or not at all, and reading output files."""

from __future__ import annotations

import asyncio
import io
import json
import tracemalloc
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.runtime.batches.id_index import MemoryIndex, SqliteIndex
from clientpress.runtime.batches.lines_file import read_outcomes, read_outcomes_async
from clientpress.runtime.batches.outcomes import Case, Failed, Outcome, Succeeded
from clientpress.runtime.batches.request_files import (
    LineError,
    LineFormat,
    LineWriter,
    RequestFile,
)
from clientpress.runtime.calls.conditions import At
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.lines import Undecodable

BOM = b"\xef\xbb\xbf"


class Body(ApiModel):
    model: str
    prompt: str = ""


class Ask(ApiModel):
    custom_id: str
    body: Body


def format(**limits: int) -> LineFormat[Ask]:
    return LineFormat(item=Json(Ask), id="/custom_id", **limits)


def ask(name: str, prompt: str = "hi") -> dict[str, Any]:
    return {"custom_id": name, "body": {"model": "m", "prompt": prompt}}


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


# ------------------------------------------------------------------ writing
def test_models_and_dicts_become_lines(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    with LineWriter[Ask](format(), path) as writer:
        assert writer.write(ask("a")) == "a"
        writer.write(Ask(custom_id="b", body=Body(model="m", prompt="ho\n\u2028")))
        assert not path.exists()
    assert lines_of(path) == [ask("a"), ask("b", "ho\n\u2028")]
    assert path.read_bytes().count(b"\n") == 2
    assert (writer.lines, writer.bytes) == (2, path.stat().st_size)
    assert writer.paths == [path]
    assert list(tmp_path.iterdir()) == [path]


def test_an_open_file_is_written_to() -> None:
    target = io.BytesIO()
    with LineWriter[Ask](format(), target) as writer:
        writer.write(ask("a"))
    assert json.loads(target.getvalue()) == ask("a")
    assert (writer.paths, writer.lines) == ([], 1)
    with pytest.raises(errors.InvalidRequestError, match="split needs a path"):
        LineWriter[Ask](format(), target, split=True)


def test_after_an_exception_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text("before")
    with (
        pytest.raises(KeyboardInterrupt),
        LineWriter[Ask](format(max_lines=1), path, split=True) as writer,
    ):
        writer.write(ask("a"))
        writer.write(ask("b"))
        raise KeyboardInterrupt
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]
    assert path.read_text() == "before"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"body": {"model": "m"}}, r"Line 3.*custom_id"),
        (ask(""), "Line 3 has no id at /custom_id"),
        (ask("a"), "Lines 1 and 3 have the same id 'a'"),
        ({"custom_id": "c", "body": {"model": 5}}, r"Line 3 \(id 'c'\).*/body/model"),
        ({"custom_id": "c", "body": {}}, r"Line 3 \(id 'c'\).*/body"),
        (Ask(custom_id="c", body=Body(model=5)), r"id 'c'.*/body/model"),  # type: ignore[arg-type]
        (ask("c", float("nan")), r"id 'c'.*/body/prompt"),  # type: ignore[arg-type]
        ([], "Line 3"),
        (None, "Line 3"),
    ],
)
def test_wrong_requests_are_refused_and_the_file_goes_on(
    request_: Any, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.jsonl"
    with LineWriter[Ask](format(), path) as writer:
        writer.write(ask("a"))
        writer.write(ask("b"))
        with pytest.raises(errors.InvalidRequestError, match=message):
            writer.write(request_)
        writer.write(ask("d"))
    assert [line["custom_id"] for line in lines_of(path)] == ["a", "b", "d"]


SIZE = len(json.dumps(ask("a"), separators=(",", ":"))) + 1


@pytest.mark.parametrize("limits", [{"max_lines": 2}, {"max_bytes": 2 * SIZE}])
def test_limits_of_one_file(limits: dict[str, int], tmp_path: Path) -> None:
    with LineWriter[Ask](format(**limits), tmp_path / "in.jsonl") as writer:
        writer.write(ask("a"))
        writer.write(ask("b"))
        with pytest.raises(
            errors.InvalidRequestError, match=r"Line 3 \(id 'c'\).*split=True"
        ):
            writer.write(ask("c"))
    assert len(lines_of(writer.paths[0])) == 2


@pytest.mark.parametrize("limits", [{"max_lines": 2}, {"max_bytes": 2 * SIZE + 1}])
@pytest.mark.parametrize(
    ("split", "names"),
    [
        (True, ["in.jsonl", "in-0002.jsonl", "in-0003.jsonl"]),
        ("part{number:02}.txt", ["in.jsonl", "part02.txt", "part03.txt"]),
    ],
)
def test_going_on_in_further_files(
    limits: dict[str, int], split: bool | str, names: list[str], tmp_path: Path
) -> None:
    with LineWriter[Ask](
        format(**limits), tmp_path / "in.jsonl", split=split
    ) as writer:
        for name in "abcde":
            writer.write(ask(name))
        with pytest.raises(errors.InvalidRequestError, match="same id 'a'"):
            writer.write(ask("a"))  # ids differ over all files
        assert list(tmp_path.glob("*.jsonl")) == []
    assert [path.name for path in writer.paths] == names
    written = [[line["custom_id"] for line in lines_of(p)] for p in writer.paths]
    assert written == [["a", "b"], ["c", "d"], ["e"]]
    assert writer.lines == 5
    again: RequestFile[Ask] = RequestFile(format(), *writer.paths)
    assert [each.custom_id for each in again] == list("abcde")


def test_a_line_that_no_file_takes(tmp_path: Path) -> None:
    with (
        LineWriter[Ask](
            format(max_bytes=SIZE), tmp_path / "in.jsonl", split=True
        ) as writer,
        pytest.raises(errors.InvalidRequestError, match="a file takes"),
    ):
        writer.write(ask("a", "x" * 50))
    assert writer.lines == 0


@pytest.mark.parametrize(
    ("target", "split", "message"),
    [
        ("in.jsonl", False, "not a str"),
        (Path("in.jsonl"), "same.jsonl", "must hold"),
        (Path("in.jsonl"), "a/{number}", "no folder"),
        (Path("in.jsonl"), "{other}", "no pattern"),
        (Path("nowhere/at/all/in.jsonl"), False, "Cannot write"),
    ],
)
def test_targets_that_are_refused(
    target: Any,
    split: Any,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.InvalidRequestError, match=message):
        LineWriter[Ask](format(), target, split=split)
    assert list(tmp_path.iterdir()) == []


def test_ids_on_disk(tmp_path: Path) -> None:
    index = tmp_path / "ids.sqlite"
    with LineWriter[Ask](format(), tmp_path / "in.jsonl", index=index) as writer:
        writer.write(ask("a"))
        assert index.exists()
        with pytest.raises(errors.InvalidRequestError, match="Lines 1 and 2"):
            writer.write(ask("a"))
    assert not index.exists()
    index.write_bytes(b"something else entirely, and long enough to be looked at")
    with pytest.raises(errors.InvalidRequestError, match="as an index"):
        LineWriter[Ask](format(), tmp_path / "in2.jsonl", index=index)
    assert not list(tmp_path.glob(".*"))


# ------------------------------------------------------------------ ids
@given(st.lists(st.text(max_size=3)))
def test_both_indexes_know_the_same(ids: list[str]) -> None:
    memory, disk = MemoryIndex(), SqliteIndex(Path(":memory:"))
    known: dict[str, int] = {}
    for number, id in enumerate(ids):
        expected = known.setdefault(id, number)
        assert memory.setdefault(id, number) == expected
        assert disk.setdefault(id, number) == expected
    for id in [*ids, "never", "\ud800"]:
        assert memory.get(id) == disk.get(id) == known.get(id)


@pytest.mark.parametrize(
    "shape", ["r{}", "request-with-a-very-long-name-indeed-{:064}"]
)
def test_an_id_costs_about_120_bytes(shape: str) -> None:
    count = 100_000
    index = MemoryIndex()
    tracemalloc.start()
    try:
        for number in range(count):
            index.setdefault(shape.format(number), number)
        each = tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()
    assert each < 135


# ------------------------------------------------------------------ reading
class Reply(ApiModel):
    text: str


class Line(ApiModel):
    custom_id: str | None = None
    response: Reply | None = None
    error: str | None = None


OUTCOME: Outcome[Reply, str] = Outcome(
    id="/custom_id",
    cases=(
        Case("failed", "/error", At("/error", "present")),
        Case("succeeded", "/response", At("/response", "present")),
    ),
    item=Json(Line),
)

OUTPUT = (
    BOM
    + b'{"custom_id": "a", "response": {"text": "\xe2\x80\xa8"}}\r\n'
    + b"\n"
    + b'{"custom_id": "b", "error": "too long"}\n'
    + b"<html>\n"
    + b'{"custom_id": "c", "response": {"text": 5}}\n'
    + b'{"custom_id": "d"}\n'
    + b'{"error": "nobody"}\n'
    + b'{"custom_id": "e", "response": {"text": "last"}}'
)


def cut(data: bytes, places: Sequence[int]) -> Iterator[bytes]:
    ends = sorted(place % (len(data) + 1) for place in places)
    for start, end in zip([0, *ends], [*ends, len(data)], strict=True):
        yield data[start:end]


def check_output(outcomes: list[Any]) -> None:
    a, b, html, c, d, nobody, e = outcomes
    assert (a, e) == (
        Succeeded("a", Reply(text="\u2028"), a.item),
        Succeeded("e", Reply(text="last"), e.item),
    )
    assert b == Failed("b", "too long", b.item)
    # What does not fit stays as it came.
    assert c == Succeeded("c", c.body, c.item)
    assert c.body.text == 5
    found = [html, d, nobody]
    assert all(isinstance(each, Undecodable) for each in found)
    assert [each.line for each in found] == [4, 6, 7]
    assert html.raw == b"<html>"
    assert "neither" in d.reason
    assert "no id" in nobody.reason


def test_outcomes_at_every_split() -> None:
    for place in range(len(OUTPUT)):
        check_output(list(read_outcomes(OUTCOME, cut(OUTPUT, [place]))))


def test_outcomes_of_every_source(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(OUTPUT)
    check_output(list(read_outcomes(OUTCOME, OUTPUT)))
    check_output(list(read_outcomes(OUTCOME, path)))
    with path.open("rb") as file:
        check_output(list(read_outcomes(OUTCOME, file)))

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in cut(OUTPUT, range(0, len(OUTPUT), 5)):
            yield chunk

    async def collect(source: Any) -> list[Any]:
        return [each async for each in read_outcomes_async(OUTCOME, source)]

    for source in (OUTPUT, path, chunks(), [OUTPUT[:50], OUTPUT[50:]]):
        check_output(asyncio.run(collect(source)))


def test_without_a_type_bodies_are_plain_json() -> None:
    plain: Outcome[Any, Any] = Outcome(id=OUTCOME.id, cases=OUTCOME.cases)
    first = next(read_outcomes(plain, OUTPUT))
    assert isinstance(first, Succeeded)
    assert first.body == {"text": "\u2028"}


def test_sources_that_are_no_file() -> None:
    with pytest.raises(errors.InvalidRequestError, match="Cannot read 'gone'"):
        list(read_outcomes(OUTCOME, Path("gone")))
    with pytest.raises(errors.InvalidRequestError, match=r"pathlib\.Path"):
        list(read_outcomes(OUTCOME, "out.jsonl"))  # type: ignore[arg-type]


def test_a_line_that_is_too_long_is_one_undecodable() -> None:
    found = list(read_outcomes(OUTCOME, OUTPUT, longest=50))
    assert [type(each) for each in found].count(Undecodable) == 4
    assert isinstance(found[-1], Succeeded)


def test_a_wrong_line_of_a_request_file(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(BOM + json.dumps(ask("a")).encode() + b"\r\n\nnot json\n")
    requests = iter(RequestFile(format(), path))
    assert next(requests).custom_id == "a"
    with pytest.raises(LineError, match="Line 3") as caught:
        next(requests)
    assert caught.value.line == 3
    with pytest.raises(errors.InvalidRequestError, match="Cannot read"):
        RequestFile(format(), tmp_path / "gone")


names = st.text(min_size=1, max_size=5)
prompts = st.text() | st.sampled_from(["\u2028", "\u0085\r\n", "\ufeff", "\x00"])


@given(
    asked=st.dictionaries(names, prompts, max_size=8),
    limit=st.integers(0, 4),
    places=st.lists(st.integers(0, 500), max_size=6),
)
def test_what_was_written_is_read(
    asked: dict[str, str],
    limit: int,
    places: list[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("written")
    with LineWriter[Ask](
        format(max_lines=limit), folder / "in.jsonl", split=True
    ) as writer:
        for name, prompt in asked.items():
            writer.write(ask(name, prompt))
    written: RequestFile[Ask] = RequestFile(format(), *writer.paths)
    expected = list(asked.items())
    assert [(each.custom_id, each.body.prompt) for each in written] == expected
    echo: Outcome[Body, Any] = Outcome(
        id="/custom_id",
        cases=(Case("succeeded", "/body", At("/body", "present")),),
        item=Json(Ask),
    )
    data = b"".join(path.read_bytes() for path in writer.paths)
    found = list(read_outcomes(echo, cut(data, places)))
    assert [
        (each.id, each.body.prompt) for each in found if isinstance(each, Succeeded)
    ] == expected
