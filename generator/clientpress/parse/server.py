"""Server Object: the base URL with the defaults of its variables."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from clientpress.document.data import is_array, is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context


def base_url_of(owner: Node, context: Context) -> str:
    """The first server's URL; empty where there is none, or only a path relative to an unknown
    host.
    """
    servers = owner.data.get("servers")
    first = servers[0] if is_array(servers) and servers else None
    if not is_object(first) or not isinstance(first.get("url"), str):
        return ""
    url: str = first["url"]
    variables: Any = first.get("variables")
    for name, words in variables.items() if is_object(variables) else ():
        if is_object(words) and "default" in words:
            url = url.replace("{" + name + "}", str(words["default"]))
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in url:
        return ""
    return url.rstrip("/")
