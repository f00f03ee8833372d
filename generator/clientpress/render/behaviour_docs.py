"""The constants that describe behaviours to the runtime."""

from __future__ import annotations

from typing import Any

from clientpress.api.behaviours import (
    Compare,
    Condition,
    Download,
    Every,
    Negation,
    Pagination,
    Polling,
    Some,
    StatusIs,
    Tables,
)
from clientpress.document.data import is_array
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import (
    Behaviour,
    CallPlan,
    LineFormatPlan,
    LinesPlan,
    ModelPlan,
    OperationRef,
    OutcomePlan,
    OutcomesPlan,
    RunPlan,
    SignedUploadPlan,
)
from clientpress.render import layout
from clientpress.render.layout import Doc

Words = list[tuple[str, Doc]]


def constant_value(value: Behaviour) -> Doc:
    """The right-hand side of a constant."""
    match value:
        case Pagination():
            return _pagination(value)
        case Polling():
            return _polling(value)
        case OutcomePlan():
            return outcome_doc(value)
        case Tables():
            return _tables(value)
        case Download():
            return _download(value)
        case SignedUploadPlan():
            return _signed_upload(value)
        case RunPlan():
            return _run(value)
        case LinesPlan():
            return _lines(value)
        case LineFormatPlan():
            return line_format(value)
        case ModelPlan():
            return _model(value)


def _given(*pairs: tuple[str, object]) -> Words:
    """Keyword arguments that say something."""
    return [
        (key, layout.value(value))
        for key, value in pairs
        if value not in ("", 0, 0.0, None, ())
    ]


def _pagination(pagination: Pagination) -> Doc:
    """`Pagination(…)`."""
    arguments = [("kind", layout.value(pagination.kind))]
    for name in ("items", "next", "send", "size", "more", "total"):
        value: str = getattr(pagination, name)
        if value:
            arguments.append((name, layout.value(value)))
    return layout.runtime_call("Pagination", arguments)


def _polling(polling: Polling) -> Doc:
    """`Polling(…)`."""
    rules = list[Doc]()
    for rule in polling.rules:
        words = [("", layout.value(rule.outcome)), ("", _condition(rule.when))]
        if rule.reason:
            words.append(("reason", layout.value(rule.reason)))
        rules.append(layout.runtime_call("Rule", words))
    arguments: list[tuple[str, Doc]] = [("rules", layout.tuple_of(rules))]
    if polling.progress:
        progress = [
            ("done", layout.value(polling.progress.done)),
            ("total", layout.value(polling.progress.total)),
        ]
        arguments.append(("progress", layout.runtime_call("Progress", progress)))
    arguments.append(("interval", layout.value(polling.interval)))
    arguments.append(("timeout", layout.value(polling.timeout)))
    if polling.unavailable:
        arguments.append(("unavailable", layout.value(polling.unavailable)))
    return layout.runtime_call("Polling", arguments)


def outcome_doc(plan: OutcomePlan) -> Doc:
    """`Outcome(…)`."""
    outcome = plan.outcome
    cases = [
        layout.runtime_call(
            "Case",
            [
                ("", layout.value(c.result)),
                ("", layout.value(c.at)),
                ("", _condition(c.when)),
            ],
        )
        for c in outcome.cases
    ]
    words: Words = [
        ("id", layout.value(outcome.id)),
        ("cases", layout.tuple_of(cases)),
    ]
    if plan.item is not None:
        words.append(("item", json_reader(plan.item)))
    return layout.runtime_call("Outcome", words)


def _condition(condition: Condition) -> Doc:
    match condition:
        case Compare():
            arguments = [
                ("", layout.value(condition.at)),
                ("", layout.value(condition.test)),
            ]
            if condition.test not in ("present", "absent", "past"):
                value: Any = condition.value
                arguments.append(
                    ("", layout.value(tuple(value) if is_array(value) else value))
                )
            return layout.runtime_call("At", arguments)
        case StatusIs():
            return layout.runtime_call(
                "Status", [("", layout.value(status)) for status in condition.statuses]
            )
        case Every() | Some():
            name = "All" if isinstance(condition, Every) else "AnyOf"
            return layout.runtime_call(
                name,
                [("", _condition(below)) for below in condition.conditions],
            )
        case Negation():
            return layout.runtime_call("Not", [("", _condition(condition.condition))])


def _constant(target: OperationRef) -> Doc:
    """A constant, which may be one of another group."""
    return a.Name(target.constant, a.Origin.GROUP, target.module)


# ------------------------------------------------------------------ tables and files
def _tables(tables: Tables) -> Doc:
    words = _given(("of", tables.of), ("unwrap", tables.unwrap))
    if not tables.trust_content_type:
        words.append(("trust_content_type", layout.value(False)))
    return layout.runtime_call("ResultTables", words)


def _download(download: Download) -> Doc:
    words = _given(("url", download.url))
    if download.auth != "none":
        words.append(("auth", layout.value(download.auth)))
    return layout.runtime_call("DownloadFrom", words)


def _signed_upload(plan: SignedUploadPlan) -> Doc:
    upload = plan.upload
    words = _given(
        ("url", upload.url),
        ("name", upload.name),
        ("size", upload.size),
        ("type", upload.type),
        ("content_type", upload.content_type),
    )
    if plan.complete:
        words.append(("complete", _link(plan.complete)))
    return layout.runtime_call("SignedUpload", words)


def _link(call: CallPlan) -> Doc:
    """A call of another operation; one address stands alone, several are a tuple."""
    words: Words = [("operation", _constant(call.target))]
    if call.parameters:
        entries = list[tuple[Doc, Doc]]()
        for name, told in call.parameters:
            first, *others = told
            shown: object = told if others else first
            entries.append((layout.value(name), layout.value(shown)))
        words.append(("parameters", layout.dict_of(entries)))
    return layout.runtime_call("Link", words)


# ------------------------------------------------------------------ lines, batches, models
def json_reader(kind: Annotation) -> Doc:
    """`Json("…")`: reads a body or a part of one."""
    return layout.runtime_call("Json", [("", layout.text_of(kind))])


def _lines(plan: LinesPlan) -> Doc:
    words: Words = [
        ("framing", layout.value(plan.framing)),
        ("item", _item(plan)),
        *_given(
            ("accept", plan.accept),
            ("whole", plan.whole),
            ("member", plan.member),
            ("terminator", plan.terminator),
            ("error", plan.error),
            ("resume", plan.resume),
        ),
    ]
    return layout.runtime_call("Streaming", words)


def _item(plan: LinesPlan) -> Doc:
    if plan.text:
        return layout.runtime_call("Text", [])
    return json_reader(plan.item)


def line_format(plan: LineFormatPlan) -> Doc:
    """What the lines of an input file are."""
    words: Words = [
        ("item", json_reader(plan.item)),
        *_given(
            ("id", plan.lines.id),
            ("max_lines", plan.lines.max_lines),
            ("max_bytes", plan.lines.max_bytes),
        ),
    ]
    return layout.runtime_call("LineFormat", words)


def _run(plan: RunPlan) -> Doc:
    run = plan.run
    words: Words = [
        ("create", _constant(plan.create)),
        ("job", layout.value(run.job)),
    ]
    if plan.adding and plan.file and run.adding:
        inner: Words = [
            ("call", _link(plan.adding)),
            ("requests", layout.value(run.adding.requests)),
            ("format", line_format(plan.file)),
            *_given(("per_second", run.adding.per_second)),
        ]
        words.append(("adding", layout.runtime_call("Adding", inner)))
    if plan.uploading and plan.file and run.uploading:
        inner = [
            ("call", _link(plan.uploading)),
            ("format", line_format(plan.file)),
            ("file", layout.value(run.uploading.file)),
            ("result", layout.value(run.uploading.result)),
            ("send", layout.value(run.uploading.send)),
        ]
        words.append(("uploading", layout.runtime_call("Uploading", inner)))
    if plan.added and plan.added_pages:
        inner = [
            ("call", _link(plan.added)),
            ("pagination", _constant(plan.added_pages)),
            ("id", layout.value(run.added_id)),
        ]
        words.append(("added", layout.runtime_call("Added", inner)))
    if plan.made and plan.made_pages:
        inner = [
            ("call", _link(plan.made)),
            ("pagination", _constant(plan.made_pages)),
            ("match", layout.value(run.made_match)),
            ("job", layout.value(run.made_id)),
        ]
        words.append(("made", layout.runtime_call("Made", inner)))
    words += _given(("creates_per_second", run.per_second))
    words += [
        ("status", _link(plan.status)),
        ("polling", _constant(plan.polling)),
        ("outcomes", layout.tuple_of([_results(x) for x in plan.outcomes])),
    ]
    return layout.runtime_call("Running", words)


def _results(plan: OutcomesPlan) -> Doc:
    words: Words = [
        ("call", _link(plan.call)),
        ("outcome", _constant(plan.outcome)),
        ("pagination" if plan.paged else "lines", _constant(plan.framing)),
    ]
    return layout.runtime_call("Results", words)


def _model(plan: ModelPlan) -> Doc:
    def roles(found: tuple[tuple[str, OperationRef], ...]) -> Words:
        return [(role, _constant(target)) for role, target in found]

    words = roles(plan.operations)
    if plan.versioned:
        versioned = layout.runtime_call("ModelOperations", roles(plan.versioned))
        words.append(("versioned", versioned))
    return layout.runtime_call("InferenceModelSpec", words)
