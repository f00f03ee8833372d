"""Views of security: schemes as values, and the arguments of the clients for them."""

from __future__ import annotations

from clientpress.api.operations import Security, SecurityScheme
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.security import security_names, security_scopes
from clientpress.plan.types import Credential
from clientpress.render import layout
from clientpress.render.layout import Doc


def scheme_value(scheme: SecurityScheme, argument: str) -> Doc:
    """`SecurityScheme(…)`."""
    arguments: list[tuple[str, Doc]] = [("", layout.value(scheme.kind))]
    if scheme.kind == "http":
        arguments.append(("scheme", layout.value(scheme.scheme)))
    elif scheme.kind == "apiKey":
        arguments += [
            ("name", layout.value(scheme.name)),
            ("place", layout.value(scheme.location)),
        ]
    arguments.append(("argument", layout.value(argument)))
    if scheme.env:
        arguments.append(("env", layout.value(scheme.env)))
    flow = scheme.client_credentials
    if flow and flow.token_url:
        arguments.append(("token_url", layout.value(flow.token_url)))
    if flow and flow.refresh_url:
        arguments.append(("refresh_url", layout.value(flow.refresh_url)))
    if flow and flow.id_env:
        pair = (flow.id_env, flow.secret_env)
        arguments.append(("client_env", layout.value(pair)))
    return layout.runtime_call("SecurityScheme", arguments)


def security_values(security: Security) -> list[tuple[str, Doc]]:
    """The arguments `security` and `scopes` of an API or an operation."""
    found: list[tuple[str, Doc]] = [
        ("security", layout.value(security_names(security)))
    ]
    scopes = security_scopes(security)
    if scopes:
        entries = [(layout.value(k), layout.value(v)) for k, v in scopes.items()]
        found.append(("scopes", layout.dict_of(entries)))
    return found


def fetches_tokens(credential: Credential) -> bool:
    """Whether a client's id and secret will do, for which tokens are fetched."""
    return credential.scheme.client_credentials is not None


def _takes_functions(credential: Credential) -> bool:
    """Whether the key is a token that something may hand out."""
    scheme = credential.scheme
    return scheme.kind in ("oauth2", "openIdConnect") or scheme.scheme == "bearer"


def credential_type(credential: Credential, is_async: bool) -> Annotation:
    """What the argument takes, as narrow as its scheme."""
    if credential.scheme.scheme == "basic":
        pair = a.Generic(a.Name("tuple"), (a.STR, a.STR))
        return a.Or((pair, a.NONE))
    parts: list[Annotation] = [a.STR]
    if _takes_functions(credential):
        returned: Annotation = a.STR
        if is_async:
            returned = a.Or((a.STR, a.Generic(a.standard("Awaitable"), (a.STR,))))
        function = (a.Arguments(()), returned)
        parts.append(a.Generic(a.standard("Callable"), function))
    if fetches_tokens(credential):
        parts.append(a.runtime("ClientCredentials"))
    return a.Or((*parts, a.NONE))


def credential_doc(credential: Credential) -> str:
    """What the argument is, and where it comes from if it is not given."""
    scheme = credential.scheme
    text = _kind_of(scheme)
    if fetches_tokens(credential):
        text += " With ClientCredentials it is fetched when needed."
    if scheme.deprecated:
        text += " Deprecated."
    if scheme.env:
        text += f" Default: the variable {' or '.join(scheme.env)}."
    flow = scheme.client_credentials
    if flow and flow.id_env:
        pair = (" or ".join(names) for names in (flow.id_env, flow.secret_env))
        text += f" {'Else' if scheme.env else 'Default'}: the variables {' and '.join(pair)}."
    return text


def _kind_of(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return f"Key, sent in the {scheme.location} as `{scheme.name}`."
    if scheme.scheme == "basic":
        return "User name and password."
    if scheme.kind != "http":
        return "Access token, sent as `Bearer`."
    word = "Bearer" if scheme.scheme == "bearer" else scheme.scheme
    return f"Token, sent as `{word}`."
