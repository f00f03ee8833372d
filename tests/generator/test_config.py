"""The configuration: where it is looked for, and what is said about mistakes in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientpress.config import ClientConfig, Config, find_config
from clientpress.diagnostics import Report

GOOD = '[tool.clientpress.clients.acme]\nspec = "specs/acme.yaml"\noutput = "src/acme_client"\n'


def found(folder: Path) -> tuple[Config | None, list[tuple[str, str, str]]]:
    report = Report()
    config = find_config(folder, report)
    return config, [(d.code, d.message, d.hint) for d in report]


def test_a_client_has_a_document_and_a_package_called_like_its_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text(GOOD)
    client = ClientConfig(
        "acme",
        tmp_path / "specs/acme.yaml",
        tmp_path / "src/acme_client",
        "acme_client",
    )
    assert found(tmp_path) == (Config(tmp_path, (client,)), [])


def test_the_package_can_have_another_name(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(GOOD + 'package = "acme"\n')
    config, _ = found(tmp_path)
    assert config and config.clients[0].package == "acme"


def test_clients_keep_their_order(tmp_path: Path) -> None:
    text = "".join(GOOD.replace("acme", name) for name in ("b", "a", "c"))
    (tmp_path / "pyproject.toml").write_text(text)
    config, _ = found(tmp_path)
    assert config and [client.name for client in config.clients] == ["b", "a", "c"]


def test_clients_with_one_output_are_refused(tmp_path: Path) -> None:
    other = GOOD.replace(".acme]", ".b]").replace("src/", "src/../src/")
    (tmp_path / "pyproject.toml").write_text(GOOD + other)
    _, [(code, message, hint)] = found(tmp_path)
    assert (code, hint) == ("CP401", "Give each one a folder of its own.")
    assert message == "the clients 'acme' and 'b' have the same output"


@pytest.mark.parametrize(
    ("files", "root"),
    [
        pytest.param({"pyproject.toml": GOOD}, ".", id="above"),
        pytest.param(
            {"pyproject.toml": GOOD, "a/pyproject.toml": "[project]\n"},
            ".",
            id="above another project",
        ),
        pytest.param(
            {"pyproject.toml": GOOD, "a/b/pyproject.toml": GOOD},
            "a/b",
            id="the nearest",
        ),
        pytest.param(
            {
                "a/clientpress.toml": GOOD.replace("tool.clientpress.", ""),
                "a/pyproject.toml": GOOD,
            },
            "a",
            id="a file of its own",
        ),
    ],
)
def test_where_it_is_found(tmp_path: Path, files: dict[str, str], root: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    config, findings = found(tmp_path / "a" / "b")
    assert config and config.root == (tmp_path / root).resolve() and not findings


ONE_TABLE = (
    "the configuration needs one table [tool.clientpress.clients.NAME] for each client"
)


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (
            "[tool.clientpress\n",
            [
                (
                    "CP401",
                    "not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 18)",
                    "",
                )
            ],
        ),
        ("[tool.clientpress]\n", [("CP401", ONE_TABLE, "")]),
        ("[tool]\nclientpress = 1\n", [("CP401", ONE_TABLE, "")]),
        ("[tool.clientpress]\nclients = []\n", [("CP401", ONE_TABLE, "")]),
        ("[tool.clientpress.client.acme]\n", [("CP401", ONE_TABLE, "")]),
        (
            "[tool.clientpress.clients.acme]\n",
            [
                ("CP401", "the client 'acme' needs a string 'spec'", ""),
                ("CP401", "the client 'acme' needs a string 'output'", ""),
            ],
        ),
        (
            "[tool.clientpress.clients]\nacme = 3\n",
            [
                ("CP401", "the client 'acme' needs a string 'spec'", ""),
                ("CP401", "the client 'acme' needs a string 'output'", ""),
            ],
        ),
        (
            GOOD + 'ouput = "x"\n',
            [
                (
                    "CP401",
                    "the client 'acme' has an unknown key 'ouput'",
                    "Did you mean 'output'?",
                )
            ],
        ),
        (
            GOOD + "strict = true\n",
            [
                (
                    "CP401",
                    "the client 'acme' has an unknown key 'strict'",
                    "Known: spec, output, package, include, exclude, with, overlays, allow_files, allow_remote, validate, names.",
                )
            ],
        ),
        (
            GOOD + "package = 3\n",
            [("CP401", "the client 'acme' needs a string 'package'", "")],
        ),
    ],
)
def test_mistakes(
    tmp_path: Path, text: str, findings: list[tuple[str, str, str]]
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert found(tmp_path) == (None, findings)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    config, ((code, message, _),) = found(tmp_path)
    assert (
        config is None
        and code == "CP001"
        and message.startswith("cannot read the configuration")
    )


@pytest.mark.parametrize("text", ["tool = 3\n", "[tool]\n", ""])
def test_a_project_without_clientpress_is_passed_over(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(GOOD)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text(text)
    config, _ = found(inner)
    assert config and config.root == tmp_path


def test_there_may_be_none(tmp_path: Path) -> None:
    config, ((code, message, hint),) = found(tmp_path)
    assert (
        config is None
        and code == "CP401"
        and message.startswith("there is no [tool.clientpress]")
    )
    assert hint == "Name a document: clientpress generate openapi.yaml --output acme"
