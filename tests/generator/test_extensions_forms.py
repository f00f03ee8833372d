"""The good forms of the extensions of tables, files, lines, runs, tensors and streams: what the parse stage makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientpress.api.behaviours import (
    AddCalls,
    Call,
    Download,
    FileUpload,
    Lines,
    Listed,
    ModelHandle,
    PreparedUpload,
    Run,
    Stream,
    Table,
    Tensors,
    Upload,
)
from clientpress.api.operations import Api, Operation
from clientpress.api.schemas import Object
from clientpress.runtime.tables.schema import Family, JsonLayout, ResultTables
from clientpress.runtime.wire.links import DownloadFrom, SignedUpload
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
                name="Grain",
                match=(("kind", "grain"),),
                aliases=(("size", ("grain_size", "diameter")),),
                families=(Family("sieves", r"^sieve\[(\d+)\]$"),),
            ),
        ),
        ("layer-row", Table(name="Layer", match=(("kind", "layers"),))),
        (
            "spot-row",
            Table(
                name="Spot",
                json=JsonLayout(layout="map", key="spot", value="height"),
            ),
        ),
    ],
)
def test_table(api: Api, row: str, expected: Table) -> None:
    meta = schema_named(api, row).meta
    assert meta.extensions["table"] == expected
    assert meta.name == expected.name


GRAINS = ResultTables(
    of=("Grain", "Layer"), unwrap="/result/columns", trust_content_type=False
)


@of_tables
@pytest.mark.parametrize(
    ("id", "tables", "download"),
    [
        ("measure", GRAINS, None),
        ("surveySpots", ResultTables(of=("Spot",)), None),
        (
            "archiveSurvey",
            None,
            Download(
                source=DownloadFrom(url="$response.body#/files/whole/link", auth="api"),
                tables=GRAINS,
                method="archive_table",
                file_method="archive_file",
            ),
        ),
        (
            "surveyPhoto",
            None,
            Download(source=DownloadFrom(url="$response.body#/link")),
        ),
    ],
)
def test_tables_and_downloads(
    api: Api, id: str, tables: ResultTables | None, download: Download | None
) -> None:
    (response,) = operation(api, id).responses
    assert (response.tables, response.downloads) == (
        tables,
        (download,) if download else (),
    )


@of_tables
def test_uploads(api: Api) -> None:
    body = operation(api, "measure").body
    assert body
    (media,) = body.media
    assert isinstance(media.schema, Object)
    sheet = media.schema.fields[0].schema.meta.extensions
    assert sheet == {"upload": Upload(max_bytes=2000, tables=("csv",))}
    assert operation(api, "announceSheet").signed_upload == PreparedUpload(
        upload=SignedUpload(
            url="$response.body#/slot/put_to",
            name="$request.body#/details/called",
            size="$request.body#/details/octets",
            type="$request.body#/details/kind",
            content_type="$response.body#/slot/as",
        ),
        complete=Call(
            "sealSheet",
            (("sheet", ("$response.body#/sheet/key", "$response.body#/key")),),
        ),
        method="send",
    )


OF_JOB = (("order", ("$job",)),)


@of_batches
def test_runs(api: Api) -> None:
    status, done = Call("readOrder", OF_JOB), Call("readDone", OF_JOB)
    assert operation(api, "openOrder").runs == (
        Run(
            job="$response.body#/order/key",
            status=status,
            outcomes=(done,),
            adding=AddCalls(
                call=Call("addPieces", OF_JOB),
                requests="/more/pieces",
                lines=Lines(id="/label", max_lines=2),
                per_second=100.0,
            ),
            added=Listed(call=Call("listPieces", OF_JOB), id="/label"),
            per_second=50.0,
            method="translate",
        ),
        Run(
            job="$response.body#/order/key",
            status=status,
            outcomes=(done, Call("readLost", (("parcel", ("$job#/lost_in",)),))),
            uploading=FileUpload(
                call=Call("sendParcel"),
                file="/parcel",
                result="/stored/name",
                send="/parcel_name",
            ),
            made=Listed(call=Call("listOrders"), match="/parcel_name", id="/key"),
            method="translate_parcel",
        ),
    )


@of_batches
def test_lines_streams_and_results(api: Api) -> None:
    wait = operation(api, "readOrder").wait
    assert wait
    assert wait.result == Call("readDone", (("order", ("$request.path.order",)),))
    assert operation(api, "readDone").responses[0].media[0].lines == Lines()
    news = operation(api, "followOrder").responses[0].media[0]
    assert (news.stream, news.lines) == (
        Stream(terminator="bye", error="/trouble"),
        None,
    )
    body = operation(api, "sendParcel").body
    assert body and isinstance(body.media[0].schema, Object)
    parcel = body.media[0].schema.fields[0].schema.meta.extensions
    assert parcel == {"lines": Lines(item="Piece", id="/label", max_lines=3)}


@pytest.mark.parametrize("api", ["model_handles"], indirect=True)
def test_tensors(api: Api) -> None:
    assert operation(api, "scoreRelease").tensors == Tensors()
    assert operation(api, "scoreNow").tensors == Tensors(
        model=ModelHandle(
            method="scorer",
            operations=(
                ("metadata", "readScorer"),
                ("ready", "isReady"),
                ("server", "readServer"),
            ),
            versioned=(
                ("infer", "scoreRelease"),
                ("metadata", "readRelease"),
                ("ready", "isReleaseReady"),
            ),
        )
    )
    assert operation(api, "readServer").group == "client"
