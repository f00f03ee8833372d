"""Names of groups and methods that come from paths and HTTP methods."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from clientpress.diagnostics import InputError
from clientpress.generating import generate
from clientpress.plan.resources import name_by_paths
from tests.generator.making import parsed, write
from tests.generator.test_grouping import operation

SHARED = Path(__file__).parents[3] / "shared"

CASES = {
    "a collection and its items": """
        GET /pets listPets -> pets.list
        POST /pets createPet -> pets.create
        GET /pets/{id} showPetById -> pets.retrieve
        PATCH /pets/{id} -> pets.update
        DELETE /pets/{id} -> pets.delete
        """,
    "groups in groups": """
        GET /chat/completions listChatCompletions -> chat.completions.list
        POST /chat/completions createChatCompletion -> chat.completions.create
        GET /chat/completions/{id} getChatCompletion -> chat.completions.retrieve
        """,
    "actions": """
        GET /batches -> batches.list
        GET /batches/{id} getBatch -> batches.retrieve
        POST /batches/{id}/cancel cancelBatch -> batches.cancel
        POST /batches/{id}:resume -> batches.resume
        POST /batches/{id}/hangup hangupBatch -> batches.hangup
        POST /batches/{id}/kill batchKill -> batches.kill
        POST /batches/search -> batches.search
        """,
    "actions in a list of actions": """
        GET /calls/{id} -> calls.retrieve
        POST /calls/{id}/actions/hangup HangupCall -> calls.actions.hangup
        POST /calls/{id}/actions/playback_start StartPlayback -> calls.actions.start_playback
        """,
    "actions that are not those of a resource called actions": """
        GET /orgs/{org}/actions/runners -> orgs.actions.list_runners
        GET /orgs/{org}/actions/caches/{id} -> orgs.actions.caches.retrieve
        """,
    "nouns for what verbs do": """
        POST /images/generations createImage -> images.generate
        POST /images/edits createImageEdit -> images.edit
        POST /audio/transcriptions createTranscription -> audio.transcriptions.create
        """,
    "verbs of operationIds": """
        GET /reputation -> reputation.retrieve
        POST /reputation enableReputation -> reputation.enable
        DELETE /campaigns/{id} DeactivateCampaign -> campaigns.deactivate
        POST /retention update-retention -> retention.update
        """,
    "a resource with one operation": """
        GET /orders/{id} -> orders.retrieve
        GET /orders/{id}/receipt getReceipt -> orders.retrieve_receipt
        POST /orders/{id}/tokens createToken -> orders.create_token
        """,
    "a namespace is no resource": """
        POST /audio/speech createSpeech -> audio.speech.create
        POST /audio/voices createVoice -> audio.voices.create
        GET /audio/voices listVoices -> audio.voices.list
        """,
    "singletons": """
        GET /me getMe -> me.retrieve
        PATCH /me updateMe -> me.update
        GET /organization/settings getSettings -> organization.settings.retrieve
        PUT /organization/settings updateSettings -> organization.settings.update
        """,
    "PUT beside PATCH": """
        PUT /pets/{id} -> pets.replace
        PATCH /pets/{id} -> pets.update
        """,
    "procedures": """
        POST /sendMessage sendMessage -> send_message
        POST /chat.postMessage chat_postMessage -> chat.post_message
        GET /files.remote.list files_remote_list -> files.remote.list
        POST /rerank rerank -> rerank
        """,
    "versions and formats": """
        GET /api/v1/pets -> pets.list
        GET /api/v1/pets/{id}.json -> pets.retrieve
        GET /v1.2/2024-01-01/pets/{id}/toys/{toy} -> pets.toys.retrieve
        """,
    "what the id of a usage says": """
        GET /usage/completions usage-completions -> usage.completions
        GET /usage/images usage-images -> usage.images
        """,
    "plurals": """
        POST /organisms/{id}/mechanisms -> organisms.create_mechanism
        GET /organisms/{id} -> organisms.retrieve
        POST /messages/{id}/mms -> messages.create_mms
        GET /messages/{id} -> messages.retrieve
        """,
    "two with one name": """
        GET /missions/runs getPublicMissionsRuns -> missions.runs.list
        GET /missions/{id}/runs getPublicMissionsIdRuns -> missions.runs.list_by_id
        GET /missions/{id}/runs/{run} -> missions.runs.retrieve
        GET /a/{x}/logs/{id} -> a.logs.retrieve_by_x
        GET /a/{y}/{z}/logs/{id} -> a.logs.retrieve_by_y_and_z
        """,
    "two versions": """
        POST /v2/chat chatV2 -> v2.chat
        POST /v1/chat chat -> chat
        GET /v10/pets/{id} -> v10.pets.retrieve
        GET /v9/pets/{id} -> pets.retrieve
        GET /v9beta/pets/{id} -> v9_beta.pets.retrieve
        """,
    "what most paths begin with": """
        GET /accounts/{id} -> accounts.retrieve
        GET /accounts/{id}/zones/{z} -> zones.retrieve
        GET /accounts/{id}/rules/{r} -> rules.retrieve
        GET /accounts/{id}/keys/{k} -> keys.retrieve
        GET /accounts/{id}/lists/{l} -> lists.retrieve
        GET /accounts/{id}/hosts/{h} -> hosts.retrieve
        """,
    "noise of frameworks": """
        GET /items read_items_items__get -> items.list
        GET /items/{id} read_item_items__id__get -> items.retrieve
        POST /cats CatsController_create -> cats.create
        """,
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_names_by_paths(text: str) -> None:
    lines = [line.strip().split(" -> ") for line in text.strip().splitlines()]
    operations = [operation(line) for line, _ in lines]
    names = name_by_paths(operations, {})
    paths = [".".join((*n.group, n.method)) for n in names.values()]
    assert paths == [name for _, name in lines]


LIST: dict[str, Any] = {"type": "array", "items": {}}
JSON = "application/json"
ANSWERS: list[tuple[str, dict[str, Any], str]] = [
    ("/lists", {JSON: {"schema": LIST}}, "lists.list"),
    ("/settings", {JSON: {"schema": {"type": "object"}}}, "settings.retrieve"),
    ("/users", {JSON: {"schema": {"properties": {"data": LIST}}}}, "users.list"),
    ("/files/{id}/content", {"audio/mpeg": {}}, "files.content"),
    ("/files/{id}/content", {JSON: {"schema": {}}}, "files.retrieve_content"),
]


@pytest.mark.parametrize(("path", "content", "name"), ANSWERS)
def test_the_answer_decides(tmp_path: Path, path: str, content: Any, name: str) -> None:
    ok = {"200": {"description": "ok", "content": content}}
    given: list[Any] = [{"name": "id", "in": "path", "required": True, "schema": {}}]
    own: dict[str, Any] = {"responses": ok}
    if "{" in path:
        own["parameters"] = given
    api, _ = parsed(tmp_path, described({path: {"get": own}}))
    (named,) = name_by_paths(api.operations, api.schemas).values()
    assert ".".join((*named.group, named.method)) == name


# ------------------------------------------------------------------ whole packages
def described(paths: dict[str, Any]) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": paths,
    }


def calls(*texts: str) -> dict[str, Any]:
    """A document of operations, each from `GET /path id`."""
    paths: dict[str, Any] = {}
    for text in texts:
        method, path, *own = text.split(" ")
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        given = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
        item: dict[str, Any] = {"responses": {"204": {"description": "done"}}}
        if own:
            item["operationId"] = own[0]
        if given:
            item["parameters"] = given
        paths.setdefault(path, {})[method.lower()] = item
    return described(paths)


def methods(folder: Path) -> dict[str, str]:
    """How each operation of a package is called."""
    surface = json.loads((folder / ".clientpress" / "surface.json").read_text())
    return {
        about["operation"]: f"{group}.{name}".removeprefix(".")
        for group, inside in surface["groups"].items()
        for name, about in inside.items()
    }


def test_an_added_path_renames_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "client"
    before = calls("GET /orders/{id}", "GET /orders/{id}/receipt", "POST /chat chat")
    generate(write(tmp_path, before), folder)
    first = methods(folder)
    assert first["GET /orders/{id}/receipt"] == "orders.retrieve_receipt"
    assert first["POST /chat"] == "chat"
    calls_of_many = [f"POST /send{word}Thing" for word in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    added = ("DELETE /orders/{id}/receipt", "GET /chat/{id}", *calls_of_many)
    paths = {**before["paths"]}
    for path, item in calls(*added)["paths"].items():
        paths[path] = {**paths.get(path, {}), **item}
    generate(write(tmp_path, described(paths)), folder)
    second = methods(folder)
    assert {key: second[key] for key in first} == first
    assert second["DELETE /orders/{id}/receipt"] == "orders.receipt.delete"


def test_names_can_come_from_operation_ids(tmp_path: Path) -> None:
    spec = write(tmp_path, calls("GET /pets listPets", "POST /pets createPet"))
    folder = tmp_path / "client"
    generate(spec, folder)
    assert methods(folder) == {"GET /pets": "pets.list", "POST /pets": "pets.create"}
    generate(spec, folder, names="operation-id")
    assert sorted(methods(folder).values()) == [
        "operations.create_pet",
        "operations.list_pets",
    ]
    generate(spec, folder)
    assert methods(folder)["GET /pets"] == "pets.list"


def test_an_unknown_form_of_names_is_refused(tmp_path: Path) -> None:
    spec = write(tmp_path, calls("GET /pets"))
    with pytest.raises(InputError, match="names cannot come from 'tags'"):
        generate(spec, tmp_path / "client", names="tags")


def test_the_same_name_twice(tmp_path: Path) -> None:
    """The path without a query has it, and so has the earlier version."""
    spec = write(
        tmp_path,
        calls(
            "POST /answers createAnswer",
            "POST /answers?beta=true beta_createAnswer",
            "GET /v1/pets/{id} getPet",
            "GET /v2/pets/{id} getPetV2",
        ),
    )
    generate(spec, tmp_path / "client")
    assert methods(tmp_path / "client") == {
        "POST /answers": "answers.create",
        "POST /answers?beta=true": "answers.beta_create_answer",
        "GET /v1/pets/{id}": "pets.retrieve",
        "GET /v2/pets/{id}": "v2.pets.retrieve",
    }


def test_a_pinned_name_stays_in_its_tag(tmp_path: Path) -> None:
    data = calls("GET /jobs/{id}/results", "GET /jobs/{id}")
    own = data["paths"]["/jobs/{id}/results"]["get"]
    own |= {"x-clientpress-name": "results", "tags": ["Jobs"]}
    generate(write(tmp_path, data), tmp_path / "client")
    assert methods(tmp_path / "client") == {
        "GET /jobs/{id}/results": "jobs.results",
        "GET /jobs/{id}": "jobs.retrieve",
    }


def test_a_group_and_a_constant_have_different_names(tmp_path: Path) -> None:
    """The class of the group `e` is `E`, and so would be the operation `e`."""
    spec = write(tmp_path, calls("GET /e e"))
    generate(spec, tmp_path / "client")
    code = "import client; client.Client(base_url='http://a').e.retrieve"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


# ------------------------------------------------------------------ vendors
@pytest.mark.slow
def test_vendors_call_most_operations_alike(tmp_path: Path) -> None:
    """Tables of two SDKs that vendors ship, compared by a program of their own."""
    corpus, parity = SHARED / "corpus" / "dev.tar.xz", SHARED / "sdk_parity"
    if not corpus.exists() or not parity.exists():
        pytest.skip("there are no tables of vendors beside the project")
    both = same = 0
    for name in ("openai", "telnyx"):
        with tarfile.open(corpus) as archive:
            member = archive.extractfile(f"documents/{name}.yaml")
            assert member is not None
            (tmp_path / f"{name}.yaml").write_bytes(member.read())
        generate(tmp_path / f"{name}.yaml", tmp_path / name)
        paths = [parity / "parity.py", parity / f"{name}.tsv", tmp_path / name]
        command = [sys.executable, *map(str, paths)]
        done = subprocess.run(command, check=True, capture_output=True)
        compared = json.loads(done.stdout)
        both += compared["both"]
        same += compared["same resource and method"]
    assert same >= 0.8 * both


def test_ids_of_frameworks(tmp_path: Path) -> None:
    ids = ("read_items_items__get", "ItemsController_findAll", "chat_post")
    paths = ("GET /items/", "GET /cats", "POST /chats")
    data = calls(*(f"{path} {id}" for path, id in zip(paths, ids, strict=True)))
    generate(write(tmp_path, data), tmp_path / "client", names="operation-id")
    assert sorted(methods(tmp_path / "client").values()) == [
        "operations.chat_post",
        "operations.find_all",
        "operations.read_items",
    ]


def test_of_two_that_want_one_name_each_has_the_last_part_of_its_id(
    tmp_path: Path,
) -> None:
    spec = write(
        tmp_path,
        calls(
            "PUT /orgs/{org}/runners orgs/set-runners",
            "PUT /orgs/{org}/runners/{id} orgs/change-runner",
            "GET /orgs/{org} orgs/get",
        ),
    )
    generate(spec, tmp_path / "client")
    assert set(methods(tmp_path / "client").values()) == {
        "orgs.retrieve",
        "orgs.runners.set_runners",
        "orgs.runners.change_runner",
    }
