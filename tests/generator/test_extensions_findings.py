"""Each wrong form of an extension of tables, files, lines, runs, tensors and streams: its code, its exact place, what is said.

`extension_findings.txt` has the table. A section names a case of `tests/cases` and a place in its document; then come changes of
that document, each with what is found: code, place, message, and the hint behind `=`. `make accept` rewrites the findings.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clientpress.diagnostics import Report, pointer_steps
from clientpress.document.data import is_array
from clientpress.pipeline import build
from tests.generator.making import findings, write
from tests.generator.test_extensions_fuzz import good

TABLE = Path(__file__).parent / "extension_findings.txt"
_SECTION = re.compile(r"^== (?P<case>\w+) (?P<place>\S+)\n", re.MULTILINE)
_CHANGE = re.compile(r"^(?P<at>\S+) := (?P<value>.+)$", re.MULTILINE)
ITSELF, GONE = "(itself)", "(gone)"


class Section(NamedTuple):
    """The changes at one place of a document."""

    case: str
    place: str
    changes: tuple[tuple[str, str], ...]
    text: str


def sections(text: str) -> Iterator[Section]:
    heads = list(_SECTION.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        here = text[head.start() : end]
        changes = [(m["at"], m["value"]) for m in _CHANGE.finditer(here)]
        yield Section(head["case"], head["place"], tuple(changes), here)


def changed(case: str, pointer: str, value: str) -> Any:
    """The document of a case with another value at a place, or without what is there."""
    document = copy.deepcopy(good(case))
    here: Any = document
    *steps, last = pointer_steps(pointer)
    for step in steps:
        here = here[int(step)] if is_array(here) else here[step]
    if value == GONE:
        del here[last]
    else:
        here[int(last) if is_array(here) else last] = json.loads(value)
    return document


def told(section: Section, folder: Path) -> str:
    """The section with what is found now."""
    lines = [f"== {section.case} {section.place}\n"]
    for at, value in section.changes:
        report = Report()
        place = section.place if at == ITSELF else section.place + at
        document = changed(section.case, place, value)
        path = write(folder, document)
        made = build(path, "client", "header", {}, report, full=False)
        assert made is None, f"{at} := {value} is good"
        lines.append(f"{at} := {value}\n")
        for code, pointer, message, hint in findings(report):
            where = pointer.removeprefix(section.place)
            lines.append(f"    {code} {where or ITSELF}: {message}\n")
            lines += [f"        = {hint}\n"] if hint else []
    return "".join(lines)


@pytest.mark.parametrize(
    "section",
    list(sections(TABLE.read_text())),
    ids=lambda s: s.place.rpartition("x-clientpress-")[2] or s.place[-20:],
)
def test_what_is_wrong(section: Section, tmp_path: Path, accepts: bool) -> None:
    assert section.changes
    found = told(section, tmp_path)
    expected = section.text.rstrip("\n") + "\n"
    if accepts and found != expected:
        TABLE.write_text(TABLE.read_text().replace(expected, found))
        print(f"accepted {section.place}")
        return
    assert found == expected
