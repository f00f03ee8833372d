"""Which groups operations without a tag are divided into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clientpress.api.naming import Naming
from clientpress.api.operations import Operation, Tag
from clientpress.diagnostics import Place, Report
from clientpress.plan import dividing
from clientpress.plan.dividing import CROWD, FLAT, Paths, choose_way, divide
from clientpress.plan.grouping import Grouping, group_operations

# Nine, so that three operations of each are too many for one group.
RESOURCES = (
    *("customers", "invoices", "plans", "refunds", "sources"),
    *("tokens", "coupons", "events", "files"),
)


def operation(text: str, **more: Any) -> Operation:
    """An operation from `GET /path id`."""
    method, path, own = [*text.split(" "), ""][:3]
    values = dict[str, Any](tags=(), summary="", description="", parameters=())
    values |= {"body": None, "responses": (), "security": None, "servers": ()}
    values |= {"deprecated": False, **more}
    place = Place("", "/paths").child(path).child(method.lower())
    return Operation(place=place, id=own, method=method, path=path, **values)


def of_each(*texts: str) -> list[Operation]:
    """The operations of every resource: `{r}` stands for `customers`, `{R}` for `Customers`,
    `{One}` for `Customer`.
    """
    return [
        operation(
            text.replace("{r}", name)
            .replace("{R}", name.title())
            .replace("{One}", name[:-1].title())
        )
        for name in RESOURCES
        for text in texts
    ]


def grouped(operations: Sequence[Operation], *tags: Tag) -> Grouping:
    naming = Naming.OPERATION_ID
    return group_operations(operations, tags, {}, naming, {}, Report())


def modules(operations: Sequence[Operation], *tags: Tag) -> dict[str, str]:
    """The module of each operation's group, by its id, or its method and path."""
    found = grouped(operations, *tags)
    return {
        o.id or f"{o.method} {o.path}": found.modules[found.keys[o.place]]
        for o in operations
    }


CRUD = (
    "GET /v1/{r} List{R}",
    "POST /v1/{r} Create{One}",
    "GET /v1/{r}/{id} Get{One}",
    "DELETE /v1/{r}/{id} Delete{One}",
)


@pytest.mark.parametrize(
    ("texts", "more"),
    [
        pytest.param(
            CRUD,
            {
                "GET /v1/customers/{id}/sources ListCustomerSources": "customers",
                "GET /health Health": "health",
            },
            id="the first segment of paths",
        ),
        pytest.param(
            ["GET /api/V2/{r}", "POST /api/V2/{r}", "GET /api/V2/{r}/{id}"],
            {
                "POST /api/V2/tokens:revoke": "tokens",
                "GET /api/V2/app-clients.json": "app_clients",
                "GET /api": "operations",
                "GET /{anything}": "operations",
            },
            id="what names nothing in paths",
        ),
        pytest.param(
            [text.replace("/v1/", "/crm/accounts/{account}/") for text in CRUD],
            {
                "GET /crm/accounts ListAccounts": "accounts",
                "GET /crm/pings/{id} Ping": "pings",
                "GET /health Health": "health",
            },
            id="what most paths begin with",
        ),
        pytest.param(
            ["GET /a/{r} {r}.list", "POST /a/{r} {r}.create", "GET /b/{r} {r}.get"],
            {
                "GET /a/x customers.cards.list": "customers",
                "GET /a/y ping": "operations",
            },
            id="parts of ids",
        ),
        pytest.param(
            ["GET /a/{r} {r}/list", "POST /a/{r} {r}/create", "GET /b/{r} {r}/get-one"],
            {"GET /x code-scanning/list.all": "code_scanning"},
            id="parts of ids, by another character",
        ),
        pytest.param(
            [f"GET /{verb}/{{r}} pubsub.projects.{{r}}.{verb}" for verb in "abc"],
            {
                "GET /v1/x pubsub.schemas.list": "schemas",
                "GET /v1/y pubsub.projects.get": "projects",
                "GET /v1/z pubsub.projects.customers.cards.get": "customers",
            },
            id="what most ids begin with",
        ),
        pytest.param(
            ["GET /a/{r} {r}_list", "POST /a/{r} {r}_create", "GET /b/{r} {r}_get"],
            {
                "GET /a/x customers_cards_list": "customers",
                "GET /a/y api-keys-list": "api_keys",
                "GET /a/z partial_update": "operations",
            },
            id="a resource, then a verb",
        ),
        pytest.param(
            ["GET /?{r} List{R}", "POST /?{r} Create{One}", "PUT /?{r} Put{One}"],
            {
                "POST /?1 BatchGetCustomers": "customer",
                "POST /?2 SetCustomerPolicy": "customer",
                "GET /?3 GET_CloseCustomer": "customer",
                "POST /?4 FindCustomersByName": "customer",
                "POST /?5 DescribeLimits": "operations",
                "POST /?6 Scan": "operations",
            },
            id="a verb, then a resource that several verbs have",
        ),
        pytest.param(
            ["GET /?{r} list_{r}", "POST /?{r} make_{r}", "PUT /?{r} {r}"],
            {"GET /?y list_customers_cards": "customer"},
            id="a verb, then a resource, in small letters",
        ),
        pytest.param(
            ["GET /x{r}1 x{r}1", "GET /x{r}2 x{r}2", "POST /x{r}3 x{r}3"],
            {"GET /x x": "operations"},
            id="no structure",
        ),
    ],
)
def test_groups(texts: Sequence[str], more: dict[str, str]) -> None:
    found = modules([*of_each(*texts), *map(operation, more)])
    own = {text.split(" ", 2)[-1] if text.count(" ") > 1 else text for text in more}
    assert [found[name] for name in found if name in own] == [*more.values()]


def test_each_resource_is_a_group() -> None:
    assert {*modules(of_each(*CRUD)).values()} == {*RESOURCES}


def test_a_few_operations_stay_together() -> None:
    few, many = of_each(*CRUD)[:FLAT], of_each(*CRUD)[: FLAT + 1]
    assert {*modules(few).values()} == {"operations"}
    assert "operations" not in modules(many).values()


def test_the_two_methods_of_one_call_show_no_structure() -> None:
    pairs = of_each(
        "GET /a{r} a{r}UsingGET",
        "POST /a{r} a{r}UsingPOST",
        "GET /b{r} GET_b{r}",
        "POST /b{r} POST_b{r}",
    )
    assert {*modules(pairs).values()} == {"operations"}


def test_a_crowd_is_divided_by_the_next_step() -> None:
    others = [o for o in of_each(*CRUD) if "customers" not in o.path]
    below = [
        operation(f"{method} /customers/{{id}}/{kind}/{{x{i}}}")
        for kind in ("cards", "keys", "notes")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for i in range(CROWD // 15)
    ]
    assert len(below) == CROWD
    full = modules([*others, *below])
    assert {full[f"{o.method} {o.path}"] for o in below} == {"customers"}
    crowd = modules([*others, *below, operation("GET /customers")])
    assert {name: crowd[name] for name in crowd if "/customers" in name} == {
        "GET /customers": "customers",
        **{f"{o.method} {o.path}": f"customers_{o.path.split('/')[3]}" for o in below},
    }


def test_only_untagged_operations_are_divided() -> None:
    tagged = [operation(f"GET /v1/x/{i} x{i}", tags=("Everything",)) for i in range(99)]
    pinned = operation("GET /v1/plans/x pinned", group="special")
    client = operation("GET /v1/plans/y client", group="client")
    found = modules([*of_each(*CRUD), *tagged, pinned, client])
    assert {found[o.id] for o in tagged} == {"everything"}
    assert (found["pinned"], found["client"]) == ("special", "client")
    assert found["ListPlans"] == "plans"


def test_the_tagged_are_not_counted() -> None:
    tagged = [operation(f"GET /v1/x/{i} x{i}", tags=("x",)) for i in range(FLAT)]
    assert modules([*tagged, operation("GET /v1/y y")])["y"] == "operations"


def test_a_group_that_a_tag_makes_too_is_the_tags() -> None:
    tagged = operation("GET /v1/plans/{id}/prices prices", tags=("Plans",))
    found = grouped([*of_each(*CRUD), tagged])
    assert found.keys[tagged.place] == "Plans"
    assert {key for key in found.keys.values() if key.lower() == "plans"} == {"Plans"}


def test_a_group_that_is_called_like_an_attribute_of_the_client() -> None:
    options = [operation(f"GET /options/{i}{{id}}/x") for i in range(2)]
    found = modules([*of_each(*CRUD), *options])
    assert {found[f"GET {o.path}"] for o in options} == {"options_group"}


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("GET /x pubsub.projects.plans.cancel", "pubsub.projects.plans"),
        ("GET /x pubsub.projects.plans.items.list", "pubsub.projects.plans"),
        ("GET /x pubsub.projects.list", "pubsub.projects"),
    ],
)
def test_what_an_id_begins_with_only_says_the_group(text: str, head: str) -> None:
    ids = [f"GET /{verb}/{{r}} pubsub.projects.{{r}}.{verb}" for verb in "abc"]
    added = operation(text)
    assert divide([*of_each(*ids), added]).heads[added.place] == head


# ------------------------------------------------------------- what a new operation moves

STEPS = st.lists(
    st.sampled_from(["cards", "orders", "items", "notes", "v1", "{id}"]), max_size=4
)
NOUNS = st.lists(st.sampled_from(["Card", "Cards", "Order", "Item", "By"]), max_size=3)
VERBS = st.sampled_from(["Get", "List", "Put", "Delete", "Batch", "Scan"])


STYLES = ("verb first", "verb behind", "separated", "paths")


@st.composite
def in_style(draw: st.DrawFn, style: str) -> Operation:
    """An operation in the style of an API. There are few words, so many have them in common."""
    verb, nouns = draw(VERBS), draw(NOUNS)
    path = "/".join(draw(STEPS)) if style == "paths" else f"?{draw(st.integers(0))}"
    own = {
        "verb first": verb + "".join(nouns),
        "verb behind": "_".join([*nouns, verb]),
        "separated": ".".join([*nouns, verb]),
        "paths": "",
    }
    method = draw(st.sampled_from(["GET", "POST", "PUT", "PATCH"]))
    return operation(f"{method} /{path} {own[style]}".rstrip())


@st.composite
def documents(draw: st.DrawFn) -> list[Operation]:
    """The operations of an API, the last one perhaps in another style."""
    style, other = draw(st.sampled_from(STYLES)), draw(st.sampled_from(STYLES))
    written = st.lists(
        in_style(style), min_size=FLAT + 1, unique_by=lambda one: one.place
    )
    return [*draw(written), draw(in_style(other))]


@given(documents(), st.randoms(use_true_random=False))
def test_a_new_operation_moves_only_what_has_a_new_group(
    written: list[Operation], random: Any
) -> None:
    """While the way is the same: see below for when it is."""
    *before, added = written
    assume(all(one.place != added.place for one in before))
    with patch.object(dividing, "CROWD", 5):
        assume(choose_way(before) == choose_way(written))
        old, new = grouped(before).keys, grouped(written).keys
        random.shuffle(before)
        assert grouped(before).keys == old
    existed = {*old.values()}
    for place, group in old.items():
        assert new[place] == group or new[place] not in existed


@pytest.mark.parametrize(
    "styles",
    [
        CRUD,
        [text.replace("/v1/", "/crm/") for text in CRUD],
        [f"GET /{verb}/{{r}} pubsub.projects.{{r}}.{verb}" for verb in "abc"],
        ["GET /a/{r} {r}_list", "POST /a/{r} {r}_create", "GET /b/{r} {r}_get"],
        ["GET /?{r} List{R}", "POST /?{r} Create{One}", "PUT /?{r} Put{One}"],
    ],
    ids=[
        "paths",
        "a common beginning",
        "parts of ids",
        "a verb behind",
        "a verb first",
    ],
)
@given(data=st.data())
def test_a_new_operation_does_not_change_the_way_of_an_api_with_a_style(
    styles: Sequence[str], data: st.DataObject
) -> None:
    operations = of_each(*styles)
    added = data.draw(st.sampled_from(STYLES).flatmap(in_style))
    assert choose_way([*operations, added]) == choose_way(operations)
    old, new = grouped(operations).keys, grouped([*operations, added]).keys
    assert {place: new[place] for place in old} == old


def test_paths_are_skipped_where_most_begin_with_them() -> None:
    assert choose_way(
        of_each("GET /crm/x/{r}", "PUT /crm/x/{r}", "GET /crm/x/{r}/{id}")
    ) == (Paths(("crm", "x")))
