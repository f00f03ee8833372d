"""Inference by tensors, as the Open Inference Protocol defines it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from clientpress.api.behaviours import ModelHandle
from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.calls import CORE, TRANSPORT, by_name, handle, run, runtime_call
from clientpress.plan.context import Context
from clientpress.plan.descriptions import named
from clientpress.plan.methods import (
    OPTIONS,
    Wished,
    beside,
    in_order,
    runtime,
    wished,
)
from clientpress.plan.types import (
    Argument,
    Default,
    Method,
    OperationPlan,
    Passed,
)
from clientpress.runtime.tensors.spec import InferenceModelSpec, ModelOperations
from clientpress.runtime.wire.operation import Operation as Described

_PREFIX = "x-clientpress-"
# The runtime sends it where a message has bytes behind its JSON.
_LENGTH = "inference-header-content-length"
_OPTIONAL_STR = a.Or((a.STR, a.NONE))

ARGUMENTS = (
    Argument(
        name="inputs",
        wire="",
        annotation=runtime("Inputs"),
        default=Default.REQUIRED,
        doc="Arrays, lists or tensors by input name; or tensors; or a data frame, one input a column.",
        positional=True,
    ),
    Argument(
        name="outputs",
        wire="",
        annotation=a.Or((runtime("Outputs"), a.NONE)),
        default=Default.NONE,
        doc="Which outputs are wanted; all by default.",
    ),
    Argument(
        name="parameters",
        wire="",
        annotation=a.Or(
            (
                a.Generic(a.Name("Mapping", a.Origin.STANDARD), (a.STR, a.JSON)),
                a.NONE,
            )
        ),
        default=Default.NONE,
        doc="Parameters of the request, for the server.",
    ),
    Argument(
        name="id",
        wire="",
        annotation=_OPTIONAL_STR,
        default=Default.NONE,
        doc="Comes back with the answer.",
    ),
    Argument(
        name="binary",
        wire="",
        annotation=a.Or((a.BOOL, a.NONE)),
        default=Default.NONE,
        doc="Whether tensors travel as bytes, which the server has to support; by default only"
        " where JSON cannot hold them.",
    ),
)


class InferenceMethods:
    """The methods of operations with `x-clientpress-tensors`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def main(self, plan: OperationPlan) -> Wished | None:
        """The method of an inference: tensors in, tensors out."""
        if plan.operation.tensors is None:
            return None
        streams = self._context.streamed(plan.operation) is not None
        result = runtime("InferenceResult")
        kind = "infer_stream" if streams else "infer"
        plan = beside(plan, *(x.name for x in ARGUMENTS))
        shown = tuple(x for x in plan.arguments if x.wire.lower() != _LENGTH)
        asked = runtime_call("Asked", *(Passed(x.name) for x in ARGUMENTS))
        passed = (
            CORE,
            Passed(plan.constant),
            Passed(tuple(x.name for x in shown)),
            Passed(asked),
            *by_name("options"),
        )
        method = Method(
            name="",
            kind=kind,
            plan=plan,
            arguments=in_order((*shown, *ARGUMENTS, OPTIONS)),
            returns=runtime("Stream", result) if streams else result,
            call=(
                handle("Stream", runtime_call("open_stream", *passed))
                if streams
                else run("infer", *passed)
            ),
        )
        return Wished(kind, (), 1, lambda name: replace(method, name=name))

    def added(self, plan: OperationPlan, name: str) -> Iterator[Wished]:
        """`model`: a handle that knows a model's inputs."""
        tensors = plan.operation.tensors
        if tensors is None or tensors.model is None:
            return
        place = plan.operation.place.child(_PREFIX + "tensors", "model")
        model = tensors.model
        roles = self._references(model.operations, place, 1)
        several = self._references(model.versioned, place.child("versioned"), 2)
        self._check(plan, place, 1)
        if len(roles) + len(several) < len(model.operations) + len(model.versioned):
            return
        value = InferenceModelSpec[Any](
            infer=named(self._context.own_reference(plan), Described[Any]),
            metadata=roles["metadata"],
            ready=roles["ready"],
            stream=roles.get("stream"),
            server=roles.get("server"),
            versioned=ModelOperations[Any](**several) if several else None,
        )
        metadata_plan = self._context.find(dict(model.operations)["metadata"])
        metadata = metadata_plan.returns if metadata_plan else a.JSON
        constant = self._context.constant(
            plan, "MODEL", runtime("InferenceModelSpec", metadata), value
        )
        method = self._handle(plan, model, constant, metadata)
        yield wished(method, (model.method,), 2)

    def _handle(
        self,
        plan: OperationPlan,
        model: ModelHandle,
        constant: str,
        metadata: Annotation,
    ) -> Method:
        name = Argument(
            name="name",
            wire="",
            annotation=a.STR,
            default=Default.REQUIRED,
            doc="Name of the model.",
            positional=True,
        )
        version = Argument(
            name="version",
            wire="",
            annotation=_OPTIONAL_STR,
            default=Default.NONE,
            doc="Version of the model; by default the server picks one.",
            positional=True,
        )
        return Method(
            name="",
            kind="model",
            plan=plan,
            arguments=(name, version) if model.versioned else (name,),
            returns=runtime("InferenceModel", metadata),
            call=runtime_call(
                "InferenceModel",
                CORE,
                TRANSPORT,
                Passed(constant),
                Passed("name"),
                *((Passed("version"),) if model.versioned else ()),
            ),
            sends=False,
            summary="A model by its name. It reads the model's metadata once, and then knows its inputs.",
        )

    def _references(
        self, roles: tuple[tuple[str, str], ...], place: Place, names: int
    ) -> dict[str, Described[Any]]:
        """The operations of the roles. The path of each has `names` parameters; that of the server
        has none.
        """
        context, references = self._context, dict[str, Described[Any]]()
        for role, operation in roles:
            plan = context.plan_of(operation, place.child(role))
            if plan is not None:
                self._check(plan, place.child(role), 0 if role == "server" else names)
                references[role] = named(context.reference(operation), Described[Any])
        return references

    def _check(self, plan: OperationPlan, place: Place, names: int) -> None:
        """The handle can call an operation if name and version are all that it needs."""
        needed = [p for p in plan.operation.parameters if p.required]
        if [p.location for p in needed] != ["path"] * names:
            what = ("nothing", "the name of a model", "a name and a version")[names]
            shown = ", ".join(p.wire for p in needed) or "nothing"
            message = f"{plan.operation.id!r} needs {shown}; a handle gives it {what}"
            hint = "Name an operation that needs just this, in its path."
            self._context.report.error("CP303", place, message, hint)
