"""Clients, tables, errors and whole batches in the processes of Ray."""

from __future__ import annotations

from tests.fakes.mithril import FakeMithril
from tests.fakes.woodwide import FakeWoodwide
from tests.servers.environments import ROOT
from tests.servers.scripts import run_script

SCRIPT = r"""
import json
import os
import sys
from pathlib import Path

root, woodwide_url, mithril_url, states = sys.argv[1:]
os.environ |= {"RAY_AUTH_MODE": "disabled", "HOME": states}
os.environ["PYTHONPATH"] = sys.path[0] = f"{root}/generated"

import polars
import pyarrow
import ray

from mithril import Client as Mithril
from mithril import join
from woodwide import Client
from woodwide.errors import NotFoundError
from woodwide.models import Prediction

ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
client = Client("sk_test", base_url=woodwide_url)
mithril = Mithril(mithril_url, api_key="test-key")


def infer(client, rows):
    return os.getpid(), client.models.infer("mdl_spend", Prediction, file=rows)


def fail(client):
    try:
        client.models.retrieve("mdl_none")
    except NotFoundError as e:
        return e


def request(name):
    messages = [{"role": "user", "content": f"Who is {name}?"}]
    body = {"model": "openai/gpt-oss-20b", "messages": messages}
    url = "/v1/chat/completions"
    return {"custom_id": name, "method": "POST", "url": url, "body": body}


def run_batch(mithril, number, names):
    requests = [request(name) for name in names]
    state = Path(states) / f"{number}.json"
    run = mithril.batches.run(requests, state=state, attempts=3, poll_interval=0.01)
    return join(run, requests).to_arrow(answer={"answer": "/choices/0/message/content"})


frames = [
    polars.DataFrame({"name": [f"c{part}-{n}" for n in range(50)], "spend": [1.5] * 50})
    for part in range(8)
]
done = ray.get([ray.remote(infer).remote(client, frame) for frame in frames])
error = ray.get(ray.remote(fail).remote(client))
names = [["Ada", "Bob"], ["Cy", "Di"]]
batches = [ray.remote(run_batch).remote(mithril, *each) for each in enumerate(names)]
answers = pyarrow.concat_tables(ray.get(batches))
print(json.dumps({
    "elsewhere": all(process != os.getpid() for process, _ in done),
    "rows": pyarrow.concat_tables([pyarrow.table(table) for _, table in done]).num_rows,
    "error": [type(error).__name__, error.status, error.attempts],
    "answers": answers.column("answer").to_pylist(),
}))
ray.shutdown()
"""


def test_clients_travel(tmp_path: object) -> None:
    with FakeWoodwide(generation="public") as woodwide, FakeMithril() as mithril:
        woodwide.store.add_model("regression", model_id="mdl_spend")
        addresses = (woodwide.base_url, mithril.base_url)
        came = run_script("ray", SCRIPT, str(ROOT), *addresses, str(tmp_path))
    assert came == {
        "elsewhere": True,
        "rows": 400,
        "error": ["NotFoundError", 404, 1],
        "answers": [f"echo: Who is {name}?" for name in ("Ada", "Bob", "Cy", "Di")],
    }
