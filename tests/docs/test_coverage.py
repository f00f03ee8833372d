"""Every method of every client is on its page, and every link of a page leads somewhere."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.docs.conftest import PACKAGES
from tests.docs.test_pages import OURS, ROOT, name_of

if TYPE_CHECKING:
    from pathlib import Path

LEFT_OUT: dict[str, str] = {}
"""Methods that are on no page, and why."""

LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def methods_of(package: str) -> list[str]:
    """All methods of a client as they are called: `client.jobs.wait`, `client.infer`."""
    client: Any = import_module(package).Client
    found: list[str] = []
    for name, member in inspect.getmembers_static(client):
        made: Any = getattr(member, "func", None)
        if made is not None:  # a cached property, which makes a group
            group = import_module(f"{package}.groups.{name}")
            methods = _own(getattr(group, made.__annotations__["return"]))
            found += [f"client.{name}.{method}" for method in methods]
    for base in client.__mro__:
        if base.__module__.startswith(f"{package}.groups"):
            found += [f"client.{method}" for method in _own(base)]
    return found


def _own(group: type[Any]) -> list[str]:
    """The public methods that a class itself has."""
    return [
        name
        for name, value in vars(group).items()
        if inspect.isfunction(value) and not name.startswith("_")
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_method_is_on_the_page(package: str) -> None:
    text = (ROOT / f"docs/clients/{package}.md").read_text(encoding="utf-8")
    methods = methods_of(package)
    assert len(methods) > 8
    absent = [m for m in methods if not re.search(rf"\b{re.escape(m)}\b", text)]
    left_out = {
        method.partition(":")[2] for method in LEFT_OUT if method.startswith(package)
    }
    assert set(absent) == left_out


@pytest.mark.parametrize("package", PACKAGES)
def test_every_method_that_is_named_is_there(package: str) -> None:
    text = (ROOT / f"docs/clients/{package}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bclient(?:\.[a-z]\w*)+(?=\()", text))
    there = {*methods_of(package), "client.close"}
    # What follows a call, as in `client.model("m").infer`, is not found: it starts a new name.
    assert named - there == set()


@pytest.mark.parametrize("page", OURS, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken: list[str] = []
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


def anchors_of(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
