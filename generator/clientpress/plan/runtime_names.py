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
    "_arrow": ("ArrowStream",),
    "lines": ("LineFormat", "Undecodable"),
    "binary": ("AsyncBinaryAnswer", "BinaryAnswer"),
    "bodies": ("FileInput",),
    "decoding": ("Json",),
    "downloads": ("AsyncDownload", "Download", "DownloadFrom"),
    "group": ("AsyncGroup", "Group"),
    "inference": ("InferenceResult", "Outputs"),
    "inference_inputs": ("Inputs",),
    "inference_model": (
        *("AsyncInferenceModel", "InferenceModel", "InferenceModelSpec"),
        "ModelOperations",
    ),
    "jsontypes": ("JsonValue",),
    "links": ("Link",),
    "lines_file": ("AsyncLinesFile", "LinesFile"),
    "model": ("DecimalNumber", "StrInt", "UNSET", "Unknown", "UnsetType"),
    "operation": (
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
    "options": ("Options",),
    "outcomes": (
        *("AsyncOutcomes", "Case", "Failed", "Joined", "Outcome", "Outcomes"),
        *("Succeeded", "join", "join_async", "write_failed"),
    ),
    "pages": ("AsyncPager", "Pager", "Pagination"),
    "polling": (
        *("All", "AnyOf", "At", "Not", "Polling", "Progress", "Rule", "Status"),
        "progress_of",
    ),
    "run": ("AsyncRun", "Run"),
    "run_plan": ("Added", "Adding", "Made", "Results", "Running", "Uploading"),
    "signed_uploads": ("SignedUpload",),
    "streams": ("AsyncStream", "Stream", "Streaming"),
    "table_parts": ("TablePart",),
    "table_calls": ("R", "ResultTables"),
    "tables": ("Table",),
}
TYPING = ("Any", "IO", "Literal", "Never")
MODULE_OF = {name: module for module, names in _RUNTIME.items() for name in names}

# The runtime's groups that have more than calls: what needs which.
MIXINS = {
    "_binary": "binary_group.BinaryGroup",
    "_loose": "binary_group.BinaryGroup",
    "_download": "table_group.TableGroup",
    "_download_table": "table_group.TableGroup",
    "_infer": "inference_group.InferenceGroup",
    "_infer_stream": "inference_group.InferenceGroup",
    "_line_outcomes": "batch_group.BatchGroup",
    "_lines": "batch_group.BatchGroup",
    "_model": "inference_group.InferenceGroup",
    "_outcomes": "outcome_group.OutcomeGroup",
    "_pages": "page_group.PageGroup",
    "_run": "batch_group.BatchGroup",
    "_stream": "stream_group.StreamGroup",
    "_table": "table_group.TableGroup",
    "_upload": "table_group.TableGroup",
    "_wait": "polling_group.PollingGroup",
}

# What modules other than those of groups import from the runtime, by module.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "batch_files": ("LineWriter",),
    "client": ("Api", "AsyncBaseClient", "BaseClient", "SecurityScheme"),
    "lines_file": ("read_outcomes",),
    "model": (
        *("ApiModel", "Discriminator", "OpenInt", "OpenModel", "OpenStr", "Patterns"),
        *("const", "extras", "field"),
    ),
    "oauth": ("ClientCredentials",),
    "server_url": ("server_url",),
    "table_layout": ("Column", "Family", "JsonLayout", "Layout"),
    "table_source": ("Format", "Source"),
    "tables": ("ReadTable", "ScanTable", "Tables", "WriteTable"),
    "webhooks": ("Form", "WebhookBody"),
}
HOME_OF = {
    **{name: module for module, names in _ELSEWHERE.items() for name in names},
    **{
        f"{prefix}{name}": module
        for module, _, name in (mixin.partition(".") for mixin in MIXINS.values())
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
    *(name.partition(".")[2] for name in MIXINS.values()),
)
RESERVED_GROUPS = frozenset(
    name.removeprefix("Async") for name in _GROUP_MODULE if name[:1].isupper()
)
"""Classes that a group cannot be called like, because its module may import them."""
