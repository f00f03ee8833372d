"""Environment variables of keys and of the address, and headers for idempotency keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from clientpress.api.operations import Api, Operation, SecurityScheme
from clientpress.diagnostics import Place
from clientpress.plan.identifiers import snake, words
from clientpress.suggest.shapes import plain
from clientpress.suggest.suggestion import Suggestion

# Words of titles that do not name the product.
_NO_NAME = re.compile(
    r"^(an?|and|api|apis|beta|cloud|docs|documentation|for|http|json|of|open|openapi|public|reference|rest|restful|sdk|service"
    r"|services|spec|specification|swagger|the|v?\d[\d.]*|version|web)$",
    re.IGNORECASE,
)
_NO_KEY = ("AUTH", "AUTHENTICATION", "AUTHORIZATION", "SCHEME", "SECURITY")
_KEY_HEADERS = frozenset(
    words(
        "idempotencykey xidempotencykey idempotencytoken xidempotencytoken xrequestidempotencykey"
    )
)
_WRITES = ("POST", "PATCH", "PUT")


def find_variables(api: Api, root: Place) -> Iterator[Suggestion]:
    """Suggest environment variables.

    Args:
        api: The API.
        root: The place of the document.
    """
    name = product(api.title)
    if not name:
        return
    told = f"the title is {' '.join(api.title.split())!r}"
    if not api.base_url_env:
        yield Suggestion(
            kind="env",
            place=root,
            update={"x-clientpress-env": {"base_url": [f"{name}_BASE_URL"]}},
            evidence=(told,),
            confidence=0.8,
        )
    keys = [x for x in api.schemes if _word(x)]
    usual = {requirement.key for each in api.security[:1] for requirement in each}
    for scheme in keys:
        is_usual = scheme.key in usual or len(keys) == 1
        word = _word(scheme) if is_usual else _own_word(scheme, name)
        update: dict[str, Any] = {}
        if not scheme.env:
            update["x-clientpress-env"] = [f"{name}_{word}"]
        if not scheme.argument:
            update["x-clientpress-name"] = word.lower()
        if update:
            yield Suggestion(
                kind="env",
                place=scheme.place,
                update=update,
                evidence=(told, f"the scheme {scheme.key!r} takes one text"),
                confidence=0.8 if is_usual else 0.75,
            )


def product(title: str) -> str:
    """The words of a title that name the product, as in `ACME_API_KEY`; empty where none does."""
    words = re.findall(r"[A-Za-z0-9]+", title.partition(":")[0])
    named = [word.upper() for word in words if not _NO_NAME.match(word)]
    text = "_".join(named[:3])
    return text if text[:1].isalpha() else ""


def _word(scheme: SecurityScheme) -> str:
    """What the variable of a scheme is about; empty where it takes more than one text, or none."""
    if scheme.kind == "apiKey":
        return "API_KEY"
    if scheme.kind == "http" and scheme.scheme.lower() == "bearer":
        said = f"{scheme.key} {scheme.description}".lower()
        return "API_KEY" if re.search(r"\bapi|key\b|keys", said) else "TOKEN"
    return ""


def _own_word(scheme: SecurityScheme, product: str) -> str:
    """The words of a scheme's own name: `ADMIN_API_KEY` for `AdminApiKeyAuth`."""
    steps = [x for x in snake(scheme.key).upper().split("_") if x not in _NO_KEY]
    while steps and steps[0] in product.split("_"):
        del steps[0]
    return "_".join(steps) or _word(scheme)


def find_idempotency(operations: Iterable[Operation]) -> Iterator[Suggestion]:
    """Suggest the header that makes an operation safe to send twice."""
    for operation in operations:
        if operation.idempotency_header or operation.method.upper() not in _WRITES:
            continue
        for parameter in operation.parameters:
            is_key = plain(parameter.wire) in _KEY_HEADERS
            if parameter.location == "header" and is_key:
                yield Suggestion(
                    kind="idempotency",
                    place=operation.place,
                    update={"x-clientpress-idempotency": parameter.wire},
                    evidence=(f"the header {parameter.wire} is a parameter",),
                    confidence=0.95,
                )
