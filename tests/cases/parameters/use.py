"""Parameters of every kind and name, as they arrive."""

import datetime as dt
from urllib.parse import parse_qsl

import httpx2
from client import Client
from client.errors import InvalidRequestError
from client.models import Colour, Filter

seen: list[httpx2.Request] = []


def answer(request: httpx2.Request) -> httpx2.Response:
    seen.append(request)
    return httpx2.Response(204)


def query() -> list[tuple[str, str]]:
    text = seen[-1].url.raw_path.decode().partition("?")[2]
    return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))


transport = httpx2.MockTransport(answer)
with Client(http_client=httpx2.Client(transport=transport)) as client:
    api = client.operations

    api.names(
        "a/b",
        7,
        limit=5,
        x_trace="t",
        query_id="q",
        query_id_ec81="Q",
        header_id="h",
        class_="c",
        self_="s",
        options_="o",
        body="b",
        filter_name="f",
        x_foo_bar="x",
        top=1,
        type="y",
        a_b="z",
        名前="n",
        page=2,
        str_="r",
        list_=["l", "m"],
    )
    assert seen[-1].url.raw_path.startswith(b"/names/a%2Fb/7?")
    assert query() == [
        *(("limit", "5"), ("id", "q"), ("ID", "Q"), ("class", "c"), ("self", "s")),
        *(("options", "o"), ("body", "b"), ("filter[name]", "f"), ("$top", "1")),
        *(("@type", "y"), ("a b", "z"), ("名前", "n"), ("page", "2")),
        *(("str", "r"), ("list", "l"), ("list", "m")),
    ]
    headers = seen[-1].headers
    assert (headers["X-Trace"], headers["id"], headers["X-Foo.Bar"]) == ("t", "h", "x")

    api.kinds()
    assert query() == [("const", "fixed"), ("one", "only")]

    api.kinds(
        one="only",
        flag=False,
        none=None,
        when=dt.datetime(2025, 1, 2, tzinfo=dt.UTC),
        day=dt.date(2025, 1, 2),
        colour="red",
        colours=[Colour.LIGHT_BLUE, "red"],
        data=b"\xff",
        filter=Filter(a="x", n=1),
        deep={"a": "x", "tags": ["p", "q"]},
        form={"a": "x", "tags": ["p"]},
        objects=[Filter(n=1), {"n": 2}],
        free={"k": "v"},
        anything=[1, "b"],
        nested=[[1, 2], [3]],
        empty="",
        deep_list=["a"],
        piped=["a", "b"],
        piped_one="a",
        odd="o",
        very="v",
        union=["a", "b"],
        x_list=[1, 2],
        x_obj={"a": "b"},
        sid="a b",
        cs=["a", "b"],
        dup=1,
    )
    assert query() == [
        *(("flag", "false"), ("when", "2025-01-02T00:00:00Z"), ("day", "2025-01-02")),
        *(("colour", "red"), ("colours", "light blue,red"), ("data", "/w==")),
        *(("filter", '{"a":"x","n":1}'), ("deep[a]", "x")),
        *(
            ("deep[tags][0]", "p"),
            ("deep[tags][1]", "q"),
            ("a", "x"),
            ("tags", "p"),
        ),
        *(("objects", '{"n":1}'), ("objects", '{"n":2}'), ("k", "v")),
        *(("anything", "1"), ("anything", "b"), ("nested", "[1,2]"), ("nested", "[3]")),
        *(("empty", ""), ("deepList[0]", "a"), ("piped", "a"), ("piped", "b")),
        *(
            ("pipedOne", "a"),
            ("odd", "o"),
            ("very", "v"),
            ("union", "a"),
            ("union", "b"),
        ),
        *(("const", "fixed"), ("one", "only"), ("dup", "1")),
    ]
    headers = seen[-1].headers
    assert (headers["X-List"], headers["X-Obj"]) == ("1,2", "a=b")
    assert headers["Cookie"] == "sid=a%20b; cs=a,b"

    api.whole(q={"a": "x y", "tags": ["p", "q"]})
    assert query() == [("a", "x y"), ("tags", "p"), ("tags", "q")]
    api.whole()
    assert seen[-1].url.raw_path == b"/whole"
    api.wholejson(q=Filter(n=1))
    assert seen[-1].url.raw_path == b"/wholejson?%7B%22n%22%3A1%7D"

    api.styles(["a", "b"], ["c", "d"], {"a": "e", "n": 1}, "f/g h")
    assert seen[-1].url.raw_path == b"/matrix;m=a;m=b/.c,d/a,e,n,1/f/g%20h"
    for bad in ("", "..", "a/../b"):
        try:
            api.styles(["a"], ["b"], {"a": "c"}, bad)
        except InvalidRequestError as error:
            assert "'r'" in str(error)
        else:
            raise SystemExit(f"{bad!r} was sent")
