"""The Open Inference Protocol: the same inference as JSON, as bytes, and by the handle of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from open_inference import Client, capture
from open_inference.errors import InvalidRequestError
from tests.fakes.open_inference import FakeOpenInference

if TYPE_CHECKING:
    from open_inference import InferenceResult

    from .screen import Screen

ROWS = [[1, 2, 3], [4, 5, 6]]
RESULTS = ("as_json", "as_bytes", "by_model")


def show(screen: Screen) -> None:
    """Run a model that sums rows, whose version 2 makes ten times as much of them."""
    with FakeOpenInference() as fake, Client(base_url=fake.base_url) as client:
        screen.heading(
            "Open Inference Protocol", f"{fake.base_url} acts as a model server"
        )
        with capture() as calls:
            results = screen.run(_infer, client)
        answers = [call for call in calls if call.operation.endswith("Infer")]
        totals = [result["total"].to_numpy().tolist() for result in results]
        screen.table(
            ("result", "came as", ">bytes", ">version", "total"),
            (
                (
                    name,
                    answer.headers["content-type"],
                    str(len(answer.body)),
                    result.model_version,
                    str(total),
                )
                for name, answer, result, total in zip(
                    RESULTS, answers, results, totals, strict=True
                )
            ),
        )
        sums = [float(sum(row)) for row in ROWS]
        as_json, as_bytes, of_version_1 = totals
        kinds = [answer.headers["content-type"] for answer in answers]
        screen.check(
            as_json == as_bytes == [10 * each for each in sums]
            and kinds[:2] == ["application/json", "application/octet-stream"],
            "JSON and bytes hold the same tensor",
        )
        screen.check(of_version_1 == sums, "version 1 makes plain sums")
        _refusal(screen, client, fake)


def _infer(client: Client) -> list[InferenceResult]:
    x = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
    as_json = client.infer("summer", {"x": x})
    as_bytes = client.infer("summer", {"x": x}, binary=True)
    summer = client.model("summer", "1")  # reads once what the model takes
    by_model = summer.infer({"x": [[1, 2, 3], [4, 5, 6]]})
    return [as_json, as_bytes, by_model]


def _refused(client: Client) -> str:
    try:
        client.model("summer").infer({"x": [[1, 2]]})
        said = ""
    except InvalidRequestError as error:
        said = str(error)
    return said


def _refusal(screen: Screen, client: Client, fake: FakeOpenInference) -> None:
    """Show what is said about a tensor that does not fit."""
    sent = sum(request.method == "POST" for request in fake.requests)
    said = screen.run(_refused, client)
    screen.say(said)
    screen.check(
        "x" in said
        and sent == sum(request.method == "POST" for request in fake.requests),
        "what does not fit is refused before it is sent",
    )
