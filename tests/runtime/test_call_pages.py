"""Listings that come in pages: what comes next, and what ends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.pages import Listing, Pager
from clientpress.runtime.results.pagination import Pagination, PagingError
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.errors import ConnectionFailedError
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.messages import Failure, Response
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter

from .simulation import Simulation, answer

LIST: Operation[JsonValue] = Operation(
    id="listThings",
    method="GET",
    path="/things",
    parameters=tuple(
        Parameter(name, "query") for name in ("limit", "token", "offset", "page")
    ),
    results={"200": Json(JsonValue)},
)
CURSOR: Pagination[JsonValue] = Pagination(
    kind="cursor",
    items="$response.body#/data",
    next="$response.body#/next",
    send="$request.query.token",
    size="$request.query.limit",
)
MORE: Pagination[JsonValue] = Pagination(
    kind="cursor",
    items="$response.body#/data",
    next="$response.body#/last_id",
    send="$request.query.token",
    more="$response.body#/has_more",
)
LAST: Pagination[JsonValue] = Pagination(
    kind="cursor",
    items="$response.body#/data",
    last="/id",
    send="$request.query.token",
    more="$response.body#/has_more",
)
OFFSET: Pagination[JsonValue] = Pagination(
    kind="offset",
    items="$response.body#/data",
    send="$request.query.offset",
    total="$response.body#/total",
)
NUMBER: Pagination[JsonValue] = Pagination(
    kind="page", items="$response.body#/data", send="$request.query.page"
)
LINK: Pagination[JsonValue] = Pagination(
    kind="link", items="$response.body", next="$response.header.Link"
)
NEXT: Pagination[JsonValue] = Pagination(
    kind="link", items="$response.body#/data", next="$response.body#/next"
)


def pager(
    simulation: Simulation,
    pagination: Pagination[JsonValue],
    *,
    token: str | None = None,
    offset: int | None = None,
    page: int | None = None,
    options: Options | None = None,
) -> Pager[JsonValue, JsonValue]:
    arguments = (2, token, offset, page)
    core = simulation.core()
    listing = Listing(
        core=core,
        operation=LIST,
        pagination=pagination,
        arguments=arguments,
        body=None,
        options=options,
    )
    return Pager(listing, lambda: simulation)


def page(*items: int, **more: object) -> Response:
    return answer({"data": list(items), **more})


def linked(items: list[int], link: str) -> Response:
    return answer(items, headers={"Link": link} if link else {})


@pytest.mark.parametrize(
    ("pagination", "answers", "items", "targets"),
    [
        (
            CURSOR,
            [page(1, 2, next="a"), page(3, next="b c"), page(4, next=None)],
            [1, 2, 3, 4],
            ["limit=2", "limit=2&token=a", "limit=2&token=b%20c"],
        ),
        (CURSOR, [page(1, next="")], [1], ["limit=2"]),
        (CURSOR, [page(1)], [1], ["limit=2"]),
        (CURSOR, [page()], [], ["limit=2"]),
        (
            CURSOR,  # an empty page with more to come
            [page(1, next="a"), page(next="b"), page(2)],
            [1, 2],
            ["limit=2", "limit=2&token=a", "limit=2&token=b"],
        ),
        (
            CURSOR,
            [page(1, next=7), page(2)],
            [1, 2],
            ["limit=2", "limit=2&token=7"],
        ),
        (
            CURSOR,
            [answer({"data": None, "next": "a"}), page(2)],
            [2],
            ["limit=2", "limit=2&token=a"],
        ),
        (
            MORE,
            [page(1, last_id="x", has_more=True), page(2, last_id="y", has_more=False)],
            [1, 2],
            ["limit=2", "limit=2&token=x"],
        ),
        (
            MORE,  # without a verdict the token decides
            [page(1, last_id="x"), page(2, last_id=None, has_more=None)],
            [1, 2],
            ["limit=2", "limit=2&token=x"],
        ),
        (
            OFFSET,
            [page(1, 2, total=3), page(3, total=3)],
            [1, 2, 3],
            ["limit=2", "limit=2&offset=2"],
        ),
        (
            OFFSET,  # without a total the first empty page ends it
            [page(1, 2), page(3), page()],
            [1, 2, 3],
            ["limit=2", "limit=2&offset=2", "limit=2&offset=3"],
        ),
        (
            OFFSET,
            [page(1, total="4"), page(total="4")],
            [1],
            ["limit=2", "limit=2&offset=1"],
        ),
        (
            NUMBER,
            [page(1), page(2), page()],
            [1, 2],
            ["limit=2", "limit=2&page=2", "limit=2&page=3"],
        ),
        (
            replace(NUMBER, first=0),
            [page(1), page(2), page()],
            [1, 2],
            ["limit=2", "limit=2&page=1", "limit=2&page=2"],
        ),
        (replace(NUMBER, kind="single"), [page(1, 2)], [1, 2], ["limit=2"]),
        (
            LINK,
            [
                linked([1], '<https://api.example.com/v1/things?p=2>; rel="next"'),
                linked([2], '</x?a=1,2>; rel=prev, <things?p=3>; foo; rel="a next"'),
                linked([3], '<https://api.example.com/>; rel="prev"'),
            ],
            [1, 2, 3],
            ["/v1/things?limit=2", "/v1/things?p=2", "/v1/things?p=3"],
        ),
        (
            NEXT,
            [page(1, next="/v1/things?p=2"), page(2, next=None)],
            [1, 2],
            ["/v1/things?limit=2", "/v1/things?p=2"],
        ),
    ],
)
def test_how_listings_go_on_and_end(
    pagination: Pagination[JsonValue],
    answers: Sequence[Response],
    items: list[int],
    targets: list[str],
) -> None:
    simulation = Simulation(*answers)
    assert list(pager(simulation, pagination)) == items
    shown = [t if t[0] == "/" else f"/v1/things?{t}" for t in targets]
    assert simulation.targets == shown


@pytest.mark.parametrize(
    ("pagination", "given", "targets"),
    [
        (CURSOR, {"token": "t"}, ["limit=2&token=t", "limit=2&token=a"]),
        (OFFSET, {"offset": 10}, ["limit=2&offset=10", "limit=2&offset=11"]),
        (NUMBER, {"page": 0}, ["limit=2&page=0", "limit=2&page=1"]),
        (NUMBER, {"page": 4}, ["limit=2&page=4", "limit=2&page=5"]),
    ],
)
def test_listings_start_where_they_are_told(
    pagination: Pagination[JsonValue], given: dict[str, Any], targets: list[str]
) -> None:
    simulation = Simulation(page(1, next="a", total=100), page())
    assert list(pager(simulation, pagination, **given)) == [1]
    assert simulation.targets == [f"/v1/things?{target}" for target in targets]


@pytest.mark.parametrize(
    ("given", "targets"),
    [
        (None, ["/things", "/things?page%5Bnumber%5D=2"]),
        (
            {"size": 3, "number": 5},
            [
                "/things?page%5Bsize%5D=3&page%5Bnumber%5D=5",
                "/things?page%5Bsize%5D=3&page%5Bnumber%5D=6",
            ],
        ),
    ],
)
def test_a_page_number_inside_of_an_object(given: Any, targets: list[str]) -> None:
    operation: Operation[JsonValue] = Operation(
        id="listThings",
        method="GET",
        path="/things",
        parameters=(Parameter("page", "query", style="deepObject"),),
        results={"200": Json(JsonValue)},
    )
    numbers = replace(NUMBER, send="$request.query.page#/number")
    simulation = Simulation(page(1), page())
    listing = Listing(
        core=simulation.core(),
        operation=operation,
        pagination=numbers,
        arguments=(given,),
    )
    assert list(Pager(listing, lambda: simulation)) == [1]
    assert [t.removeprefix("/v1") for t in simulation.targets] == targets


def test_a_repeated_cursor_raises_after_its_page() -> None:
    simulation = Simulation(page(1, next="a"), page(2, next="b"), page(3, next="a"))
    listing = pager(simulation, CURSOR)
    assert listing.take(3) == [1, 2, 3]
    with pytest.raises(PagingError, match="second time") as caught:
        next(listing)
    assert len(simulation.sent) == 3
    assert caught.value.operation == "listThings"


def test_the_cursor_that_was_given_counts_as_seen() -> None:
    simulation = Simulation(page(1, next="a"))
    with pytest.raises(PagingError):
        list(pager(simulation, CURSOR, token="a"))
    assert len(simulation.sent) == 1


def test_more_without_a_token_raises() -> None:
    for token in (None, ""):
        with pytest.raises(PagingError, match="not where"):
            list(pager(Simulation(page(1, last_id=token, has_more=True)), MORE))


def test_a_repeated_link_raises() -> None:
    link = '<https://api.example.com/v1/things?p=2>; rel="next"'
    with pytest.raises(PagingError, match="second time"):
        list(pager(Simulation(linked([1], link)), LINK))


def test_items_that_are_no_list_raise() -> None:
    with pytest.raises(PagingError, match="data"):
        list(pager(Simulation(answer({"data": 5, "next": "a"})), CURSOR))


def test_a_link_to_another_host_gets_no_key() -> None:
    link = '<https://files.example.com/things>; rel="next"'
    simulation = Simulation(linked([1], link), linked([2], ""))
    assert list(pager(simulation, LINK)) == [1, 2]
    first, second = (dict(request.headers) for request in simulation.sent)
    assert first["authorization"] == "Bearer sk-very-secret"
    assert "authorization" not in second
    assert not simulation.sent[1].trusted


@pytest.mark.parametrize("link", ["http://api.example.com/", "https://u:p@evil.com/"])
def test_links_that_are_not_followed(link: str) -> None:
    with pytest.raises(PagingError, match="cannot be followed"):
        list(pager(Simulation(linked([1], f'<{link}>; rel="next"')), LINK))


# ------------------------------------------------------------------ pagers
THREE = (page(1, 2, next="a"), page(3, 4, next="b"), page(5))


def test_pages() -> None:
    pages = list(pager(Simulation(*THREE), CURSOR).pages())
    assert [p["data"] for p in pages if isinstance(p, dict)] == [[1, 2], [3, 4], [5]]


def test_take_goes_on_and_fetches_no_more_than_needed() -> None:
    simulation = Simulation(*THREE)
    listing = pager(simulation, CURSOR)
    assert listing.take(0) == []
    assert len(simulation.sent) == 0
    assert listing.take(2) == [1, 2]
    assert len(simulation.sent) == 1
    assert listing.take(2) == [3, 4]
    assert listing.take(9) == [5]
    assert listing.take(1) == []
    assert len(simulation.sent) == 3


def test_the_cursor_resumes_without_losing_an_item() -> None:
    for taken in range(6):
        listing = pager(Simulation(*THREE), CURSOR)
        first = listing.take(taken)
        if listing.done:
            assert first == [1, 2, 3, 4, 5]
            continue
        by_token = {None: THREE, "a": THREE[1:], "b": THREE[2:]}
        rest = Simulation(*by_token[listing.cursor])
        again = list(pager(rest, CURSOR, token=listing.cursor))
        assert sorted({*map(str, first), *map(str, again)}) == ["1", "2", "3", "4", "5"]
        if taken % 2 == 0:
            assert first + again == [1, 2, 3, 4, 5]


def test_after_a_failure_the_same_page_is_asked_for_again() -> None:
    refused = Failure("connect", "refused", sent=False)
    simulation = Simulation(THREE[0], refused, refused, refused, *THREE[1:])
    listing = pager(simulation, CURSOR)
    assert listing.take(2) == [1, 2]
    with pytest.raises(ConnectionFailedError):
        next(listing)
    assert list(listing) == [3, 4, 5]
    assert simulation.targets[1:5] == ["/v1/things?limit=2&token=a"] * 4


def test_one_deadline_for_all_pages() -> None:
    simulation = Simulation(page(1, next="a"), page(2, next="b"), page(3), seconds=4.0)
    listing = pager(simulation, CURSOR, options=Options(deadline=10.0))
    assert list(listing) == [1, 2, 3]
    assert [request.timeout for request in simulation.sent] == [10.0, 6.0, 2.0]


def test_a_cursor_in_the_body() -> None:
    search: Operation[JsonValue] = Operation(
        id="search",
        method="POST",
        path="/search",
        body=JsonBody(),
        results={"200": Json(JsonValue)},
    )
    pagination: Pagination[JsonValue] = Pagination(
        kind="cursor",
        items="$response.body#/data",
        next="$response.body#/next",
        send="$request.body#/page/token",
    )
    simulation = Simulation(page(1, next="a"), page(2))
    body = {"q": "x", "page": {"size": 2}}
    listing = Listing(
        core=simulation.core(),
        operation=search,
        pagination=pagination,
        arguments=(),
        body=body,
        options=None,
    )
    assert list(Pager(listing, lambda: simulation)) == [1, 2]
    bodies = [r.body.in_memory for r in simulation.sent if r.body is not None]
    assert bodies == [
        b'{"q":"x","page":{"size":2}}',
        b'{"q":"x","page":{"size":2,"token":"a"}}',
    ]
    assert body == {"q": "x", "page": {"size": 2}}


def test_fetching_after_the_end_is_nothing() -> None:
    simulation = Simulation(page(1))
    listing = Listing(
        core=simulation.core(),
        operation=LIST,
        pagination=CURSOR,
        arguments=(None,) * 4,
        body=None,
        options=None,
    )
    assert run(listing.fetch(), simulation) is not None
    assert run(listing.fetch(), simulation) is None
    assert len(simulation.sent) == 1


def test_a_pager_says_what_it_lists() -> None:
    listing = pager(Simulation(*THREE), CURSOR)
    assert repr(listing) == "Pager(listThings, done=False)"
    assert len(list(listing)) == 5
    assert repr(listing) == "Pager(listThings, done=True)"


# ------------------------------------------------------------------ the last item, the last page
def things(*ids: int, **more: Any) -> Response:
    return answer({"data": [{"id": f"t{id}"} for id in ids], **more})


def ids(simulation: Simulation, pagination: Pagination[JsonValue]) -> list[str]:
    items: list[Any] = list(pager(simulation, pagination))
    return [item["id"] for item in items]


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        ([things(1, 2, has_more=True), things(3, has_more=False)], 3),
        ([things(1, 2, has_more=True), things(3), things()], 3),
        ([things(1, 2), things(has_more=None)], 2),
        ([things(has_more=True)], 0),
        ([things()], 0),
    ],
)
def test_the_token_is_the_id_of_the_last_item(
    answers: list[Response], count: int
) -> None:
    simulation = Simulation(*answers)
    assert ids(simulation, LAST) == [f"t{n}" for n in range(1, count + 1)]
    assert len(simulation.sent) == len(answers)
    assert all(target.startswith("/v1/things?limit=2") for target in simulation.targets)
    if len(answers) > 1:
        assert simulation.targets[1].endswith("&token=t2")


def test_a_last_item_without_an_id_raises() -> None:
    broken = answer({"data": [{"name": "a"}], "has_more": True})
    with pytest.raises(PagingError, match="not where"):
        ids(Simulation(broken), LAST)


def test_a_server_that_ignores_the_token_raises() -> None:
    with pytest.raises(PagingError, match="second time"):
        ids(Simulation(things(1, 2, has_more=True)), LAST)


@pytest.mark.parametrize("pagination", [OFFSET, NUMBER])
def test_a_server_that_repeats_its_last_page(pagination: Pagination[JsonValue]) -> None:
    for last in ([3, 4], [3]):
        simulation = Simulation(things(1, 2), things(*last), things(*last))
        assert ids(simulation, pagination) == [f"t{n}" for n in (1, 2, *last)]
        assert len(simulation.sent) == 3
    # An offset that is cut to the last item.
    simulation = Simulation(things(1, 2), things(3, 4), things(4))
    assert ids(simulation, pagination) == ["t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("pagination", [OFFSET, NUMBER])
def test_a_page_that_may_be_another_one_raises(
    pagination: Pagination[JsonValue],
) -> None:
    same = answer({"data": [{"value": 0}, {"value": 0}]})
    with pytest.raises(PagingError, match="same page twice"):
        list(pager(Simulation(same), pagination))
    # Alike, but not the same.
    simulation = Simulation(same, answer({"data": [{"value": 0}]}), page())
    assert len(list(pager(simulation, pagination))) == 3
