"""What can be given for a parameter, and what comes of a call."""

from __future__ import annotations

import asyncio
from typing import Any

from clientpress.document.data import is_array
from clientpress.testing.reading import At, Json
from tests.judge.wire import Given, NoForm, flat, pairs_of


async def awaited(bound: Any, arguments: dict[str, Any]) -> Any:
    """What comes of an async call, read to its end; of a paged list, its first page."""
    made = bound(**arguments)
    if asyncio.iscoroutine(made):
        made = await made
    if hasattr(made, "__aenter__"):
        async with made as opened:
            if _is_file(opened):
                return await opened.read()
            return [item async for item in opened]
    if _is_file(made):
        found = made.read()
        return await found if asyncio.iscoroutine(found) else found
    if type(made).__name__ == "AsyncPager":
        return await anext(made.pages())
    if hasattr(made, "__aiter__"):
        return [item async for item in made]
    return made


def drained(made: Any) -> Any:
    """What comes of a call, read to its end; of a paged list, its first page."""
    if hasattr(made, "__enter__"):
        with made as opened:
            return opened.read() if _is_file(opened) else list(opened)
    if _is_file(made):
        return made.read()
    if type(made).__name__ == "Pager":
        return next(made.pages())
    return made


def _is_file(made: Any) -> bool:
    """Whether it is a binary answer; a model may have a member of this name."""
    return callable(getattr(made, "read", None))


def can_stand(parameter: At, value: Json) -> bool:
    if value in ([], {}, None) or (is_array(value) and None in value):
        return False
    texts = [str(v) for v in (value if is_array(value) else [value])]
    if parameter.data["in"] == "path":
        return not any(t in ("", ".", "..") for t in texts)
    if parameter.data["in"] == "header":
        return all(t.isascii() and t.isprintable() and t == t.strip() for t in texts)
    if parameter.data["in"] == "cookie" and parameter.data.get("style") == "cookie":
        return all(t.isascii() and t.isprintable() and " " not in t for t in texts)
    return True


def check_form(given: Given) -> None:
    """Raises NoForm."""
    if given.location == "querystring":
        return
    if not can_stand(given.at, given.value):
        raise NoForm("an empty value")
    if given.location in ("query", "cookie"):
        pairs_of(given)
    else:
        flat(given)
