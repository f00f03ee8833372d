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
from clientpress.render.group_imports import GroupImports
from clientpress.render.layout import Doc

Words = list[tuple[str, Doc]]


def constant_value(value: Behaviour, imports: GroupImports) -> Doc:
    """The right-hand side of a constant."""
    match value:
        case Pagination():
            return _pagination(value, imports)
        case Polling():
            return _polling(value, imports)
        case OutcomePlan():
            return outcome_doc(value, imports)
        case Tables():
            return _tables(value, imports)
        case Download():
            return _download(value, imports)
        case SignedUploadPlan():
            return _signed_upload(value, imports)
        case RunPlan():
            return _run(value, imports)
        case LinesPlan():
            return _lines(value, imports)
        case LineFormatPlan():
            return line_format(value, imports)
        case ModelPlan():
            return _model(value, imports)


def _told(name: str, words: Words, imports: GroupImports) -> Doc:
    """A call of a class of the runtime, without arguments that are empty."""
    imports.described(name)
    return layout.call(name, words)


def _given(*pairs: tuple[str, object]) -> Words:
    """Keyword arguments that say something."""
    return [
        (key, layout.value(value))
        for key, value in pairs
        if value not in ("", 0, 0.0, None, ())
    ]


def _pagination(pagination: Pagination, imports: GroupImports) -> Doc:
    """`Pagination(…)`."""
    imports.runtime("results.pages", "Pagination")
    arguments = [("kind", layout.value(pagination.kind))]
    for name in ("items", "next", "send", "size", "more", "total"):
        value: str = getattr(pagination, name)
        if value:
            arguments.append((name, layout.value(value)))
    return layout.call("Pagination", arguments)


def _polling(polling: Polling, imports: GroupImports) -> Doc:
    """`Polling(…)`."""
    imports.runtime("results.jobs", "Polling")
    imports.runtime("results.jobs", "Rule")
    rules = list[Doc]()
    for rule in polling.rules:
        words = [("", layout.value(rule.outcome)), ("", _condition(rule.when, imports))]
        if rule.reason:
            words.append(("reason", layout.value(rule.reason)))
        rules.append(layout.call("Rule", words))
    arguments: list[tuple[str, Doc]] = [("rules", layout.tuple_of(rules))]
    if polling.progress:
        imports.runtime("results.jobs", "Progress")
        progress = [
            ("done", layout.value(polling.progress.done)),
            ("total", layout.value(polling.progress.total)),
        ]
        arguments.append(("progress", layout.call("Progress", progress)))
    arguments.append(("interval", layout.value(polling.interval)))
    arguments.append(("timeout", layout.value(polling.timeout)))
    if polling.unavailable:
        arguments.append(("unavailable", layout.value(polling.unavailable)))
    return layout.call("Polling", arguments)


def outcome_doc(plan: OutcomePlan, imports: GroupImports) -> Doc:
    """`Outcome(…)`."""
    outcome = plan.outcome
    imports.runtime("batches.outcomes", "Outcome")
    imports.runtime("batches.outcomes", "Case")
    cases = [
        layout.call(
            "Case",
            [
                ("", layout.value(c.result)),
                ("", layout.value(c.at)),
                ("", _condition(c.when, imports)),
            ],
        )
        for c in outcome.cases
    ]
    words: Words = [
        ("id", layout.value(outcome.id)),
        ("cases", layout.tuple_of(cases)),
    ]
    if plan.item is not None:
        words.append(("item", _json(layout.annotation(plan.item), imports)))
    return layout.call("Outcome", words)


def _condition(condition: Condition, imports: GroupImports) -> Doc:
    match condition:
        case Compare():
            imports.runtime("results.jobs", "At")
            arguments = [
                ("", layout.value(condition.at)),
                ("", layout.value(condition.test)),
            ]
            if condition.test not in ("present", "absent", "past"):
                value: Any = condition.value
                arguments.append(
                    ("", layout.value(tuple(value) if is_array(value) else value))
                )
            return layout.call("At", arguments)
        case StatusIs():
            imports.runtime("results.jobs", "Status")
            return layout.call(
                "Status", [("", layout.value(status)) for status in condition.statuses]
            )
        case Every() | Some():
            name = "All" if isinstance(condition, Every) else "AnyOf"
            imports.runtime("results.jobs", name)
            return layout.call(
                name,
                [("", _condition(below, imports)) for below in condition.conditions],
            )
        case Negation():
            imports.runtime("results.jobs", "Not")
            return layout.call("Not", [("", _condition(condition.condition, imports))])


# ------------------------------------------------------------------ tables and files
def _tables(tables: Tables, imports: GroupImports) -> Doc:
    words = _given(("of", tables.of), ("unwrap", tables.unwrap))
    if not tables.trust_content_type:
        words.append(("trust_content_type", layout.value(False)))
    return _told("ResultTables", words, imports)


def _download(download: Download, imports: GroupImports) -> Doc:
    words = _given(("url", download.url))
    if download.auth != "none":
        words.append(("auth", layout.value(download.auth)))
    return _told("DownloadFrom", words, imports)


def _signed_upload(plan: SignedUploadPlan, imports: GroupImports) -> Doc:
    upload = plan.upload
    words = _given(
        ("url", upload.url),
        ("name", upload.name),
        ("size", upload.size),
        ("type", upload.type),
        ("content_type", upload.content_type),
    )
    if plan.complete:
        words.append(("complete", _link(plan.complete, imports)))
    return _told("SignedUpload", words, imports)


def _link(call: CallPlan, imports: GroupImports) -> Doc:
    """A call of another operation; one address stands alone, several are a tuple."""
    words: Words = [("operation", imports.reference(call.target))]
    if call.parameters:
        entries = list[tuple[Doc, Doc]]()
        for name, told in call.parameters:
            first, *others = told
            shown: object = told if others else first
            entries.append((layout.value(name), layout.value(shown)))
        words.append(("parameters", layout.dict_of(entries)))
    return _told("Link", words, imports)


# ------------------------------------------------------------------ lines, batches, models
def _json(text: Doc, imports: GroupImports) -> Doc:
    imports.described("Json")
    return layout.call("Json", [("", layout.value(layout.flat(text)))])


def _lines(plan: LinesPlan, imports: GroupImports) -> Doc:
    words: Words = [
        ("framing", layout.value(plan.framing)),
        ("item", _item(plan, imports)),
        *_given(
            ("accept", plan.accept),
            ("whole", plan.whole),
            ("member", plan.member),
            ("terminator", plan.terminator),
            ("error", plan.error),
            ("resume", plan.resume),
        ),
    ]
    return _told("Streaming", words, imports)


def _item(plan: LinesPlan, imports: GroupImports) -> Doc:
    if plan.text:
        return _told("Text", [], imports)
    return _json(layout.annotation(plan.item), imports)


def line_format(plan: LineFormatPlan, imports: GroupImports) -> Doc:
    """What the lines of an input file are."""
    words: Words = [
        ("item", _json(layout.annotation(plan.item), imports)),
        *_given(
            ("id", plan.lines.id),
            ("max_lines", plan.lines.max_lines),
            ("max_bytes", plan.lines.max_bytes),
        ),
    ]
    return _told("LineFormat", words, imports)


def _run(plan: RunPlan, imports: GroupImports) -> Doc:
    run = plan.run
    words: Words = [
        ("create", imports.reference(plan.create)),
        ("job", layout.value(run.job)),
    ]
    if plan.adding and plan.file and run.adding:
        inner: Words = [
            ("call", _link(plan.adding, imports)),
            ("requests", layout.value(run.adding.requests)),
            ("format", line_format(plan.file, imports)),
            *_given(("per_second", run.adding.per_second)),
        ]
        words.append(("adding", _told("Adding", inner, imports)))
    if plan.uploading and plan.file and run.uploading:
        inner = [
            ("call", _link(plan.uploading, imports)),
            ("format", line_format(plan.file, imports)),
            ("file", layout.value(run.uploading.file)),
            ("result", layout.value(run.uploading.result)),
            ("send", layout.value(run.uploading.send)),
        ]
        words.append(("uploading", _told("Uploading", inner, imports)))
    if plan.added and plan.added_pages:
        inner = [
            ("call", _link(plan.added, imports)),
            ("pagination", imports.reference(plan.added_pages)),
            ("id", layout.value(run.added_id)),
        ]
        words.append(("added", _told("Added", inner, imports)))
    if plan.made and plan.made_pages:
        inner = [
            ("call", _link(plan.made, imports)),
            ("pagination", imports.reference(plan.made_pages)),
            ("match", layout.value(run.made_match)),
            ("job", layout.value(run.made_id)),
        ]
        words.append(("made", _told("Made", inner, imports)))
    words += _given(("creates_per_second", run.per_second))
    words += [
        ("status", _link(plan.status, imports)),
        ("polling", imports.reference(plan.polling)),
        ("outcomes", layout.tuple_of([_results(x, imports) for x in plan.outcomes])),
    ]
    return _told("Running", words, imports)


def _results(plan: OutcomesPlan, imports: GroupImports) -> Doc:
    words: Words = [
        ("call", _link(plan.call, imports)),
        ("outcome", imports.reference(plan.outcome)),
        ("pagination" if plan.paged else "lines", imports.reference(plan.framing)),
    ]
    return _told("Results", words, imports)


def _model(plan: ModelPlan, imports: GroupImports) -> Doc:
    def roles(found: tuple[tuple[str, OperationRef], ...]) -> Words:
        return [(role, imports.reference(target)) for role, target in found]

    words = roles(plan.operations)
    if plan.versioned:
        versioned = _told("ModelOperations", roles(plan.versioned), imports)
        words.append(("versioned", versioned))
    return _told("InferenceModelSpec", words, imports)
