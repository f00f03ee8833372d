"""What a client sends for the security schemes of a document, and the arguments it takes for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clientpress.api.operations import Api, Requirement, Security, SecurityScheme
from clientpress.diagnostics import Report
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import member_name
from clientpress.plan.types import Credential

_ARGUMENTS = (
    "base_url",
    "options",
    "user_agent",
    "verify",
    "proxy",
    "http_client",
    "self",
)

# Schemes of HTTP whose header is computed from the request or negotiated (IANA's registry, and a
# few that are common), so that no fixed text can stand behind the name.
_COMPUTED = frozenset(
    {
        *("aws4-hmac-sha256", "concealed", "digest", "dpop", "gnap", "hawk", "hoba"),
        *("mutual", "negotiate", "ntlm", "oauth", "privatetoken", "scram-sha-1"),
        *("scram-sha-256", "signature", "vapid"),
    }
)

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2


def plan_security(api: Api, report: Report) -> tuple[Api, tuple[Credential, ...]]:
    """One argument of the client for each scheme that any operation can use, and the API with
    requirements that name no others.

    What the connection brings (certificates) or `http_client` computes is not the client's
    business, so such a scheme counts as met.
    """
    used = {
        requirement.key: None
        for security in (api.security, *(op.security for op in api.operations))
        for alternative in security or ()
        for requirement in alternative
    }
    schemes = [scheme for scheme in api.schemes if scheme.key in used]
    ours = [scheme for scheme in schemes if _is_ours(scheme, report)]
    known = {scheme.key: scheme for scheme in ours}
    narrowed = replace(
        api,
        security=_narrowed(api.security, known, report),
        operations=tuple(
            (
                op
                if op.security is None
                else replace(op, security=_narrowed(op.security, known, report))
            )
            for op in api.operations
        ),
    )
    return narrowed, _credentials(ours)


def _is_ours(scheme: SecurityScheme, report: Report) -> bool:
    if scheme.kind == "http" and scheme.scheme.lower() in _COMPUTED:
        report.warning(
            "CP502",
            scheme.place.child("scheme"),
            f"the client has no argument for {scheme.scheme!r}, whose header is computed for each"
            " request",
            "Give http_client an httpx2 client that has such an auth.",
        )
        return False
    key = {"http": "scheme", "apiKey": "name"}.get(scheme.kind, "")
    word = scheme.scheme if key == "scheme" else scheme.name
    if key and scheme.location != "query" and not _TOKEN.fullmatch(word):
        report.warning(
            "CP502",
            scheme.place.child(key),
            f"{word!r} cannot be sent in a header, so the client has no argument for it",
            f"Correct the {key}: letters, digits, and no spaces.",
        )
        return False
    if scheme.kind == "apiKey" and scheme.location not in ("header", "query", "cookie"):
        return False  # nobody knows where it belongs; the structure check tells
    return scheme.kind in ("apiKey", "http", "oauth2", "openIdConnect")


def _narrowed(
    security: Security, known: dict[str, SecurityScheme], report: Report
) -> Security:
    """Only known schemes, with scopes only where tokens are fetched for them."""
    alternatives = dict[tuple[Requirement, ...], None]()
    keys = set[tuple[str, ...]]()
    for alternative in security:
        kept = tuple(
            r if known[r.key].client_credentials else Requirement(r.key)
            for r in alternative
            if r.key in known
        )
        _check_places([known[r.key] for r in kept], report)
        names = tuple(r.key for r in kept)
        if names not in keys:  # the first one with the same schemes is always chosen
            keys.add(names)
            alternatives.setdefault(kept)
    return tuple(alternatives)


def _check_places(schemes: list[SecurityScheme], report: Report) -> None:
    """Report schemes of one alternative that are sent in the same place."""
    seen = dict[tuple[str, str], str]()
    for scheme in schemes:
        place = ("header", "authorization")
        if scheme.kind == "apiKey":
            is_header = scheme.location == "header"
            name = scheme.name.lower() if is_header else scheme.name
            place = (scheme.location, name)
        first = seen.setdefault(place, scheme.key)
        if first != scheme.key:
            report.warning(
                "CP503",
                scheme.place,
                f"{scheme.key!r} and {first!r} are needed together, but both are the"
                f" {place[0]} {place[1]!r}; only {first!r} is sent",
                "Make them alternatives.",
            )


def security_names(security: Security) -> tuple[tuple[str, ...], ...]:
    """Alternatives of schemes, as the runtime takes them."""
    return tuple(tuple(r.key for r in alternative) for alternative in security)


def security_scopes(security: Security) -> dict[str, tuple[str, ...]]:
    """The scopes for each scheme, from the first alternative that has the scheme."""
    by_scheme = dict[str, tuple[str, ...]]()
    for requirement in _each(security):
        by_scheme.setdefault(requirement.key, requirement.scopes)
    return {key: scopes for key, scopes in by_scheme.items() if scopes}


def _each(security: Security) -> Iterator[Requirement]:
    for alternative in security:
        yield from alternative


def _credentials(schemes: list[SecurityScheme]) -> tuple[Credential, ...]:
    wishes = list[Wish[str]]()
    for s in schemes:
        name = member_name(s.argument or _argument(s, len(schemes)))
        candidates = (name, f"{name}_{_argument(s, 1).removeprefix('api_')}")
        wishes.append(Wish(s.key, candidates, 0 if s.argument else 1, False, s.key))
    names = settle(wishes, {}, _ARGUMENTS)
    return tuple(
        Credential(names[scheme.key], scheme, scheme.description) for scheme in schemes
    )


def _argument(scheme: SecurityScheme, count: int) -> str:
    """What a key is called when the document does not say: by its kind if there is one only,
    else by its scheme.
    """
    if count > 1:
        return scheme.key
    if scheme.kind == "apiKey":
        return "api_key"
    return "credentials" if scheme.scheme == "basic" else "token"
