"""The plan of a whole package: the entry of the plan stage."""

from __future__ import annotations

from collections.abc import Mapping

from clientpress.api.directions import split_directions
from clientpress.api.examples import heed_examples
from clientpress.api.naming import Naming
from clientpress.api.operations import Api
from clientpress.api.tags import declare_tags
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.answers import with_answers
from clientpress.plan.batch_files import plan_batch_files
from clientpress.plan.grouping import group_operations
from clientpress.plan.hooks import hook_words, payload_words, plan_hooks
from clientpress.plan.models import plan_models
from clientpress.plan.modules import plan_modules
from clientpress.plan.operations import (
    OperationRules,
    operation_words,
)
from clientpress.plan.parts import parts
from clientpress.plan.reach import forms, only_known, reachable, users
from clientpress.plan.reading import ReadingRules
from clientpress.plan.requests import RequestTypes
from clientpress.plan.security import plan_security
from clientpress.plan.servers import default_base_url, path_prefix, plan_servers
from clientpress.plan.tables import plan_tables
from clientpress.plan.types import Group, Models, Plan


def plan_package(
    api: Api,
    package: str,
    previous: Mapping[Place, str],
    report: Report,
    features: tuple[str, ...] = (),
    naming: Naming = Naming.RESOURCE,
) -> Plan:
    """Everything that is decided about the package.

    Args:
        previous: Names of an earlier run, by place; they are kept.
        features: What was asked for besides; keys of `FEATURES`.
        naming: Where the names of groups and methods come from.
    """
    api = split_directions(declare_tags(heed_examples(api, report)))
    api, credentials = plan_security(api, report)
    words = operation_words(api.operations)
    hooked = hook_words(api.hooks, words)
    words_of = payload_words(api.hooks, hooked)
    words_of |= {place: (name,) for place, name in words.items()}
    shown = [operation for operation in api.operations if not operation.hidden]
    called = {o.place: previous[o.place] for o in shown if o.place in previous}
    grouping = group_operations(shown, api.tags, api.schemas, naming, called, report)
    planned, named_places, rules = plan_models(api, words_of, previous)
    requests = RequestTypes(planned)
    tables = plan_tables(api, rules, report)
    reading = ReadingRules(rules, report)
    operations = OperationRules(api, rules, requests, reading, report)
    groups = with_answers(operations.groups(grouping, tables), api, report)
    hooks = plan_hooks(api.hooks, hooked, groups, rules, reading)
    batch_files = plan_batch_files(api, groups, rules, requests, report)
    definitions = planned | requests.definitions()
    components = set(api.components)
    kept = planned.values() if api.left_out is None else ()
    sent = forms(groups, named_places)
    always = [d.name for d in kept if d.place in components and d.name not in sent]
    others = batch_files.models()
    others += [name for hook in hooks for name in hook.models()]
    definitions = reachable(definitions, groups, [*always, *others])
    definitions = only_known(definitions, groups, others)
    kinds = [hook.decoder.annotation for hook in hooks]
    kinds += [kind for reader in batch_files.readers for kind in reader.types]
    names = {at: name for at, name in named_places.items() if name in definitions}
    using = users(groups)
    if sent_to_us := [
        name for h in hooks if h.hook.kind == "webhook" for name in h.models()
    ]:
        using.setdefault("webhooks", set()).update(sent_to_us)
    paths = [operation.path for operation in shown]
    modules = plan_modules(definitions, names, using, paths, api.title or package)
    return Plan(
        package=package,
        api=api,
        models=Models(definitions, modules, names),
        groups=groups,
        credentials=credentials,
        error_body=_error_body(groups),
        base_url=default_base_url(api),
        prefix=path_prefix(paths, default_base_url(api)),
        servers=plan_servers(api),
        tables=tables,
        batch_files=batch_files,
        hooks=hooks,
        features=features,
        parts=parts(definitions.values(), groups, kinds),
    )


def _error_body(groups: tuple[Group, ...]) -> a.Annotation | None:
    """The union of all documented error bodies; None if there is none, or if any JSON is allowed."""
    types = dict[a.Annotation, None]()
    for group in groups:
        for plan in group.operations:
            for _, decoder in plan.errors:
                types.setdefault(decoder.annotation)
    if not types or a.JSON in types:
        return None
    return a.union(*types)
