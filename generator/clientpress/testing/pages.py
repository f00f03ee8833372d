"""Last pages: a page as the document describes it may name a next page again and again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from clientpress.document.data import is_object
from clientpress.testing.reading import Json, OperationObject, unescape

_BODY = "$response.body#"
_END: tuple[Any, ...] = (False, None, "", "absent")


def last_page(
    operation: OperationObject,
    value: Json,
    sent: dict[str, Json],
    is_valid: Callable[[Json], bool],
) -> Json:
    """A page without a next one, if the operation has pages (`x-clientpress-pagination`).

    Args:
        operation: The operation that answers.
        value: The page as the document describes it.
        sent: The parameters of the request.
        is_valid: Whether a page fits its schema.
    """
    extension = operation.at.find("x-clientpress-pagination")
    words = extension.words() if extension else {}
    page = copy.deepcopy(value)
    for word, ends in (("more", _END[:1]), ("next", _END[1:])):
        page = _changed(page, words.get(word), ends, is_valid)
    if words.get("kind") != "offset":
        return page
    name = str(words.get("send", "")).rpartition(".")[2]
    if sent.get(name) not in (None, 0):
        page = _changed(page, words.get("items"), ([],), is_valid)
    return page


def _changed(
    page: Json, address: object, ends: tuple[Any, ...], is_valid: Callable[[Json], bool]
) -> Json:
    """A page with another value at an address: the first of `ends` that is valid."""
    if not isinstance(address, str) or not address.startswith(_BODY):
        return page
    *above, last = unescape(address.removeprefix(_BODY)) or ("",)
    for end in ends:
        changed = copy.deepcopy(page)
        owner: Any = changed
        for step in above:
            owner = owner.get(step) if is_object(owner) else None
        if not is_object(owner) or last not in owner:
            return page
        if end == "absent":
            del owner[last]
        else:
            owner[last] = end
        if is_valid(changed):
            return changed
    return page
