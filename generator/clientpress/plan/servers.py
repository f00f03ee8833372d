"""Servers to the default base URL, the addresses of single operations, and `servers.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from clientpress.api.operations import Api, Server
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import constant_name, member_name, method_name, words
from clientpress.plan.types import ServerPlan

_MAX_WORDS = 5
# Names that the module has besides.
_TAKEN = ("server_url", "Literal")


def default_base_url(api: Api) -> str:
    """The first server whose host is known: of the document, else of an operation."""
    for servers in (api.servers, *(o.servers for o in api.operations)):
        for url in _absolute(servers):
            return url
    return ""


def _absolute(servers: Iterable[Server]) -> Iterable[str]:
    return (s.default_url for s in servers if is_absolute(s.default_url))


def is_absolute(url: str) -> bool:
    """Whether a URL is one that requests can be sent to."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(
            parts.hostname and parts.port != 0
        )
    except ValueError:
        return False


_VERSION = re.compile(r"api|v\d+(\.\d+)*((alpha|beta)\d*)?")


def path_prefix(paths: Iterable[str], base_url: str) -> str:
    """What all paths begin with that people also write at the end of a base URL: `/v1`, `/api/v2`;
    empty if there is nothing, or if the document's own base URL ends with it too.
    """
    split = [path.split("/")[1:] for path in paths]
    shared = list[str]()
    for steps in zip(*split, strict=False):
        if len(set(steps)) > 1 or not _VERSION.fullmatch(steps[0]):
            break
        shared.append(steps[0])
    prefix = "".join(f"/{step}" for step in shared)
    return "" if base_url.endswith(prefix or "/") else prefix


def own_address(servers: tuple[Server, ...], base_url: str) -> str:
    """Where an operation with servers of its own is: a path on the host of the base URL, an
    absolute URL on another one, or nothing where it is the base URL itself.
    """
    if not servers:
        return ""
    url = next(iter(_absolute(servers)), servers[0].default_url)
    if not is_absolute(url):
        if not url or not base_url:
            return url if url.startswith("/") else ""
        url = urljoin(f"{base_url}/", url)
    url = url.rstrip("/")
    if url == base_url:
        return ""
    own, base = urlsplit(url), urlsplit(base_url)
    if (own.scheme, own.netloc) == (base.scheme, base.netloc):
        return own.path or "/"
    return url


def plan_servers(api: Api) -> tuple[ServerPlan, ...]:
    """The module of addresses: worth it where there is something to choose."""
    shown = [s for s in api.servers if is_absolute(s.default_url)]
    if len(shown) < 2 and not any(server.variables for server in shown):
        return ()
    wishes = [
        Wish(i, _names(server), 0 if server.name else 1, False, server.url)
        for i, server in enumerate(shown)
    ]
    names = settle(wishes, {}, _TAKEN)
    return tuple(
        ServerPlan(names[i], server, _arguments(server))
        for i, server in enumerate(shown)
    )


def _names(server: Server) -> tuple[str, ...]:
    """From its name, else the first words of its description, else its host."""
    make = method_name if server.variables else constant_name
    host = (urlsplit(server.default_url).hostname or "server").removeprefix("www.")
    told = words(server.description)[:_MAX_WORDS]
    wanted = (
        server.name,
        " ".join(told),
        host,
        f"{host} {urlsplit(server.default_url).path}",
    )
    return tuple(make(" ".join(words(name))) for name in wanted if words(name))


def _arguments(server: Server) -> tuple[str, ...]:
    wishes = [
        Wish(v.name, (member_name(v.name, "variable"),), 1, False, v.name)
        for v in server.variables
    ]
    names = settle(wishes, {}, _TAKEN)
    return tuple(names[variable.name] for variable in server.variables)
