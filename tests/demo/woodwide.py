"""Wood Wide AI: a dataset, jobs over it, and one table from files of three formats."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from tests.fakes.woodwide import FakeWoodwide
from woodwide import Client
from woodwide.models import Cluster, Embedding

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from woodwide.models import DatasetSubmission, Job
    from woodwide.tables import Format, Table

    from .screen import Screen

    Look = Callable[[Job], None]

FORMATS: tuple[Format, ...] = ("json", "csv", "parquet")
CUSTOMERS = b"""\
name,plan,monthly_spend,tenure_months
"Ada, Countess",pro,410.5,61
Bob,free,3,2
"Cy ""Jr"" Orr",pro,288,44
Di,team,97.25,12
Ed,,15,7
Fay,team,120,9
"""


def show(screen: Screen) -> None:
    """Upload a dataset, group its rows into clusters, and make vectors of them."""
    with (
        FakeWoodwide() as fake,
        Client(api_key=fake.api_key, base_url=fake.base_url) as client,
    ):
        screen.heading("Wood Wide AI", f"{fake.base_url} acts as the service")
        screen.code(_upload)
        with screen.progress("ingest", client.jobs.progress) as look:
            made = _upload(client, look)
        assert made.dataset
        models = {str(model.model_type): model.id for model in client.models.list()}
        screen.code(_cluster)
        tables = dict[str, "Table[Cluster]"]()
        for form in FORMATS:
            with screen.progress(form, client.jobs.progress) as look:
                tables[form] = _cluster(
                    client, models["clustering"], made.dataset.id, form, look
                )
        _compare(screen, tables)
        _vectors(screen, client, models["embedding"])
        screen.check(fake.leaked == [], "the host of the files was given no key")


def _upload(client: Client, look: Look) -> DatasetSubmission:
    made = client.datasets.create(file=CUSTOMERS, dataset_name="customers")
    assert made.job_id
    client.jobs.wait(made.job_id, poll_interval=0.1, on_progress=look)
    return made


def _cluster(
    client: Client, model: str, dataset: str, form: Format, look: Look
) -> Table[Cluster]:
    # once for each form: "json", "csv" and "parquet"
    job = client.models.infer_batch(model, dataset_id=dataset, output_type=form)
    client.jobs.wait(job.job_id, poll_interval=0.1, on_progress=look)
    table = client.jobs.results_table(job.job_id, Cluster)
    return table  # noqa: RET504 - the tour shows the line above


def _compare(screen: Screen, tables: dict[str, Table[Cluster]]) -> None:
    """Show one of the tables beside the input, and whether all three are the same."""
    customers = list(csv.DictReader(io.StringIO(CUSTOMERS.decode())))
    found = [list(table.rows()) for table in tables.values()]
    screen.table(
        (">row", "name", ">monthly_spend", ">cluster", "what it has in common"),
        (
            (
                str(row.id),
                customer["name"],
                customer["monthly_spend"],
                str(row.cluster_label),
                str(row.cluster_description),
            )
            for customer, row in zip(customers, found[0], strict=True)
        ),
    )
    arrows: list[Any] = [table.to_arrow() for table in tables.values()]
    first, *others = arrows
    screen.check(
        all(first.equals(other) for other in others)
        and all(rows == found[0] for rows in found)
        and [row.id for row in found[0]] == list(range(len(customers))),
        f"JSON, CSV and Parquet hold the same table of {first.num_rows} rows",
    )


def _embed(client: Client, model: str) -> Table[Embedding]:
    table = client.models.infer(model, Embedding, file=CUSTOMERS)
    return table  # noqa: RET504 - the tour shows the line above


def _vectors(screen: Screen, client: Client, model: str) -> None:
    """Show the vectors that another model makes of the same rows."""
    table = screen.run(_embed, client, model)
    vectors = [row.vector for row in table.rows()]
    names = [row["name"] for row in csv.DictReader(io.StringIO(CUSTOMERS.decode()))]
    components = max(map(len, vectors))
    screen.table(
        ("name", *(f">dim_{n}" for n in range(components))),
        (
            (name, *(f"{component:+.3f}" for component in vector))
            for name, vector in list(zip(names, vectors, strict=True))[:3]
        ),
    )
    screen.check(
        len(vectors) == len(names)
        and {len(vector) for vector in vectors} == {components},
        f"{len(vectors)} vectors of {components} components, the first three above",
    )
