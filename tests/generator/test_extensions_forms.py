"""The good forms of the extensions of tables, files, lines, runs, tensors and streams: what the parse stage makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientpress.api.behaviours import (
    Adding,
    Call,
    Download,
    Family,
    Lines,
    ModelHandle,
    Run,
    SignedUpload,
    Stream,
    Table,
    Tables,
    Tensors,
    Upload,
    Uploading,
)
from clientpress.api.operations import Api, Operation
from clientpress.api.schemas import Object
from tests.generator.making import parsed, schema_named
from tests.generator.test_extensions_fuzz import good


@pytest.fixture
def api(tmp_path: Path, request: pytest.FixtureRequest) -> Api:
    """What the document of a case says."""
    api, report = parsed(tmp_path, good(request.param))
    assert not len(report)
    return api


def operation(api: Api, id: str) -> Operation:
    (found,) = [o for o in api.operations if o.id == id]
    return found


of_tables = pytest.mark.parametrize("api", ["result_tables"], indirect=True)
of_batches = pytest.mark.parametrize("api", ["batches_by_lines"], indirect=True)


@of_tables
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            "grain-row",
            Table(
                "Grain",
                match=(("kind", "grain"),),
                aliases=(("size", ("grain_size", "diameter")),),
                families=(Family("sieves", r"^sieve\[(\d+)\]$"),),
            ),
        ),
        ("layer-row", Table("Layer", match=(("kind", "layers"),))),
        ("spot-row", Table("Spot", layout="map", key="spot", value="height")),
    ],
)
def test_table(api: Api, row: str, expected: Table) -> None:
    meta = schema_named(api, row).meta
    assert meta.extensions["table"] == expected
    assert meta.name == expected.name


@of_tables
@pytest.mark.parametrize(
    ("id", "tables", "download"),
    [
        ("measure", Tables(("Grain", "Layer"), "/result/columns", False), None),
        ("surveySpots", Tables(("Spot",)), None),
        (
            "archiveSurvey",
            None,
            Download(
                "$response.body#/files/whole/link",
                "api",
                Tables(("Grain", "Layer"), "/result/columns", False),
                "archive_table",
                "archive_file",
            ),
        ),
        ("surveyPhoto", None, Download("$response.body#/link")),
    ],
)
def test_tables_and_downloads(
    api: Api, id: str, tables: Tables | None, download: Download | None
) -> None:
    (response,) = operation(api, id).responses
    assert (response.tables, response.download) == (tables, download)


@of_tables
def test_uploads(api: Api) -> None:
    body = operation(api, "measure").body
    assert body
    (media,) = body.media
    assert isinstance(media.schema, Object)
    sheet = media.schema.fields[0].schema.meta.extensions
    assert sheet == {"upload": Upload(2000, ("csv",))}
    assert operation(api, "announceSheet").signed_upload == SignedUpload(
        "$response.body#/slot/put_to",
        "$request.body#/details/called",
        "$request.body#/details/octets",
        "$request.body#/details/kind",
        "$response.body#/slot/as",
        Call(
            "sealSheet",
            (("sheet", ("$response.body#/sheet/key", "$response.body#/key")),),
        ),
        "send",
    )


OF_JOB = (("order", ("$job",)),)


@of_batches
def test_runs(api: Api) -> None:
    status, done = Call("readOrder", OF_JOB), Call("readDone", OF_JOB)
    assert operation(api, "openOrder").runs == (
        Run(
            "$response.body#/order/key",
            status,
            (done,),
            adding=Adding(
                Call("addPieces", OF_JOB),
                "/more/pieces",
                "/label",
                max_items=2,
                per_second=100.0,
            ),
            added=Call("listPieces", OF_JOB),
            added_id="/label",
            per_second=50.0,
            method="translate",
        ),
        Run(
            "$response.body#/order/key",
            status,
            (done, Call("readLost", (("parcel", ("$job#/lost_in",)),))),
            uploading=Uploading(
                Call("sendParcel"), "/parcel", "/stored/name", "/parcel_name"
            ),
            made=Call("listOrders"),
            made_match="/parcel_name",
            made_id="/key",
            method="translate_parcel",
        ),
    )


@of_batches
def test_lines_streams_and_results(api: Api) -> None:
    polling = operation(api, "readOrder").polling
    assert polling
    assert polling.result == Call("readDone", (("order", ("$request.path.order",)),))
    assert operation(api, "readDone").responses[0].media[0].lines == Lines()
    news = operation(api, "followOrder").responses[0].media[0]
    assert (news.stream, news.lines) == (Stream("bye", "/trouble"), None)
    body = operation(api, "sendParcel").body
    assert body and isinstance(body.media[0].schema, Object)
    parcel = body.media[0].schema.fields[0].schema.meta.extensions
    assert parcel == {"lines": Lines("Piece", "/label", max_lines=3)}


@pytest.mark.parametrize("api", ["model_handles"], indirect=True)
def test_tensors(api: Api) -> None:
    assert operation(api, "scoreRelease").tensors == Tensors()
    assert operation(api, "scoreNow").tensors == Tensors(
        ModelHandle(
            "scorer",
            (
                ("metadata", "readScorer"),
                ("ready", "isReady"),
                ("server", "readServer"),
            ),
            (
                ("infer", "scoreRelease"),
                ("metadata", "readRelease"),
                ("ready", "isReleaseReady"),
            ),
        )
    )
    assert operation(api, "readServer").group == "client"
