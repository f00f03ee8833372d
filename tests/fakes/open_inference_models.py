"""The models of the fake inference server, and what they make of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tests.fakes.open_inference_messages import DTYPES, Asked, Tensor, refused
from tests.fakes.service import JsonObject


@dataclass(frozen=True, slots=True)
class Slot:
    """A tensor that a model takes or returns; -1 stands for any number."""

    name: str
    datatype: str
    shape: tuple[int, ...] = (-1,)

    def check(self, tensor: Tensor) -> None:
        """Raise Refused for a tensor that does not fit."""
        if tensor.datatype != self.datatype:
            raise refused(
                f"input '{self.name}' is {self.datatype}, not {tensor.datatype}"
            )
        fits = len(tensor.shape) == len(self.shape) and all(
            wanted in (-1, given)
            for wanted, given in zip(self.shape, tensor.shape, strict=True)
        )
        if not fits:
            wanted, given = list(self.shape), list(tensor.shape)
            raise refused(f"input '{self.name}' has the shape {wanted}, not {given}")

    def describe(self) -> JsonObject:
        """The tensor as it stands in metadata."""
        return {
            "name": self.name,
            "datatype": self.datatype,
            "shape": list(self.shape),
        }


@dataclass(frozen=True, slots=True)
class Model:
    """A model; the last of its versions is run when none is named.

    Attributes:
        run: Makes the outputs of a request and a version.
        optional: Whether inputs may be left out.
        streams: Whether a stream has an answer for each row of the inputs, instead of one for all.
    """

    name: str
    versions: tuple[str, ...]
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    run: Callable[[Asked, str], Sequence[Tensor]]
    optional: bool = False
    streams: bool = False

    def describe(self, version: str | None) -> JsonObject:
        """The metadata of a version, or of the whole model."""
        return {
            "name": self.name,
            "versions": list(self.versions) if version is None else [version],
            "platform": "python",
            "inputs": [slot.describe() for slot in self.inputs],
            "outputs": [slot.describe() for slot in self.outputs],
        }

    def infer(self, asked: Asked, version: str) -> list[Tensor]:
        """The outputs that are wanted.

        Raises:
            Refused: The request does not fit the model, or it asks for a failure.
        """
        slots = {slot.name: slot for slot in self.inputs}
        for name, tensor in asked.inputs.items():
            if name not in slots:
                raise refused(f"unexpected input '{name}' for model '{self.name}'")
            slots[name].check(tensor)
        missing = [name for name in slots if name not in asked.inputs]
        if missing and not self.optional:
            raise refused(f"missing input '{missing[0]}' for model '{self.name}'")
        names = [slot.name for slot in self.outputs]
        for name in asked.outputs or ():
            if name not in names:
                raise refused(f"unexpected output '{name}' for model '{self.name}'")
        if "fail" in asked.parameters:
            raise refused(f"asked to fail: {asked.parameters['fail']}", 500)
        made = self.run(asked, version)
        return [t for t in made if asked.outputs is None or t.name in asked.outputs]


def rows_of(asked: Asked) -> list[Asked]:
    """A request for each row of the inputs."""
    count = min((tensor.shape[0] for tensor in asked.inputs.values()), default=0)
    return [
        Asked(
            {name: _row(tensor, number) for name, tensor in asked.inputs.items()},
            asked.outputs,
            asked.parameters,
            asked.id,
        )
        for number in range(count)
    ]


def _row(tensor: Tensor, number: int) -> Tensor:
    shape = (1, *tensor.shape[1:])
    elements = tensor.elements.reshape(tensor.shape)[number].ravel()
    return Tensor(tensor.name, tensor.datatype, shape, elements)


def _sum(asked: Asked, version: str) -> list[Tensor]:
    """The sums of the rows of x; version 2 is ten times version 1."""
    x = asked.inputs["x"]
    with np.errstate(over="ignore"):
        sums = x.elements.reshape(x.shape).sum(axis=1) * 10 ** (int(version) - 1)
    return [Tensor("total", "FP32", (x.shape[0],), sums.astype(DTYPES["FP32"]))]


def _again(asked: Asked, version: str) -> list[Tensor]:
    """Every input again, as out_… for in_…."""
    return [
        Tensor(
            name.replace("in_", "out_", 1),
            tensor.datatype,
            tensor.shape,
            tensor.elements,
        )
        for name, tensor in asked.inputs.items()
    ]


MODELS = {
    model.name: model
    for model in (
        Model(
            name="summer",
            versions=("1", "2"),
            inputs=(Slot("x", "FP32", (-1, 3)),),
            outputs=(Slot("total", "FP32"),),
            run=_sum,
            streams=True,
        ),
        Model(
            name="echo",
            versions=("1",),
            inputs=tuple(Slot(f"in_{name.lower()}", name) for name in DTYPES),
            outputs=tuple(Slot(f"out_{name.lower()}", name) for name in DTYPES),
            run=_again,
            optional=True,
        ),
    )
}
"""The models by name."""
