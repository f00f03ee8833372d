"""The names that generated modules import from the runtime and the standard library, and the modules
that define them. No name of a document may hide them.
"""

from __future__ import annotations

from clientpress.runtime.values.annotations import PARTS

# Where names that modules use come from, if not from the runtime, `typing` or below.
STANDARD = {
    "dt": "import datetime as dt",
    "Decimal": "from decimal import Decimal",
    "Path": "from pathlib import Path",
    "UUID": "from uuid import UUID",
    "cached_property": "from functools import cached_property",
    "httpx2": "import httpx2",
}
ABSTRACT = (
    "Awaitable",
    "Callable",
    "Coroutine",
    "Iterable",
    "Iterator",
    "Mapping",
    "Sequence",
)

# Everything that a group module may import from the runtime, by module.
_RUNTIME: dict[str, tuple[str, ...]] = {
    "wire.arrow": ("ArrowStream",),
    "wire.lines": ("LineFormat", "Undecodable"),
    "results.binary": ("AsyncBinaryAnswer", "BinaryAnswer"),
    "wire.sources": ("FileInput",),
    "values.decoding": ("Json",),
    "results.downloads": ("AsyncDownload", "Download"),
    "calls.group": ("AsyncGroup", "Group"),
    "tensors.infer": ("InferenceResult", "Outputs"),
    "tensors.inputs": ("Inputs",),
    "tensors.model": ("AsyncInferenceModel", "InferenceModel"),
    "tensors.spec": ("InferenceModelSpec", "ModelOperations"),
    "values.jsontypes": ("JsonValue",),
    "wire.links": ("DownloadFrom", "Link", "SignedUpload"),
    "batches.lines_file": ("AsyncLinesFile", "LinesFile"),
    "values.model": ("UNSET", "UnsetType"),
    "wire.by_media": ("ByMedia",),
    "wire.contents": ("AnyContent", "Content"),
    "wire.decoders": ("Binary", "Nothing", "Raw", "Text"),
    "wire.form_body": ("FormBody",),
    "wire.json_body": ("JsonBody",),
    "wire.multipart_body": ("MultipartBody", "Part"),
    "wire.operation": ("Operation",),
    "wire.parameters": ("Parameter",),
    "wire.raw_body": ("LinesBody", "RawBody"),
    "wire.scalars": ("ScalarParameter",),
    "calls.options": ("Options",),
    "wire.secrets": ("hides_arguments",),
    "batches.outcomes": (
        *("AsyncOutcomes", "Case", "Failed", "Joined", "Outcome", "Outcomes"),
        *("Succeeded", "join", "join_async", "write_failed"),
    ),
    "results.pages": ("AsyncPager", "AsyncPagingGroup", "Pager", "PagingGroup"),
    "results.pagination": ("Pagination",),
    "calls.conditions": ("All", "AnyOf", "At", "Not", "Status"),
    "results.polling": ("Polling", "Progress", "Rule"),
    "batches.run": ("AsyncRun", "Run"),
    "batches.plan": ("Added", "Adding", "Made", "Results", "Running", "Uploading"),
    "results.streams": ("AsyncStream", "Stream"),
    "results.streaming": ("Streaming",),
    "tables.parts": ("TablePart",),
    "tables.calls": ("R",),
    "tables.schema": ("Kind", "ResultTables"),
    "tables.tables": ("Table",),
}
TYPING = ("Any", "IO", "Literal", "Never")
_MODELS_ONLY = ("Discriminator", "Patterns")
MODULE_OF = {
    **{name: module for name, module in PARTS.items() if name not in _MODELS_ONLY},
    **{name: module for module, names in _RUNTIME.items() for name in names},
}

# What group modules import for the bodies of methods alone.
_IN_BODIES: dict[str, tuple[str, ...]] = {
    "batches.lines_file": ("AsyncLineOutcomes", "LineOutcomes", "LinesCall"),
    "batches.outcomes": ("OutcomeListing",),
    "batches.run": ("run_batch",),
    "results.binary": ("call_binary", "call_loosely"),
    "results.downloads": ("DownloadCall",),
    "results.jobs": ("progress_of", "wait"),
    "results.streams": ("Opening",),
    "tables.calls": ("call_table", "download_table"),
    "tables.uploads": ("upload",),
    "tensors.infer": ("Asked", "infer", "open_stream"),
}
ALIASES = {
    (module.rpartition(".")[2], name): f"_{name}"
    for module, names in _IN_BODIES.items()
    for name in names
}
"""(module, name) → what it is called there, which no argument, model or group can be called."""

# What modules other than those of groups import from the runtime, by module.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "batches.request_files": ("LineWriter",),
    "calls.auth": ("Security",),
    "calls.client": ("AsyncBaseClient", "BaseClient"),
    "calls.deprecation": ("deprecated",),
    "calls.core": ("Api",),
    "calls.schemes": ("SecurityScheme",),
    "batches.lines_file": ("read_outcomes",),
    "values.enums": ("OpenInt", "OpenStr"),
    "values.model": ("ApiModel", "const", "field"),
    "values.open_model": ("OpenModel", "extras"),
    "calls.oauth": ("ClientCredentials",),
    "wire.server_url": ("server_url",),
    "tables.schema": ("Column", "Family", "JsonLayout", "Layout"),
    "tables.formats": ("Format",),
    "tables.async_files": ("AsyncSource",),
    "tables.source": ("Source",),
    "tables.tables": ("ReadTable", "ScanTable", "Tables", "WriteTable"),
    "calls.webhooks": ("Form", "WebhookBody"),
}
HOME_OF = {
    **PARTS,
    **{name: module for module, names in _ELSEWHERE.items() for name in names},
    **{name: module for module, names in _IN_BODIES.items() for name in names},
    **MODULE_OF,
}
"""Every name of the runtime that a generated module may import, and the module it is in."""

_GROUP_MODULE = (
    *MODULE_OF,
    *TYPING,
    *ABSTRACT,
    *(name for name in STANDARD if name[:1].isupper()),
)
RESERVED_GROUPS = frozenset(
    name.removeprefix("Async") for name in _GROUP_MODULE if name[:1].isupper()
)
"""Classes that a group cannot be called like, because its module may import them."""
