"""Security Scheme Object and Security Requirement Object (OpenAPI 3.2, sections 4.27 to 4.30)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from clientpress.api.operations import (
    ClientCredentials,
    Requirement,
    Security,
    SecurityScheme,
)
from clientpress.diagnostics import Place, Report, pointer_steps
from clientpress.document.data import is_array, is_object, text_or_empty
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import (
    PREFIX,
    Reader,
    extensions_on,
    text_of,
    texts,
)


def parse_schemes(document: Node, context: Context) -> None:
    """Read the security schemes of the components into the context."""
    components = document.data.get("components")
    listed = components.get("securitySchemes") if is_object(components) else None
    for key in listed if is_object(listed) else ():
        node = context.follow(document.child("components", "securitySchemes", key))
        if node is not None and is_object(node.data):
            context.schemes[key] = _scheme(key, node, context)
        else:
            context.unknown_schemes.add(key)  # it has a finding already


def _scheme(key: str, node: Node, context: Context) -> SecurityScheme:
    """Read one Security Scheme Object."""
    data: dict[str, Any] = node.data
    extensions = extensions_on("security scheme", data, node.place, context.report)
    flow = _client_credentials(node, context)
    env, id_env, secret_env = _env(extensions, flow is not None, node.place, context)
    if flow is not None:
        flow = ClientCredentials(flow.token_url, flow.refresh_url, id_env, secret_env)
    scheme = str(data.get("scheme", ""))
    is_ours = scheme.lower() in ("basic", "bearer")
    return SecurityScheme(
        place=node.place,
        key=key,
        kind=str(data.get("type", "")),
        scheme=scheme.lower() if is_ours else scheme,
        name=str(data.get("name", "")),
        location=str(data.get("in", "")),
        description=text_or_empty(data.get("description")),
        env=env,
        argument=text_of(extensions, "name", node.place, context.report),
        deprecated=data.get("deprecated") is True,
        client_credentials=flow,
    )


_Env = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _env(
    extensions: dict[str, Any], has_clients: bool, place: Place, context: Context
) -> _Env:
    """The environment variables of a token, of a client's id, and of its secret."""
    if "env" not in extensions:
        return (), (), ()
    value, place = extensions["env"], place.child(PREFIX + "env")
    if not is_object(value) or not has_clients:
        names = texts(value)
        if names is None:
            context.report.error(
                "CP302",
                place,
                f"{PREFIX}env must be the name of a variable, or a list of them",
            )
        return names or (), (), ()
    reader = Reader(value, place, context.report, f"{PREFIX}env")
    variables = [
        _names(reader, key, needed=key != "token")
        for key in ("token", "client_id", "client_secret")
    ]
    return (
        (variables[0], variables[1], variables[2]) if reader.finish() else ((), (), ())
    )


def _names(reader: Reader, key: str, *, needed: bool) -> tuple[str, ...]:
    """The environment variables at a key of the extension."""
    if not needed and not reader.has(key):
        return ()
    names = texts(reader.value(key))
    if names is None:
        reader.fail(
            key if reader.has(key) else "",
            f"{key!r} must be the name of a variable, or a list of them",
        )
    return names or ()


def _client_credentials(node: Node, context: Context) -> ClientCredentials | None:
    """The OAuth 2 flow for machines (`clientCredentials`), if the scheme has it."""
    flows = node.data.get("flows") if node.data.get("type") == "oauth2" else None
    flow = flows.get("clientCredentials") if is_object(flows) else None
    if not is_object(flow):
        return None
    place = node.place.child("flows", "clientCredentials")
    return ClientCredentials(
        _address(flow, "tokenUrl", place, context),
        _address(flow, "refreshUrl", place, context),
    )


def _address(flow: dict[str, Any], key: str, place: Place, context: Context) -> str:
    """A URL of a flow; empty where there is none, or where it has placeholders for people."""
    value = flow.get(key)
    url = value.strip() if isinstance(value, str) else ""
    if any(character in url for character in "{}<> "):
        context.report.warning(
            "CP502",
            place.child(key),
            f"{key} is not a URL, so clients must be given it",
            "Write a URL, or give ClientCredentials the argument token_url.",
        )
        return ""
    return url


# ------------------------------------------------------------------ requirements
def requirements(owner: Node, context: Context) -> Security | None:
    """Read `security` of the document or of an operation.

    A requirement of an unknown scheme is reported once and left out: calls are sent without it.

    Returns:
        The alternatives; None where there is no `security`.
    """
    listed = owner.data.get("security")
    if not is_array(listed):
        return None
    alternatives = dict[tuple[Requirement, ...], None]()
    for i, item in enumerate(listed):
        if not is_object(item):
            continue
        alternative = list[Requirement]()
        for name, scopes in item.items():
            place = owner.place.child("security", i, name)
            key = _key_of(name, place, context)
            if key:
                listed_scopes = scopes if is_array(scopes) else []
                names = [s for s in listed_scopes if isinstance(s, str)]
                alternative.append(Requirement(key, tuple(names)))
        alternatives.setdefault(tuple(alternative))
    return tuple(alternatives)


def _key_of(name: str, place: Place, context: Context) -> str:
    """The key of the scheme that a requirement names, or refers to by a URI (OpenAPI 3.2)."""
    if name in context.schemes:
        return name
    node = None
    if any(mark in name for mark in "#/."):
        node = context.sources.resolve(name, place, Report())
        node = context.follow(node) if node else None
    if node is not None and is_object(node.data) and "type" in node.data:
        return _referenced(name, node, context)
    if name not in context.unknown_schemes:
        context.unknown_schemes.add(name)
        near = get_close_matches(name, context.schemes, n=1)
        context.report.slip(
            "CP102",
            place,
            f"there is no security scheme {name!r}, so nothing is sent for it",
            (
                f"Did you mean {near[0]!r}?"
                if near
                else "Declare it in components/securitySchemes."
            ),
        )
    return ""


def _referenced(uri: str, node: Node, context: Context) -> str:
    """The key of a scheme that a URI refers to; the scheme is added to the context."""
    for key, scheme in context.schemes.items():
        if scheme.place == node.place:
            return key
    steps = pointer_steps(node.place.pointer)
    key = steps[-1] if steps else uri.rpartition("/")[2].partition(".")[0]
    while key in context.schemes:
        key += "_"
    context.schemes[key] = _scheme(key, node, context)
    return key
