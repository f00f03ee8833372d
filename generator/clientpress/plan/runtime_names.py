"""The names that generated modules take from the runtime and the standard library, and where
each of them is. What a document names must not hide them.
"""

from __future__ import annotations

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
    "wire.bodies": ("FileInput",),
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
    "values.model": ("DecimalNumber", "StrInt", "UNSET", "Unknown", "UnsetType"),
    "wire.operation": (
        *(
            "Binary",
            "ByMedia",
            "Content",
            "FormBody",
            "JsonBody",
            "LinesBody",
            "MultipartBody",
        ),
        *("Nothing", "Operation", "Parameter", "Part", "Raw", "RawBody", "Text"),
    ),
    "calls.options": ("Options",),
    "batches.outcomes": (
        *("AsyncOutcomes", "Case", "Failed", "Joined", "Outcome", "Outcomes"),
        *("Succeeded", "join", "join_async", "write_failed"),
    ),
    "results.pages": ("AsyncPager", "Pager"),
    "results.pagination": ("Pagination",),
    "calls.conditions": ("All", "AnyOf", "At", "Not", "Status"),
    "results.jobs": ("progress_of",),
    "results.polling": ("Polling", "Progress", "Rule"),
    "batches.run": ("AsyncRun", "Run"),
    "batches.plan": ("Added", "Adding", "Made", "Results", "Running", "Uploading"),
    "results.streams": ("AsyncStream", "Stream"),
    "results.streaming": ("Streaming",),
    "tables.parts": ("TablePart",),
    "tables.calls": ("R",),
    "tables.schema": ("ResultTables",),
    "tables.tables": ("Table",),
}
TYPING = ("Any", "IO", "Literal", "Never")
MODULE_OF = {name: module for module, names in _RUNTIME.items() for name in names}

# The runtime's groups that have more than calls: what needs which.
MIXINS = {
    "_binary": "results.binary_group.BinaryGroup",
    "_loose": "results.binary_group.BinaryGroup",
    "_download": "tables.group.TableGroup",
    "_download_table": "tables.group.TableGroup",
    "_infer": "tensors.group.InferenceGroup",
    "_infer_stream": "tensors.group.InferenceGroup",
    "_line_outcomes": "batches.batch_group.BatchGroup",
    "_lines": "batches.batch_group.BatchGroup",
    "_model": "tensors.group.InferenceGroup",
    "_outcomes": "batches.outcome_group.OutcomeGroup",
    "_pages": "results.page_group.PageGroup",
    "_run": "batches.batch_group.BatchGroup",
    "_stream": "results.stream_group.StreamGroup",
    "_table": "tables.group.TableGroup",
    "_upload": "tables.group.TableGroup",
    "_wait": "results.job_group.PollingGroup",
}

# What modules other than those of groups import from the runtime, by module.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "batches.request_files": ("LineWriter",),
    "calls.client": ("Api", "AsyncBaseClient", "BaseClient", "SecurityScheme"),
    "batches.lines_file": ("read_outcomes",),
    "values.model": (
        *("ApiModel", "Discriminator", "OpenInt", "OpenModel", "OpenStr", "Patterns"),
        *("const", "extras", "field"),
    ),
    "calls.oauth": ("ClientCredentials",),
    "wire.server_url": ("server_url",),
    "tables.schema": ("Column", "Family", "JsonLayout", "Layout"),
    "tables.formats": ("Format",),
    "tables.source": ("Source",),
    "tables.tables": ("ReadTable", "ScanTable", "Tables", "WriteTable"),
    "calls.webhooks": ("Form", "WebhookBody"),
}
HOME_OF = {
    **{name: module for module, names in _ELSEWHERE.items() for name in names},
    **{
        f"{prefix}{name}": module
        for module, _, name in (mixin.rpartition(".") for mixin in MIXINS.values())
        for prefix in ("", "Async")
    },
    **MODULE_OF,
}
"""Every name of the runtime that a generated module may import, and the module it is in."""

_GROUP_MODULE = (
    *MODULE_OF,
    *TYPING,
    *ABSTRACT,
    *(name for name in STANDARD if name[:1].isupper()),
    *(name.rpartition(".")[2] for name in MIXINS.values()),
)
RESERVED_GROUPS = frozenset(
    name.removeprefix("Async") for name in _GROUP_MODULE if name[:1].isupper()
)
"""Classes that a group cannot be called like, because its module may import them."""
