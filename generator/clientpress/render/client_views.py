"""Views of the client, the errors and the package itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.descriptions import named
from clientpress.plan.features import FEATURES
from clientpress.plan.records import scheme_record
from clientpress.plan.security import security_names, security_scopes
from clientpress.plan.types import Group, Plan
from clientpress.render import layout
from clientpress.render.constants import described
from clientpress.render.fragments import (
    WIDTH,
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    literal,
    prose,
)
from clientpress.render.group_properties import (
    GroupProperty,
    group_class,
    group_property,
    local_names,
)
from clientpress.render.layout import Doc
from clientpress.render.model_views import ExportView
from clientpress.render.module import RESERVED, LocalNames, Module
from clientpress.render.security_views import (
    credential_doc,
    credential_type,
    fetches_tokens,
)
from clientpress.runtime.calls.auth import Security
from clientpress.runtime.calls.core import Api

# The errors of all clients, less those that are generic in the body.
PLAIN_ERRORS = (
    *("ConfigurationError", "ConnectionFailedError", "DecodeError", "Error"),
    *("InvalidRequestError", "RequestTimeoutError", "ResponseError", "TransportError"),
)
# Those of what a client may do besides: the module of the runtime that has them.
FURTHER_ERRORS = {
    "batches/request_files": ("LineError",),
    "results/pagination": ("PagingError",),
    "results/polling": ("JobFailedError", "PollingError", "PollingTimeoutError"),
    "results/streaming": ("StreamError",),
    "tables/schema": ("TableError",),
    "tensors/errors": ("TensorError",),
}
_OF_DATA = frozenset({"LineError", "TableError", "TensorError"})
STATUS_ERRORS = (
    *(
        "BadRequestError",
        "AuthenticationError",
        "PermissionDeniedError",
        "NotFoundError",
        "ConflictError",
    ),
    *("UnprocessableError", "RateLimitError", "ServerError"),
)


@dataclass(frozen=True, slots=True)
class ClientClassView:
    """A client class."""

    header: Py
    doc: Py
    signature: Py
    body: Py
    groups: tuple[GroupProperty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientModuleView:
    """`client.py`."""

    header: Py
    doc: Py
    imports: Py
    checking_imports: Py
    constant: Py
    classes: tuple[ClientClassView, ...]


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A status error of this API."""

    header: Py
    doc: Py


@dataclass(frozen=True, slots=True)
class ErrorsModuleView:
    """`errors.py`. Without documented error bodies everything is handed on from the runtime."""

    header: Py
    plain_imports: Py
    checking_imports: Py
    errors: tuple[ErrorView, ...]
    exports: tuple[Py, ...]


@dataclass(frozen=True, slots=True)
class PackageView:
    """The `__init__` of the package."""

    header: Py
    doc: Py
    imports: Py
    exports: tuple[ExportView, ...]
    version: Py


def client_module(plan: Plan, header: str) -> ClientModuleView:
    """The view of `client.py`."""
    below = {module for group in plan.groups for module in group.inside}
    direct = [group for group in plan.groups if group.module not in below]
    local = local_names(direct, _OWN)
    module = Module(".", local=local)
    constant = layout.Text(Py(layout.opened(module.printed(described(_api(plan))), 0)))
    assigned = module.assignment("API", constant)
    clients = [_client(plan, direct, local, kind, module) for kind in (False, True)]
    title = plan.api.title or plan.package
    doc = docstring(f"The clients of {title}.", 0)
    return ClientModuleView(
        header=comment(header),
        doc=doc,
        imports=module.at_run_time(),
        checking_imports=module.for_checkers(),
        constant=assigned,
        classes=tuple(clients),
    )


_OWN = {
    "API",
    "Api",
    "AsyncBaseClient",
    "AsyncClient",
    "BaseClient",
    "Client",
    "ClientCredentials",
    "Options",
    "Security",
    "SecurityScheme",
}


def _api(plan: Plan) -> Api:
    api = plan.api
    schemes = {
        c.scheme.key: scheme_record(c.scheme, c.argument) for c in plan.credentials
    }
    security = Security(
        schemes=schemes,
        needed=security_names(api.security),
        scopes=security_scopes(api.security),
    )
    return Api(
        name=plan.package,
        version=api.version,
        package=named(a.local("__package__"), str),
        base_url=plan.base_url,
        prefix=plan.prefix,
        base_url_env=api.base_url_env,
        security=security if schemes else None,
        observers=tuple(filter(None, (FEATURES[f].observer for f in plan.features))),
    )


def _client(
    plan: Plan,
    direct: Sequence[Group],
    local: LocalNames,
    is_async: bool,
    module: Module,
) -> ClientClassView:
    prefix = "Async" if is_async else ""
    title = plan.api.title or plan.package
    if is_async:
        text = f"Asynchronous client of {title}. For its arguments, see `Client`."
        lines = prose(text, WIDTH - 7)
    else:
        lines = _client_doc(plan, title)
    # Operations of the client itself are a base of it.
    bases = [group_class(g, prefix) for g in direct if not g.attribute]
    groups = [
        group_property(group, local, ".groups.", prefix, module)
        for group in direct
        if group.attribute
    ]
    return ClientClassView(
        module.class_header(
            f"{prefix}Client", a.runtime(f"{prefix}BaseClient"), *bases
        ),
        docstring_of(lines, 4),
        _init_signature(plan, is_async, module),
        _init_body(plan, module),
        tuple(groups),
    )


def _client_doc(plan: Plan, title: str) -> list[str]:
    lines = [*prose(f"Client of {title}.", WIDTH - 7), "", "Args:"]
    documented = [(c.argument, credential_doc(c)) for c in plan.credentials]
    documented.append(("base_url", _base_url_doc(plan)))
    for name, text in (*documented, *_CLIENT_ARGUMENTS):
        lines += hanging(f"{name}:", text, WIDTH - 4)
    lines += ["", "Raises:"]
    text = "A key or the base URL is missing, or an argument cannot be used."
    return lines + hanging("ConfigurationError:", text, WIDTH - 4)


_CLIENT_ARGUMENTS = (
    (
        "options",
        "What calls do unless they say otherwise: timeout, deadline, retries, headers.",
    ),
    (
        "user_agent",
        "The value of the User-Agent header. Default: name and version of the client and of Python.",
    ),
    (
        "verify",
        "Whether certificates are checked, or the path of a bundle of authorities.",
    ),
    ("proxy", "URL of a proxy."),
    (
        "http_client",
        "An httpx2 client to send with, or a function that makes one; its headers, cookies and settings apply.",
    ),
)


def _base_url_doc(plan: Plan) -> str:
    sources = [f"the variable {name}" for name in plan.api.base_url_env]
    if plan.base_url:
        sources.append(plan.base_url)
    text = "Address of the API. " + (
        f"Default: {', or else '.join(sources)}" if sources else "Required."
    )
    relative = [s.url for s in plan.api.servers if s.url.startswith("/") and s.url[1:]]
    if relative and not plan.base_url:
        text += f" The document says only how it ends: {relative[0]}"
    return f"{text}; `{plan.package}.servers` has others." if plan.servers else text


def _init_signature(plan: Plan, is_async: bool, module: Module) -> Py:
    def declared(name: str, kind: Annotation, default: Doc = a.NONE) -> Py:
        return module.declaration(name, kind, default, 8, ",")

    keys = [
        declared(c.argument, credential_type(c, is_async)) for c in plan.credentials
    ]
    text = a.Or((a.STR, a.NONE))
    client = a.standard("httpx2.AsyncClient" if is_async else "httpx2.Client")
    making = a.Generic(a.standard("Callable"), (a.Arguments(()), client))
    parameters = [
        Py("        self,"),
        Py("        *,"),
        *keys,
        declared("base_url", text),
        declared("options", a.Or((a.runtime("Options"), a.NONE))),
        declared("user_agent", text),
        declared("verify", a.Or((a.BOOL, a.STR)), layout.value(True)),
        declared("proxy", text),
        declared("http_client", a.Or((client, making, a.NONE))),
    ]
    decorator = module.statement("@", a.runtime("hides_arguments"), 4)
    signature = module.signature("__init__", parameters, a.NONE)
    return Py(f"{decorator}\n{signature}")


def _init_body(plan: Plan, module: Module) -> Py:
    credentials = layout.dict_of(
        [(layout.value(c.scheme.key), a.local(c.argument)) for c in plan.credentials]
    )
    arguments: list[tuple[str, Doc]] = [("", a.local("API")), ("", credentials)]
    for name in ("base_url", "options", "user_agent", "verify", "proxy", "http_client"):
        arguments.append((name, a.local(name)))
    return module.statement("", layout.call("super().__init__", arguments), 8)


def errors_module(
    plan: Plan, header: str, runtime: Collection[str]
) -> ErrorsModuleView:
    """The view of `errors.py`.

    Args:
        runtime: The modules of the runtime that the package has: what cannot be raised is not
            announced.
    """
    body = plan.error_body
    homes = dict.fromkeys(PLAIN_ERRORS, "wire/errors")
    for home, names in FURTHER_ERRORS.items():
        homes |= dict.fromkeys(names, home) if home in runtime else {}
    if "values/plain_data" in runtime:
        homes["MisfitError"] = "values/issues"
    if _OF_DATA & homes.keys():
        homes["DataError"] = "wire/errors"
    exports = sorted((*homes, "StatusError", *STATUS_ERRORS))
    # A model may be called like an error; the error keeps its name.
    module = Module(".", taken={*exports, "_errors"} | RESERVED)
    views = list[ErrorView]()
    if body is not None:
        kind = layout.Quoted(
            layout.annotation(a.Or((*a.parts(body), a.JSON)), marked=False)
        )

        def header_of(name: str, *bases: str) -> Py:
            base = layout.subscript(a.local(f"_errors.{name}"), [kind])
            return module.class_header(name, *map(a.local, bases), base)

        views = [ErrorView(header_of("StatusError"), docstring(_STATUS_ERROR, 4))]
        views += [
            ErrorView(header_of(name, "StatusError"), docstring(_ERROR_DOCS[name], 4))
            for name in STATUS_ERRORS
        ]
    if not views:
        homes |= dict.fromkeys(("StatusError", *STATUS_ERRORS), "wire/errors")
    imports = [
        layout.imports(
            f"._runtime.{home.replace('/', '.')}",
            sorted(name for name, at in homes.items() if at == home),
        )
        for home in sorted(set(homes.values()))
    ]
    return ErrorsModuleView(
        comment(header),
        Py("\n".join(imports)),
        module.for_checkers(),
        tuple(views),
        tuple(literal(name) for name in exports),
    )


_STATUS_ERROR = (
    "The API answered with a status that is no success; `body` is what it said."
)
_ERROR_DOCS = {
    "BadRequestError": "Status 400.",
    "AuthenticationError": "Status 401: the key is missing or wrong.",
    "PermissionDeniedError": "Status 403.",
    "NotFoundError": "Status 404.",
    "ConflictError": "Status 409.",
    "UnprocessableError": "Status 422.",
    "RateLimitError": "Status 429, after all retries.",
    "ServerError": "Status 5XX, after all retries.",
}


# What a package hands out besides, by what methods return.
_EXPORTS: dict[str, dict[str, tuple[str, ...]]] = {
    "BinaryAnswer": {"_runtime.results.binary": ("AsyncBinaryAnswer", "BinaryAnswer")},
    "Download": {"_runtime.results.downloads": ("AsyncDownload", "Download")},
    "LinesFile": {"_runtime.batches.lines_file": ("AsyncLinesFile", "LinesFile")},
    "InferenceModel": {
        "_runtime.tensors.model": ("AsyncInferenceModel", "InferenceModel")
    },
    "Pager": {"_runtime.results.pages": ("AsyncPager", "Pager")},
    "Run": {"_runtime.batches.run": ("AsyncRun", "Run")},
    "Stream": {"_runtime.results.streams": ("AsyncStream", "Stream")},
    "Table": {"_runtime.tables.tables": ("Table",)},
    "Outcomes": {
        "_runtime.batches.outcomes": (
            "Failed",
            "Joined",
            "Succeeded",
            "Undecodable",
            "join",
            "join_async",
            "write_failed",
        ),
    },
    "InferenceResult": {
        "_runtime.tensors.infer": ("InferenceResult", "RequestedOutput"),
        "_runtime.tensors.tensor": ("Tensor",),
    },
}


def package_module(plan: Plan, header: str) -> PackageView:
    """The view of the package's `__init__`."""
    exports = {
        **dict.fromkeys(("AsyncClient", "Client"), "client"),
        "JsonValue": "_runtime.values.jsontypes",
        "Options": "_runtime.calls.options",
        "UNSET": "_runtime.values.model",
    }
    if plan.models.definitions:
        plain = ("decode", "encode", "from_plain", "to_plain")
        exports |= dict.fromkeys(plain, "_runtime.values.plain_data")
    for word in plan.features:
        feature = FEATURES[word]
        exports |= dict.fromkeys(feature.exports, f"_runtime.{feature.module}")
    returned = {
        name.text
        for group in plan.groups
        for method in group.methods
        for name in a.names_in(method.returns)
        if name.origin is a.Origin.RUNTIME
    }
    for kind, modules in _EXPORTS.items():
        for module, names in modules.items() if kind in returned else ():
            exports |= dict.fromkeys(names, module)
    if any(map(fetches_tokens, plan.credentials)):
        exports["ClientCredentials"] = "_runtime.calls.oauth"
    by_module = dict[str, list[str]]()
    for name, module in exports.items():
        by_module.setdefault(module, []).append(name)
    lines = [
        layout.imports(f".{module}", names, 4)
        for module, names in sorted(by_module.items())
    ]
    title = plan.api.title or plan.package
    return PackageView(
        comment(header),
        docstring(f"Client of {title}.", 0),
        Py("\n".join(lines)),
        tuple(
            ExportView(literal(name), literal(module))
            for name, module in sorted(exports.items())
        ),
        layout.assignment("__version__", None, layout.value(plan.api.version)),
    )
