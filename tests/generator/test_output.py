"""Output: nothing that someone wrote is lost, nothing is written that need not be, and all of it is the same everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import black
import pytest

from clientpress.config import ClientConfig
from clientpress.diagnostics import InputError, Place, Report
from clientpress.document.overlays import Reading
from clientpress.generating import Generated, generate, prepare
from clientpress.output.manifest import PATH, SURFACE, hash_file, load_manifest
from clientpress.output.write import State, compare, diff, write
from tests.generator.making import document, json_body, operation
from tests.generator.making import write as write_document

LONG = "A description that is long enough to be filled over two lines of a docstring, which formatters may move."
PET: dict[str, Any] = {
    "type": "object",
    "description": LONG,
    "properties": {
        "name": {"type": "string", "description": LONG},
        "aVeryLongNameForAMemberThatFillsMostOfTheLine": {
            "type": "array",
            "items": {"type": "string"},
        },
    },
}


def listing(tag: str, model: str) -> dict[str, Any]:
    """The path item of an operation that answers with a model."""
    answer = json_body({"$ref": f"#/components/schemas/{model}"})
    responses = {"200": {"description": "", **answer}}
    return {
        "get": operation(operationId=f"list_{tag}", tags=[tag], responses=responses)
    }


PETS = {"/pets": listing("pets", "Pet")}
PATHS = {**PETS, "/dogs": listing("dogs", "Dog")}
DOCUMENT = document({"Pet": PET, "Dog": PET}, PATHS)
SMALLER = document({"Pet": PET}, PETS)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return write_document(tmp_path, DOCUMENT)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that was generated; nobody changes it."""
    folder = tmp_path_factory.mktemp("original")
    generate(write_document(folder, DOCUMENT), folder / "client")
    return folder / "client"


@pytest.fixture
def client(tmp_path: Path, spec: Path, original: Path) -> Path:
    """A package beside its document."""
    return Path(shutil.copytree(original, tmp_path / "client"))


def again(spec: Path, folder: Path, **options: Any) -> tuple[Generated, Report]:
    report = Report()
    outcome = prepare(ClientConfig("client", spec, folder), report, **options)
    assert outcome
    return outcome, report


def states(outcome: Generated) -> dict[str, State]:
    return {c.path: c.state for c in outcome.changes if c.state is not State.UNCHANGED}


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# ------------------------------------------------------------- what is made


def test_a_package_has_its_parts(client: Path) -> None:
    files = set(tree(client))
    assert {
        *(
            "__init__.py",
            "client.py",
            "errors.py",
            "py.typed",
            "README.md",
            PATH,
            SURFACE,
        ),
        *(
            "models.py",
            "groups/__init__.py",
            "groups/pets.py",
        ),
        *(
            "_runtime/__init__.py",
            "_runtime/calls/client.py",
            "_runtime/wire/errors.py",
        ),
    } <= files
    assert (client / "py.typed").read_bytes() == b""


def test_the_same_input_makes_the_same_bytes_anywhere(
    tmp_path: Path, client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "elsewhere" / "deeper"
    other.mkdir(parents=True)
    write_document(other, DOCUMENT)
    monkeypatch.chdir(other)
    generate("document.json", "client")
    assert tree(other / "client") == tree(client)
    for path, data in tree(client).items():
        assert str(tmp_path).encode() not in data, path


def test_the_seed_of_hashes_does_not_matter(
    tmp_path: Path, client: Path, spec: Path
) -> None:
    import subprocess

    for seed in ("1", "2"):
        folder = tmp_path / seed / "client"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "clientpress",
                "generate",
                str(spec),
                "-o",
                str(folder),
            ],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        assert tree(folder) == tree(client)


def test_the_manifest_knows_inputs_names_and_files(client: Path, spec: Path) -> None:
    manifest = load_manifest(client)
    assert manifest
    assert manifest.package == "client"
    assert list(manifest.inputs) == ["document.json"]
    assert manifest.names == {
        "#/components/schemas/Dog": "Dog",
        "#/components/schemas/Pet": "Pet",
    }
    assert set(manifest.files) == set(tree(client)) - {PATH}
    for path, known in manifest.files.items():
        assert known == hash_file(path, (client / path).read_text(encoding="utf-8"))
    schemas = {
        Place("d.json", "/components/schemas/Dog"): "Dog",
        Place("d.json", "/components/schemas/Pet"): "Pet",
    }
    methods = {
        Place("d.json", "/paths/~1dogs/get"): "dogs.list",
        Place("d.json", "/paths/~1pets/get"): "pets.list",
    }
    assert manifest.previous_names("d.json", "resource") == schemas | methods
    assert manifest.previous_names("d.json", "operation-id") == schemas


def test_inputs_and_names_of_other_files_are_relative_to_the_document(
    tmp_path: Path,
) -> None:
    (tmp_path / "specs" / "parts").mkdir(parents=True)
    (tmp_path / "common").mkdir()
    write_document(tmp_path / "common", PET, "shared.json")
    write_document(tmp_path / "specs" / "parts", PET, "pet.json")
    body = {
        "type": "object",
        "properties": {
            "pet": {"$ref": "parts/pet.json"},
            "shared": {"$ref": "../common/shared.json"},
        },
    }
    spec = write_document(tmp_path / "specs", document({"Owner": body}))
    generate(spec, tmp_path / "client", allow_files=True)
    manifest = load_manifest(tmp_path / "client")
    assert manifest
    assert sorted(manifest.inputs) == [
        "../common/shared.json",
        "document.json",
        "parts/pet.json",
    ]
    assert manifest.names == {
        "#/components/schemas/Owner": "Owner",
        "../common/shared.json#": "Shared",
        "parts/pet.json#": "Pet",
    }
    assert str(tmp_path) not in "".join(
        data.decode() for data in tree(tmp_path / "client").values()
    )
    client = ClientConfig(
        "client", spec, tmp_path / "client", reading=Reading(allow_files=True)
    )
    outcome = prepare(client, Report())
    assert outcome and not states(outcome)
    assert (
        manifest.previous_names(str(spec), "resource")
        == outcome.build.plan.models.names
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"format": 99}',
        "not json",
        '{"format": 1, "files": []}',
        "\ufffd",
    ],
)
def test_a_broken_manifest_is_none(client: Path, text: str) -> None:
    (client / PATH).write_text(text, encoding="utf-8")
    assert load_manifest(client) is None


def test_names_of_an_earlier_run_are_kept_unless_fresh_ones_are_wanted(
    tmp_path: Path, client: Path
) -> None:
    spec = write_document(
        tmp_path, document({"pet": PET, "Pet": PET, "Dog": PET}, PATHS)
    )
    kept = again(spec, client)[0].build.plan.models.names
    fresh = again(spec, client, fresh_names=True)[0].build.plan.models.names
    assert kept == fresh
    spec = write_document(tmp_path, document({"pet": PET, "Dog": PET}, {}))
    shutil.rmtree(client)
    generate(spec, client)
    spec = write_document(tmp_path, document({"pet": PET, "Pet": PET, "Dog": PET}, {}))
    kept = again(spec, client)[0].build.plan.models.names
    fresh = again(spec, client, fresh_names=True)[0].build.plan.models.names
    assert {p.pointer: n for p, n in kept.items()}["/components/schemas/pet"] == "Pet"
    assert {p.pointer: n for p, n in fresh.items()}["/components/schemas/Pet"] == "Pet"


# ------------------------------------------------------------- states


def test_nothing_changed_means_nothing_done(client: Path, spec: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in client.rglob("*")}
    outcome, _ = again(spec, client)
    assert not states(outcome) and not outcome.is_stale and not outcome.refused
    write(client, outcome.changes)
    assert {path: path.stat().st_mtime_ns for path in client.rglob("*")} == times


def _edit(path: Path) -> None:
    path.write_text(path.read_text() + "\nX = 1\n")


def _crlf(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _black(length: int) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        mode = black.Mode(line_length=length, magic_trailing_comma=False)
        path.write_text(black.format_str(path.read_text(), mode=mode))

    return run


def _quotes(path: Path) -> None:
    path.write_text(path.read_text().replace('"', "'"))


def _comment(path: Path) -> None:
    path.write_text(path.read_text() + "# mine\n")


def _not_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        pytest.param(Path.unlink, State.NEW, id="deleted"),
        pytest.param(_edit, State.EDITED, id="edited"),
        pytest.param(_not_text, State.EDITED, id="binary"),
        pytest.param(_crlf, State.REFORMATTED, id="CRLF"),
        pytest.param(_black(60), State.REFORMATTED, id="black 60"),
        pytest.param(_black(79), State.REFORMATTED, id="black 79"),
        pytest.param(_black(120), State.REFORMATTED, id="black 120"),
        pytest.param(_quotes, State.REFORMATTED, id="single quotes"),
        pytest.param(_comment, State.REFORMATTED, id="a comment"),
    ],
)
def test_the_state_of_a_file_that_was_touched(
    client: Path, spec: Path, change: Callable[[Path], None], state: State
) -> None:
    target = client / "models.py"
    before = target.read_bytes()
    change(target)
    assert not target.exists() or target.read_bytes() != before
    outcome, report = again(spec, client)
    assert states(outcome) == {"models.py": state}
    assert outcome.is_stale is (state is not State.REFORMATTED)
    assert outcome.refused is (state is State.EDITED)
    assert [d.code for d in report] == (["CP402"] if outcome.refused else [])


def test_a_reformatted_file_is_left_alone_until_its_contents_change(
    tmp_path: Path, client: Path, spec: Path
) -> None:
    target = client / "models.py"
    _black(60)(target)
    reformatted = target.read_text()
    generate(spec, client)
    assert target.read_text() == reformatted
    changed = {**PET, "description": "Another one."}
    spec = write_document(tmp_path, document({"Pet": changed, "Dog": PET}, PATHS))
    outcome, _ = again(spec, client)
    assert states(outcome)["models.py"] is State.CHANGED
    generate(spec, client)
    assert "Another one." in target.read_text()


def test_force_leaves_nothing_alone(client: Path, spec: Path) -> None:
    target = client / "models.py"
    before = target.read_text()
    target.write_text(f"{before}# mine\n")
    generate(spec, client)
    assert target.read_text() != before
    generate(spec, client, force=True)
    assert target.read_text() == before


def test_a_file_that_was_not_written_by_us_is_foreign(
    tmp_path: Path, spec: Path
) -> None:
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "models.py").write_text("mine = 1\n")
    outcome, report = again(spec, folder)
    assert states(outcome)["models.py"] is State.FOREIGN
    (found,) = report
    assert found.code == "CP402" and "was not written by clientpress" in found.message


def test_an_edited_file_is_refused_and_nothing_is_written(
    tmp_path: Path, client: Path
) -> None:
    _edit(client / "models.py")
    before = tree(client)
    spec = write_document(tmp_path, SMALLER)
    with pytest.raises(InputError, match="edited by hand") as caught:
        generate(spec, client)
    assert [d.code for d in caught.value.report] == ["CP402"]
    assert tree(client) == before


def test_force_overwrites(client: Path, spec: Path) -> None:
    before = tree(client)
    _edit(client / "models.py")
    generate(spec, client, force=True)
    assert tree(client) == before


# ------------------------------------------------------------- removing


def test_only_files_that_are_ours_and_unchanged_are_removed(
    tmp_path: Path, client: Path
) -> None:
    (client / "groups" / "mine.py").write_text("x = 1\n")
    spec = write_document(tmp_path, SMALLER)
    outcome, _ = again(spec, client)
    assert [c.path for c in outcome.changes if c.state is State.REMOVED] == [
        "groups/dogs.py"
    ]
    write(client, outcome.changes)
    assert not (client / "groups" / "dogs.py").exists()
    assert (client / "groups" / "mine.py").exists()


def test_an_edited_file_is_not_removed(tmp_path: Path, client: Path) -> None:
    _edit(client / "groups" / "dogs.py")
    outcome, report = again(write_document(tmp_path, SMALLER), client)
    assert states(outcome)["groups/dogs.py"] is State.EDITED and outcome.refused
    assert "removed" in next(iter(report)).message


@pytest.mark.parametrize("touch", [_crlf, _black(60)], ids=["CRLF", "black 60"])
def test_a_reformatted_file_is_removed(
    tmp_path: Path, client: Path, touch: Callable[[Path], None]
) -> None:
    touch(client / "groups" / "dogs.py")
    outcome, _ = again(write_document(tmp_path, SMALLER), client)
    assert states(outcome)["groups/dogs.py"] is State.REMOVED


def test_empty_folders_go_with_their_last_file(tmp_path: Path, client: Path) -> None:
    spec = write_document(tmp_path, document({"Pet": PET}))
    generate(spec, client)
    assert not (client / "groups").exists() and client.exists()


@pytest.mark.parametrize(
    "outside", ["../precious.txt", "models/../../precious.txt", "{absolute}"]
)
def test_a_manipulated_manifest_reaches_nothing_outside(
    tmp_path: Path, client: Path, spec: Path, outside: str
) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    data = json.loads((client / PATH).read_text())
    path = outside.format(absolute=precious)
    data["files"][path] = {"text": hash_file(path, "precious").text}
    (client / PATH).write_text(json.dumps(data))
    outcome, _ = again(spec, client)
    write(client, outcome.changes)
    assert precious.read_text() == "precious"
    assert set(states(outcome)) == {PATH}


@pytest.mark.parametrize("name", ["groups", "groups/pets.py", ".clientpress"])
@pytest.mark.parametrize("force", [False, True])
def test_what_a_link_leads_to_is_not_written(
    tmp_path: Path, client: Path, name: str, force: bool
) -> None:
    outside = tmp_path / "outside"
    shutil.move(client / name, outside)
    (client / name).symlink_to(outside)
    spec = write_document(tmp_path, SMALLER)
    before = tree(tmp_path)
    with pytest.raises(InputError, match="this is a link"):
        generate(spec, client, force=force)
    assert tree(tmp_path) == before


def test_the_folder_itself_may_be_a_link(tmp_path: Path, client: Path) -> None:
    (tmp_path / "link").symlink_to(client)
    generate(write_document(tmp_path, SMALLER), tmp_path / "link", package="client")
    assert not (client / "groups/dogs.py").exists()


# ------------------------------------------------------------- whose folder
@pytest.mark.parametrize("name", ["pyproject.toml", ".git", "pets", "main.py"])
def test_a_folder_with_other_things_is_refused(
    tmp_path: Path, spec: Path, name: str
) -> None:
    folder = tmp_path / "src"
    (folder / name).mkdir(parents=True)
    with pytest.raises(InputError, match=f"has other files: {name}"):
        generate(spec, folder)
    assert [path.name for path in folder.iterdir()] == [name]
    generate(spec, folder, force=True)
    assert (folder / "client.py").exists()


def test_modules_beside_those_of_a_package_stay(tmp_path: Path, client: Path) -> None:
    (client / "notes.py").write_text("mine = 2\n")
    generate(write_document(tmp_path, SMALLER), client)
    assert (client / "notes.py").read_text() == "mine = 2\n"


def test_what_a_killed_run_left_is_removed(spec: Path, client: Path) -> None:
    left = client / "groups/.dogs.py.a1b2c3.clientpress"
    left.write_text("half")
    generate(spec, client)
    assert not left.exists() and (client / PATH).exists()


def test_runs_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    """Each run finds what the other one has written, or nothing of it."""
    documents = [
        write_document(tmp_path, data, f"{name}.json")
        for name, data in (("two", DOCUMENT), ("one", SMALLER))
    ]
    folder = tmp_path / "client"
    command = [sys.executable, "-m", "clientpress", "generate", "-q", "-o", str(folder)]
    for _ in range(3):
        runs = [subprocess.Popen([*command, str(path)]) for path in documents]
        assert [run.wait() for run in runs] == [0, 0]
        stale = [
            again(path, folder, only_compare=True)[0].is_stale for path in documents
        ]
        assert sorted(stale) == [False, True]


# ------------------------------------------------------------- formatters
RUFF = [sys.executable, "-m", "ruff"]


def _formatted(client: Path) -> None:
    styles = ("line-length = 60", 'format.quote-style = "single"')
    options = [word for style in styles for word in ("--config", style)]
    subprocess.run([*RUFF, "format", "-q", *options, client], check=True)


def _commented(client: Path) -> None:
    for path in client.rglob("*.py"):
        path.write_text(f"{path.read_text()}# a comment\n")


def _with_crlf(client: Path) -> None:
    for path in filter(Path.is_file, client.rglob("*")):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _indented(client: Path) -> None:
    for name in (PATH, SURFACE):
        data = json.loads((client / name).read_text())
        (client / name).write_text(json.dumps(data, indent=4))


@pytest.mark.parametrize("edit", [_formatted, _commented, _with_crlf, _indented])
def test_check_and_generate_agree_after_a_formatter(
    spec: Path, client: Path, edit: Callable[[Path], None]
) -> None:
    edit(client)
    before = tree(client)
    assert not again(spec, client, only_compare=True)[0].is_stale
    generate(spec, client)
    assert tree(client) == before


def test_a_new_package_is_as_formatters_leave_it(client: Path) -> None:
    for command in (
        ["format", "--check"],
        ["check", "--select", "ALL", "--ignore", "PGH004"],
    ):
        subprocess.run([*RUFF, *command, "--isolated", "-q", client], check=True)
    first = {path.read_text().partition("\n")[0] for path in client.rglob("*.py")}
    assert all("@generated" in line for line in first)


# ------------------------------------------------------------- writing


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(client)
    changed = {**PET, "description": "Another one."}
    spec = write_document(tmp_path, document({"Pet": changed, "Dog": PET}, PATHS))

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        generate(spec, client)
    assert tree(client) == before


def test_the_manifest_is_written_last(
    tmp_path: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = list[str]()
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        written.append(target.name)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    generate(spec, tmp_path / "client")
    assert written[-1] == "manifest.json" and written.count("manifest.json") == 1


def test_files_get_the_usual_permissions(client: Path) -> None:
    plain = client.parent / "plain.txt"
    plain.write_text("")
    assert (client / "client.py").stat().st_mode == plain.stat().st_mode


def test_a_diff_shows_what_a_run_would_change(tmp_path: Path, client: Path) -> None:
    outcome, _ = again(write_document(tmp_path, SMALLER), client)
    text = diff(Path("client"), outcome.changes)
    assert (
        "--- client/models.py (in the folder)\n+++ client/models.py (generated)" in text
    )
    assert "-class Dog(ApiModel):\n" in text
    assert "-class Dogs(Group):\n" in text
    assert "client/groups/pets.py" not in text


def test_comparing_with_an_empty_folder(tmp_path: Path) -> None:
    changes = compare(tmp_path / "nowhere", {"a.py": "x = 1\n"}, None)
    assert [(c.path, c.state, c.old) for c in changes] == [("a.py", State.NEW, None)]


@pytest.mark.parametrize("name", ["1client", "my-client", "class", "", "None"])
def test_what_cannot_be_imported_is_no_package(
    tmp_path: Path, spec: Path, name: str
) -> None:
    report = Report()
    client = ClientConfig("client", spec, tmp_path / (name or "a-b"), name)
    assert prepare(client, report) is None
    assert [d.code for d in report] == ["CP401"]
