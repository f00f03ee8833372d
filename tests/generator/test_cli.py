"""The command: exit statuses, what goes where, and never a traceback.

0 done · 1 the input has errors · 2 wrong use · 3 stale or edited
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from clientpress import __version__
from clientpress.cli import main
from tests.generator.making import document, operation, write

GOOD = document(
    {"Pet": {"type": "object"}}, {"/pets": {"get": operation(operationId="listPets")}}
)
BROKEN = {
    **GOOD,
    "components": {"schemas": {"Pet": {"$ref": "#/components/schemas/Dog"}}},
}
# An operationId twice is a warning for foreign documents.
DOUBTFUL = document(
    {},
    {
        "/a": {"get": operation(operationId="x")},
        "/b": {"get": operation(operationId="x")},
    },
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, GOOD, "good.json")
    write(tmp_path, BROKEN, "broken.json")
    write(tmp_path, DOUBTFUL, "doubtful.json")
    write(tmp_path, {"swagger": "2.0"}, "refused.json")
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(
        result.exception, SystemExit
    ), result.exc_info
    return result


def configure(folder: Path, **specs: str) -> None:
    text = "".join(
        f'[tool.clientpress.clients.{name}]\nspec = "{spec}"\noutput = "out/{name}"\n'
        for name, spec in specs.items()
    )
    (folder / "pyproject.toml").write_text(text)


# ------------------------------------------------------------- statuses


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("--help", 0),
        ("-h", 0),
        ("--version", 0),
        ("generate --help", 0),
        ("generate good.json -o client", 0),
        ("generate good.json --output client --package acme --quiet", 0),
        ("generate doubtful.json -o client", 0),
        ("generate broken.json -o client", 0),
        ("validate good.json", 0),
        ("inspect document good.json", 0),
        ("inspect api good.json", 0),
        ("inspect plan good.json", 0),
        ("inspect names good.json", 0),
        # the input has errors
        ("generate refused.json -o client", 1),
        ("generate missing.json -o client", 1),
        ("generate . -o client", 1),
        ("generate doubtful.json -o client --strict", 1),
        ("generate broken.json -o client --strict", 1),
        ("generate good.json -o my-client", 1),
        ("generate good.json -o client --package 1x", 1),
        ("generate good.json -o client --package class", 1),
        ("generate", 1),
        ("check refused.json -o client", 1),
        ("validate broken.json", 1),
        ("validate good.json doubtful.json", 1),
        ("validate missing.json", 1),
        ("inspect names refused.json", 1),
        ("generate good.json -o good.json/client", 1),
        # wrong use
        ("nonsense", 2),
        ("generate good.json", 2),
        ("generate good.json broken.json -o client", 2),
        ("generate -o client", 2),
        ("generate --package acme", 2),
        ("generate --nonsense", 2),
        ("generate good.json -o client --format xml", 2),
        ("validate", 2),
        ("inspect nonsense good.json", 2),
        # stale
        ("check good.json -o client", 3),
    ],
)
def test_statuses(command: str, status: int) -> None:
    assert run(*command.split()).exit_code == status


def test_the_version() -> None:
    assert run("--version").stdout == f"clientpress, version {__version__}\n"


# ------------------------------------------------------------- generate


def test_what_was_done_is_one_line_on_standard_output(folder: Path) -> None:
    result = run("generate", "good.json", "-o", "client")
    count = sum(path.is_file() for path in (folder / "client").rglob("*"))
    assert result.stdout == f"client: 1 operation, {count} files written (client)\n"
    assert result.stderr == ""
    result = run("generate", "good.json", "-o", "client")
    assert result.stdout == "client: 1 operation, nothing to do (client)\n"


def test_quiet_says_nothing_but_errors() -> None:
    result = run("generate", "doubtful.json", "-o", "client", "-q")
    assert (result.stdout, result.stderr) == ("", "")
    result = run("generate", "refused.json", "-o", "client", "-q")
    assert result.stdout == "" and "error CP005" in result.stderr


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    result = run("generate", "good.json", "-o", "client", "--dry-run")
    assert result.exit_code == 0 and result.stdout.startswith(
        "would do: client: 1 operation"
    )
    assert not (folder / "client").exists()


def test_an_edited_file_is_refused_with_a_diff(folder: Path) -> None:
    run("generate", "good.json", "-o", "client")
    target = folder / "client" / "client.py"
    target.write_text(target.read_text() + "\nx = 1\n")
    for dry in ([], ["--dry-run"]):
        result = run("generate", "good.json", "-o", "client", *dry)
        assert result.exit_code == 3 and result.stdout == ""
        assert (
            "client/client.py: error CP402: this file was edited by hand and would be overwritten"
            in result.stderr
        )
        assert (
            "= Move your code into a module of its own or a subclass; or use --force."
            in result.stderr
        )
        assert "\n-x = 1\n" in result.stderr
        assert "manifest.json" not in result.stderr
    assert target.read_text().endswith("x = 1\n")
    assert run("generate", "good.json", "-o", "client", "--force").exit_code == 0
    assert not target.read_text().endswith("x = 1\n")


def test_findings_have_file_line_and_column_the_line_and_a_hint(folder: Path) -> None:
    text = """\
    openapi: 3.2.0
    info: {title: T, version: '1'}
    paths: {}
    components:
      schemas:
        Pet:
          $ref: '#/components/schemas/Pat'
    """
    write(folder, text, "bad.yaml")
    assert run("generate", "bad.yaml", "-o", "client").stderr == (
        "bad.yaml:7:7: warning CP102: the reference '#/components/schemas/Pat' leads nowhere\n"
        "    | $ref: '#/components/schemas/Pat'\n"
        "    = Did you mean 'Pet'?\n"
    )


def test_a_document_that_is_not_there() -> None:
    result = run("generate", "missing.json", "-o", "client")
    assert result.stderr == (
        "missing.json: error CP001: cannot read missing.json: no such file or directory\n    = Check the path.\n"
    )


@pytest.mark.parametrize("output", ["good.json", "good.json/client", "dangling"])
def test_a_place_that_cannot_be_written(folder: Path, output: str) -> None:
    (folder / "dangling").symlink_to(folder / "nowhere" / "at" / "all")
    result = run("generate", "good.json", "-o", output, "--package", "acme")
    assert result.exit_code == 1
    assert "error CP403: " in result.stderr and result.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    result = run("generate", "good.json", "-o", "locked/client")
    assert result.exit_code == 1
    assert "error CP403: permission denied" in result.stderr


def test_a_refused_write_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", "client")

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = run("generate", "good.json", "-o", "client")
    assert (result.exit_code, result.stderr) == (
        1,
        "client: error CP403: permission denied\n",
    )


def test_a_document_that_is_nested_too_deeply_is_a_message(folder: Path) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(400):
        schema = {"type": "array", "items": schema}
    write(folder, document({"Deep": schema}), "deep.json")
    for command in (
        "generate deep.json -o client",
        "validate deep.json",
        "inspect api deep.json",
    ):
        result = run(*command.split())
        assert result.exit_code == 1
        assert "error CP004: the document is nested too deeply" in result.stderr


# ------------------------------------------------------------- formats


def test_findings_as_json_are_one_object_a_line() -> None:
    result = run("generate", "broken.json", "-o", "client", "-q", "--format", "json")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    result = run("generate", "broken.json", "-o", "client", "--format", "json")
    (row,) = map(json.loads, result.stdout.splitlines())
    assert row == {
        "code": "CP102",
        "severity": "warning",
        "message": "the reference '#/components/schemas/Dog' leads nowhere",
        "hint": "/components/schemas has no member 'Dog'.",
        "file": "broken.json",
        "line": 1,
        "column": row["column"],
        "pointer": "/components/schemas/Pet/$ref",
    }
    text = Path("broken.json").read_text()
    assert text[row["column"] - 1 :].startswith('"#/components')


@pytest.mark.parametrize(
    "command", ["generate doubtful.json -o client", "validate good.json"]
)
def test_other_formats_have_standard_output_to_themselves(command: str) -> None:
    result = run(*command.split(), "--format", "json")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["severity"] for row in rows] == ["warning"] * len(rows)
    assert result.stderr


def test_findings_as_annotations_for_github() -> None:
    result = run("generate", "doubtful.json", "-o", "client", "--format", "github")
    row, *_ = result.stdout.splitlines()
    head, _, text = row.removeprefix("::").partition("::")
    assert head.startswith("warning title=CP201,file=doubtful.json,line=1,col=")
    assert (
        text == "the operationId 'x' is taken already in line 1 Give it one of its own."
    )


def test_line_ends_cannot_add_commands_for_github(folder: Path) -> None:
    name = "x\n::error::injected"
    data = document(
        {},
        {
            "/a": {"get": operation(operationId=name)},
            "/b": {"get": operation(operationId=name)},
        },
    )
    write(folder, data, "a,b:c.json")
    result = run("validate", "a,b:c.json", "--format", "github")
    assert all(row.startswith("::error title=") for row in result.stdout.splitlines())
    assert "file=a%2Cb%3Ac.json" in result.stdout


def test_many_warnings_are_cut_in_text_and_complete_in_json(folder: Path) -> None:
    schemas = {f"S{i}": {"$ref": f"#/nothing/{i}"} for i in range(29)}
    write(folder, document(schemas, GOOD["paths"]), "many.json")
    arguments = ("generate", "many.json", "-o", "client")
    text = run(*arguments).stderr
    assert text.count("warning CP102") == 20
    assert text.endswith("… and 9 more warnings; --verbose lists all of them\n")
    assert run(*arguments, "--verbose").stderr.count("warning CP102") == 29
    rows = run(*arguments, "--format", "json").stdout
    assert len(rows.splitlines()) == 29


ONE_CAUSE = """\
openapi: 3.2.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      responses:
        '400': {$ref: '#/components/responses/Gone'}
        '401': {$ref: '#/components/responses/Gone'}
        '402': {$ref: '#/components/responses/Gone'}
    post:
      summary: 3
      responses:
        '400': {$ref: '#/components/responses/Other'}
    put:
      summary: 4
"""


def test_one_cause_is_told_once_with_its_number_of_places(folder: Path) -> None:
    write(folder, ONE_CAUSE, "one.yaml")
    expected = """\
one.yaml:7:17: warning CP102: the reference '#/components/responses/Gone' leads nowhere
    | '400': {$ref: '#/components/responses/Gone'}
    = The document has no member 'components'.
    = and 2 more places: 8:17, 9:17
one.yaml:11:7: warning CP101: 'summary' has the wrong type: 3 is not of type "string"
    | summary: 3
    = and 1 more place: 15:7
one.yaml:13:17: warning CP102: the reference '#/components/responses/Other' leads nowhere
    | '400': {$ref: '#/components/responses/Other'}
    = The document has no member 'components'.
"""
    arguments = ("generate", "one.yaml", "-o", "client")
    assert run(*arguments).stderr == expected
    # Formats for programs are complete, and so is --verbose.
    assert run(*arguments, "-v").stderr.count("warning") == 6
    assert len(run(*arguments, "--format", "json").stdout.splitlines()) == 6
    assert len(run(*arguments, "--format", "github").stdout.splitlines()) == 6
    told = run("validate", "one.yaml").stderr
    assert "error CP102" in told and "= and 2 more places: 8:17, 9:17\n" in told


def test_of_many_places_a_few_are_named(folder: Path) -> None:
    schemas = {f"S{i}": {"$ref": "gone.yaml"} for i in range(826)}
    write(folder, document(schemas, GOOD["paths"]), "many.json")
    text = run("generate", "many.json", "-o", "client").stderr
    assert text.count("warning") == 1 and "= and 825 more places: 1:" in text
    last = text.splitlines()[-1]
    assert last.count(", ") == 5 and last.endswith(", …")


# ------------------------------------------------------------- check


def test_check_is_quiet_when_all_is_up_to_date() -> None:
    run("generate", "good.json", "-o", "client")
    result = run("check", "good.json", "-o", "client")
    assert (result.exit_code, result.stdout) == (0, "client: up to date (client)\n")
    assert run("check", "good.json", "-o", "client", "-q").stdout == ""


def test_check_shows_a_diff_and_the_command(folder: Path) -> None:
    run("generate", "good.json", "-o", "client", "--package", "acme")
    write(folder, document({"Dog": {"type": "object"}}, GOOD["paths"]), "good.json")
    before = (folder / "client" / "client.py").read_bytes()
    result = run("check", "good.json", "-o", "client", "--package", "acme")
    assert result.exit_code == 3
    assert (
        result.stderr
        == "stale: acme; run: clientpress generate good.json --output client --package acme\n"
    )
    assert "--- client/models.py" in result.stdout
    assert (folder / "client" / "client.py").read_bytes() == before


def test_check_finds_an_edit(folder: Path) -> None:
    run("generate", "good.json", "-o", "client")
    target = folder / "client" / "client.py"
    target.write_text(target.read_text() + "\nx = 1\n")
    result = run("check", "good.json", "-o", "client")
    assert result.exit_code == 3 and "\n-x = 1\n" in result.stdout


# ------------------------------------------------------------- configured clients


def test_all_clients_of_the_configuration_are_written(folder: Path) -> None:
    configure(folder, a="good.json", b="good.json")
    result = run("generate")
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["a", "b"]
    assert (folder / "out/a/client.py").exists() and (
        folder / "out/b/client.py"
    ).exists()


def test_one_client_of_the_configuration(folder: Path) -> None:
    configure(folder, a="good.json", b="good.json")
    assert run("generate", "b").exit_code == 0
    assert not (folder / "out/a").exists() and (folder / "out/b").exists()


def test_nothing_is_written_unless_every_client_can_be(folder: Path) -> None:
    configure(folder, a="good.json", b="refused.json")
    assert run("generate").exit_code == 1
    assert not (folder / "out").exists()


def test_a_configured_client_can_ask_for_the_full_check(folder: Path) -> None:
    """A client of somebody else's document is made of it as it is, with `--output` or without."""
    configure(folder, a="doubtful.json")
    result = run("generate")
    assert result.exit_code == 0 and "warning CP201" in result.stderr
    with (folder / "pyproject.toml").open("a") as file:
        file.write("validate = true\n")
    result = run("generate")
    assert result.exit_code == 1
    assert "doubtful.json:1:" in result.stderr and "error CP201" in result.stderr


def test_an_unknown_client(folder: Path) -> None:
    configure(folder, a="good.json", b="good.json")
    result = run("generate", "c")
    assert (
        result.exit_code == 2
        and "There is no client 'c'. Known: a, b." in result.stderr
    )


def test_a_document_without_a_place_to_go() -> None:
    result = run("generate", "good.json")
    assert result.exit_code == 2
    assert "good.json is a document: say where to with --output DIR." in result.stderr


def test_no_configuration_at_all() -> None:
    result = run("check")
    assert result.exit_code == 1
    assert "error CP401: there is no [tool.clientpress]" in result.stderr


# ------------------------------------------------------------- inspect


def test_inspect_prints_json_and_nothing_else() -> None:
    assert json.loads(run("inspect", "document", "good.json").stdout) == GOOD
    assert json.loads(run("inspect", "names", "good.json").stdout) == {
        "good.json#/components/schemas/Pet": "Pet"
    }
    assert json.loads(run("inspect", "api", "good.json").stdout)["kind"] == "Api"
    plan = json.loads(
        run("inspect", "plan", "doubtful.json", "--format", "json").stdout
    )
    assert [group["class_name"] for group in plan["groups"]] == ["A", "B"]
