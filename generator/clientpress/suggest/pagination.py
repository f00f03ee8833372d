"""Lists that have pages, found by the names and types of parameters and of members of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from clientpress.api import schemas as s
from clientpress.api.operations import Operation
from clientpress.api.schemas import Schema
from clientpress.plan.dividing import singular
from clientpress.plan.identifiers import words
from clientpress.plan.media import json_answer
from clientpress.suggest.shapes import Member, Shapes, plain
from clientpress.suggest.suggestion import Suggestion

# All names are in the form of `plain`.
_TOKENS = frozenset(words("""
    bookmark continuation continuationtoken continue cursor cursortoken endcursor marker nextcursor nextkey
    nextpagekey nextpagetoken nexttoken offsettoken pagecursor pagekey pagetoken paginationcursor
    paginationkey paginationtoken scrollid startcursor startkey starttoken
    """))
_AFTER = frozenset(
    words("after afterid pageafter lastid startafter startafterid startingafter")
)
_OFFSETS = frozenset(
    words(
        "offset pageoffset skip startat startindex startposition firstresult rowoffset start"
    )
)
_NUMBERS = frozenset(
    words("page pagenumber pageno pagenum pageindex currentpage pagepage")
)
_SIZES = frozenset(words("""
    count itemsperpage limit maxitems maxkeys maxpagesize maxresults numresults pagelimit pagesize perpage
    recordsperpage resultsperpage size take top
    """))
_NEXT = (_TOKENS - {"startcursor", "startkey", "starttoken"}) | frozenset(words("""
    after lastevaluatedkey next nextid nextmarker nextoffset nextpage nextpagecursor nextstartingafter
    offset startingafter
    """))
_LINKS = frozenset(
    words("nextlink nextpageuri nextpageurl nexturi nexturl nexthref odatanextlink")
)
_MORE = frozenset(words("hasmore hasmoreitems hasnext hasnextpage more moreavailable"))
_TOTALS = frozenset(
    words(
        "total totalcount totalelements totalhits totalitems totalrecords totalresults totalsize"
    )
)
_CONTAINERS = frozenset(words("""
    cursor cursors data embedded links meta metadata next page pageinfo pages pagination paging response
    responsemetadata result resultinfo results
    """))
_ITEMS = frozenset(
    words(
        "content data docs elements entries hits items list objects records resources results rows values"
    )
)
_NO_ITEMS = frozenset(
    words("columns errors facets fields included links messages sort warnings")
)
# Members of an envelope that has nothing but the list.
_ENVELOPE = frozenset(words("object firstid lastid url searchquery")) | _MORE | _NEXT
_LINK = re.compile(r"\bLink header\b", re.IGNORECASE)
_URL = re.compile(r"\b(url|uri|link|address)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Items:
    """Where an answer has its items.

    Attributes:
        address: The JSON Pointer; empty where the answer is the list.
        item: The schema of an item.
        sure: Whether nothing else may be meant.
    """

    address: str
    item: Schema
    sure: bool


class _Match(NamedTuple):
    """What a rule found.

    Attributes:
        kind: The kind of pagination.
        words: The other members of the extension but `items`.
        confidence: How sure it is.
        evidence: What decided.
    """

    kind: str
    words: dict[str, Any]
    confidence: float
    evidence: str


def find_pages(operations: Iterable[Operation], shapes: Shapes) -> Iterator[Suggestion]:
    """Suggest pages for operations that have none yet."""
    for operation in operations:
        if operation.pagination is None and operation.method.upper() in ("GET", "POST"):
            found = _Finder(operation, shapes).find()
            if found is not None:
                yield found


class _Finder:
    """Looks for the pages of one operation."""

    def __init__(self, operation: Operation, shapes: Shapes) -> None:
        self._operation, self._shapes = operation, shapes
        self._answer = json_answer(operation)
        self._request = list(shapes.parameters(operation))
        inside = self._answer and shapes.inside(self._answer, _CONTAINERS)
        self._response = list(inside or ())

    def find(self) -> Suggestion | None:
        items = self._items()
        if items is None:
            return None
        for rule in (
            self._by_token,
            self._by_link,
            self._by_last_item,
            self._by_number,
            self._by_offset,
            self._by_envelope,
        ):
            found = rule(items)
            if found is not None:
                return self._suggestion(items, found)
        return None

    def _suggestion(self, items: _Items, found: _Match) -> Suggestion:
        told = [found.evidence, f"items: {items.address or 'the answer itself'}"]
        confidence = found.confidence
        if not items.sure:
            confidence *= 0.8
            told.append("another list of the answer may be meant")
        if self._is_report(items):
            confidence *= 0.6
            told.append("the items are intervals of a report")
        if self._operation.method.upper() == "POST" and not self._is_search():
            confidence *= 0.7
            told.append("the operation is a POST")
        at = _body(items.address) if items.address else "$response.body"
        words = {"kind": found.kind, "items": at, **found.words}
        return Suggestion(
            kind="pagination",
            place=self._operation.place,
            update={"x-clientpress-pagination": words},
            evidence=tuple(told),
            confidence=round(confidence, 2),
        )

    # ------------------------------------------------------------------ rules
    def _by_token(self, items: _Items) -> _Match | None:
        """A token of the answer is sent with the next request."""
        token = self._token(items)
        if token is None:
            return None
        sent = self._sent(_TOKENS | _AFTER)
        sent = sent or self._sent(_OFFSETS | _NUMBERS, text=True)
        if sent is None and token.own == "nextpage" and _is_text(token.schema):
            sent = self._sent(_NUMBERS)
        if sent is None:
            return None
        words = {"next": _body(token.address), "send": sent.address}
        told = f"{token.address} of the answer goes into {sent.address}"
        return _Match("cursor", words | self._size() | self._more(), 0.95, told)

    def _by_link(self, items: _Items) -> _Match | None:
        """The answer has the address of the next page."""
        asked = self._sent(_TOKENS | _AFTER | _NUMBERS | _OFFSETS | _SIZES)
        header = {"next": "$response.header.Link", **self._size()}
        for parameter in self._operation.parameters:
            if parameter.location == "query" and _LINK.search(parameter.description):
                told = f"{parameter.wire!r} is described as what the Link header gives"
                return _Match("link", header, 0.9, told)
        good = [r for r in self._operation.responses if r.status.startswith("2")]
        if asked and any(h.wire.lower() == "link" for r in good for h in r.headers):
            told = f"the answer has the header Link, and {asked.address} exists"
            return _Match("link", header, 0.9, told)
        for member in self._outside(items):
            is_next = member.name.removesuffix("href").endswith("next") and (
                _says_url(member.schema) or "links" in member.name
            )
            is_object = isinstance(member.schema, s.Object)
            if (is_next or member.own in _LINKS) and not is_object:
                words = {"next": _body(member.address), **self._size()}
                told = f"{member.address} of the answer is the address of the next page"
                return _Match("link", words, 0.9 if asked else 0.7, told)
        return None

    def _by_last_item(self, items: _Items) -> _Match | None:
        """The id of the last item is sent with the next request."""
        sent = self._sent(_AFTER | {"cursor", "marker"})
        more = self._more()
        named = {plain(wire): wire for wire in self._shapes.members(items.item)}
        last = next((m for m in self._outside(items) if m.own == "lastid"), None)
        token: Any
        if "id" in named:
            token, told = {"last": f"/{named['id']}"}, "the id of the last item"
        elif last is not None:
            token, told = _body(last.address), last.address
        else:
            return None
        is_told = bool(more) or last is not None
        if sent is None or (self._sent(_NUMBERS) and not is_told):
            return (
                None  # where pages have numbers too, the answer has to speak of cursors
            )
        words = {"next": token, "send": sent.address} | self._size() | more
        told = f"{told} goes into {sent.address}"
        return _Match("cursor", words, 0.9 if is_told else 0.7, told)

    def _by_number(self, items: _Items) -> _Match | None:
        """Pages have numbers."""
        sent = self._sent(_NUMBERS)
        if sent is None:
            return None
        words: dict[str, Any] = {"send": sent.address, **self._size()}
        words |= self._more() | self._total(items)
        if sent.schema.meta.default[:1] == (0,):
            words["first"] = 0
        is_told = len(words) > 1 or bool(self._outside(items))
        told = f"{sent.address} is the number of the page"
        return _Match("page", words, 0.9 if is_told else 0.8, told)

    def _by_offset(self, items: _Items) -> _Match | None:
        """The number of items so far is sent."""
        sent = self._sent(_OFFSETS)
        size, total = self._size(), self._total(items)
        # `start` may also be a time.
        is_time = (
            sent and sent.own == "start" and not (size and _is_number(sent.schema))
        )
        if sent is None or is_time:
            return None
        words = {"send": sent.address} | size | self._more() | total
        told = f"{sent.address} is the number of items before the page"
        return _Match("offset", words, 0.9 if size or total else 0.75, told)

    def _by_envelope(self, items: _Items) -> _Match | None:
        """The answer is an object that says that it is a list."""
        members = set(map(plain, self._shapes.members(self._answer or items.item)))
        listed = items.address.strip("/")
        others = members - {listed}
        is_list = listed in ("data", "items") and "object" in others
        if not is_list or others - _ENVELOPE:
            return None
        told = f"the answer is {{object, {listed}}}: a list that has one page so far"
        return _Match("single", {}, 0.9, told)

    # ------------------------------------------------------------------ parts
    def _sent(self, names: frozenset[str], *, text: bool = False) -> Member | None:
        """The parameter that has one of the names.

        Args:
            names: The names.
            text: Whether its value must be text.
        """
        for member in self._request:
            is_named = member.name in names or (
                member.own in names and member.name != member.own
            )
            is_one = not isinstance(member.schema, (s.Object, s.Array))
            if is_named and is_one and (not text or _is_text(member.schema)):
                return member
        return None

    def _size(self) -> dict[str, str]:
        member = self._sent(_SIZES)
        return {"size": member.address} if member else {}

    def _more(self) -> dict[str, str]:
        for member in self._response:
            is_flag = (
                isinstance(member.schema, s.Primitive)
                and member.schema.type == "boolean"
            )
            if member.own in _MORE and is_flag:
                return {"more": _body(member.address)}
        return {}

    def _total(self, items: _Items) -> dict[str, str]:
        for member in self._outside(items):
            is_total = member.own in _TOTALS or (
                member.own == "count"
                and any(other.own == "previous" for other in self._response)
            )
            if is_total and _is_number(member.schema):
                return {"total": _body(member.address)}
        return {}

    def _token(self, items: _Items) -> Member | None:
        """The member of the answer that is the token of the next page."""
        tokens = [
            member
            for member in self._outside(items)
            if member.own in _NEXT
            and "links" not in member.name
            and "prev" not in member.name
            and not isinstance(member.schema, (s.Object, s.Array))
            and not _says_url(member.schema)
        ]
        # The answer may repeat the token of the request.
        return next(
            (x for x in tokens if x.own.startswith("next")), next(iter(tokens), None)
        )

    def _outside(self, items: _Items) -> list[Member]:
        """The members of the answer beside its items."""
        inside = f"{items.address}/"
        return [m for m in self._response if not f"{m.address}/".startswith(inside)]

    def _items(self) -> _Items | None:
        """The list of items in the answer."""
        answer = self._answer
        if answer is None:
            return None
        whole = self._shapes.followed(answer)
        if isinstance(whole, s.Array):
            return _Items("", whole.items, True)
        leaf = _leaf(self._operation.path)
        ranked = list[tuple[int, str, Schema]]()
        for member in self._response:
            if not isinstance(member.schema, s.Array) or member.own in _NO_ITEMS:
                continue
            if not isinstance(self._shapes.at(answer, member.address), s.Array):
                continue  # in one of several forms of the answer only
            item = self._shapes.followed(member.schema.items)
            is_object = isinstance(item, (s.Object, s.Union, s.Anything, s.Mapping))
            rank = 4 * (member.own in _ITEMS) + 4 * _is_about(member.own, leaf)
            rank += 2 * is_object - member.address.count("/")
            ranked.append((rank, member.address, member.schema.items))
        ranked.sort(key=lambda each: -each[0])
        if not ranked or ranked[0][0] < (1 if len(ranked) == 1 else 3):
            return None
        sure = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= 2
        return _Items(ranked[0][1], ranked[0][2], sure)

    def _is_report(self, items: _Items) -> bool:
        """Whether the items are intervals of time, such as the hours of a report."""
        names = {plain(wire) for wire in self._shapes.members(items.item)}
        return {"starttime", "endtime"} <= names and "id" not in names

    def _is_search(self) -> bool:
        """Whether a POST only reads."""
        words = plain(self._operation.id) + plain(self._operation.path)
        return any(word in words for word in ("search", "query", "list", "find")) or (
            # An answer that is an envelope of a list is one, however it was asked for.
            any(member.own in _MORE for member in self._response)
            or any(member.own == "object" for member in self._response)
        )


def _body(pointer: str) -> str:
    return f"$response.body#{pointer}"


def _leaf(path: str) -> str:
    """The last static segment of a path."""
    steps = [step for step in path.split("/") if step and "{" not in step]
    return plain(steps[-1].partition(".")[0]) if steps else ""


def _is_about(name: str, leaf: str) -> bool:
    """Whether a member has the name of the resource: `users` of `/admin/users`."""
    return bool(leaf) and singular(name) == singular(leaf)


def _is_text(schema: Schema) -> bool:
    if isinstance(schema, s.Union):
        return all(map(_is_text, schema.variants))
    return isinstance(schema, s.Primitive) and schema.type == "string"


def _is_number(schema: Schema) -> bool:
    return isinstance(schema, s.Primitive) and schema.type in ("integer", "number")


def _says_url(schema: Schema) -> bool:
    """Whether a value is an address, by its format, its description or an example."""
    meta = schema.meta
    is_url = isinstance(schema, s.Primitive) and schema.format in (
        "uri",
        "url",
        "uri-reference",
    )
    examples = [e for e in meta.examples if isinstance(e, str)]
    looks = any(e.startswith(("http", "/")) for e in examples)
    return is_url or looks or bool(_URL.search(meta.description))
