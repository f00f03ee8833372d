"""The arguments of the clients for security schemes."""

from __future__ import annotations

from clientpress.api.operations import SecurityScheme
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import Credential


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
