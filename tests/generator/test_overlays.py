"""Overlays (OpenAPI Overlay Specification 1.0 and 1.1): what they change, what is said about mistakes, and where.

The examples of the specification and of its set of compliance tests are here in other words.
"""

from __future__ import annotations

import tarfile
import textwrap
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from clientpress.cli import main
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.layers import Layers
from clientpress.document.overlays import Reading, read_overlay
from clientpress.document.sources import Sources
from clientpress.document.yaml12 import read_yaml
from clientpress.pipeline import load
from clientpress.printing import as_text

SHOP = """
    openapi: 3.1.0
    info: {title: Shop, version: "1"}
    servers:
      - {url: "https://dev.example", description: Dev}
      - {url: "https://example.com", description: Live}
    tags: [{name: pets}]
    paths:
      /pets:
        get:
          operationId: listPets
          parameters:
            - {name: dummy, in: query, schema: {type: string}}
            - {name: filter, in: query, schema: {type: string}}
          responses:
            "200": {description: OK}
            "500": {description: Broken}
        post:
          operationId: addPet
          responses: {"201": {description: Made}, default: {description: Anything}}
      /items:
        get:
          x-oai-traits: [paged]
          responses: {"200": {description: OK}}
    """


def actions(text: str, version: str = "1.1.0") -> str:
    return f"overlay: {version}\ninfo: {{title: Changes, version: '1'}}\nactions:\n{textwrap.indent(textwrap.dedent(text).strip(), '  ')}\n"


def overlaid(folder: Path, *overlays: str, document: str = SHOP) -> tuple[Any, Report]:
    """The data of a document with overlays, and the findings."""
    path = folder / "shop.yaml"
    path.write_text(textwrap.dedent(document))
    files = list[Path]()
    for number, text in enumerate(overlays):
        files.append(folder / f"{number}.overlay.yaml")
        files[-1].write_text(text)
    report = Report()
    found = load(path, report, Reading(tuple(files)))
    return found.entry.data if found else None, report


def data(text: str) -> Any:
    return read_yaml(textwrap.dedent(text))[0]


def expected(change: str) -> Any:
    """The shop after a change in Python, in which it is called `shop`."""
    shop = data(SHOP)
    exec(textwrap.dedent(change), {"shop": shop})
    return shop


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
@pytest.mark.parametrize(
    ("overlay", "change"),
    [
        pytest.param(
            """
            - target: $
              update:
                info: {x-applied: structured}
                paths:
                  /: {summary: The root, get: {x-rate: 100}}
                  /pets: {get: {summary: Pets, x-rate: 100}}
                components:
                tags:
            """,
            """
            shop["info"]["x-applied"] = "structured"
            shop["paths"]["/"] = {"summary": "The root", "get": {"x-rate": 100}}
            shop["paths"]["/pets"]["get"] |= {"summary": "Pets", "x-rate": 100}
            shop["components"] = None
            """,
            id="structured: empty members change nothing that is there",
        ),
        pytest.param(
            """
            - target: $.paths['/pets'].get
              update: {description: New}
            - target: $.paths['/pets'].post
              update: {description: Newer}
            - target: $.paths['/pets']
              update: {post: {description: Of a child, x-safe: false}}
            """,
            """
            shop["paths"]["/pets"]["get"]["description"] = "New"
            shop["paths"]["/pets"]["post"] |= {"description": "Of a child", "x-safe": False}
            """,
            id="targeted",
        ),
        pytest.param(
            """
            - target: $.paths.*.get
              update: {x-safe: true}
            - target: $.paths.*.get.parameters[?@.name=='filter' && @.in=='query']
              update: {schema: {$ref: '#/components/schemas/Filter'}}
            """,
            """
            for path in shop["paths"].values():
                path["get"]["x-safe"] = True
            shop["paths"]["/pets"]["get"]["parameters"][1]["schema"]["$ref"] = "#/components/schemas/Filter"
            """,
            id="wildcards and filters",
        ),
        pytest.param(
            """
            - target: $.paths.*.get.parameters
              update: {name: new, in: query}
            """,
            """
            shop["paths"]["/pets"]["get"]["parameters"].append({"name": "new", "in": "query"})
            """,
            id="an entry is appended to an array",
        ),
        pytest.param(
            """
            - target: $.paths.*.get.parameters[?@.name == 'dummy']
              remove: true
            """,
            """del shop["paths"]["/pets"]["get"]["parameters"][0]""",
            id="an item is removed",
        ),
        pytest.param(
            """
            - target: $.paths.*[?@['x-oai-traits'][?@ == 'paged']]
              update: {parameters: [{name: top, in: query}, {name: skip, in: query}]}
            """,
            """
            shop["paths"]["/items"]["get"]["parameters"] = [
                {"name": "top", "in": "query"}, {"name": "skip", "in": "query"}
            ]
            """,
            id="traits",
        ),
        pytest.param(
            """
            - target: $.paths..responses['500']
              remove: true
            - target: $.paths..responses['default']
              remove: true
            """,
            """
            del shop["paths"]["/pets"]["get"]["responses"]["500"]
            del shop["paths"]["/pets"]["post"]["responses"]["default"]
            """,
            id="matching answers are removed",
        ),
        pytest.param(
            """
            - target: $.servers[?( @.description == 'Dev' )]
              remove: true
            """,
            """del shop["servers"][0]""",
            id="a server is removed",
        ),
        pytest.param(
            """
            - target: $.servers
              remove: true
            - target: $
              update: {servers: [{url: "http://sandbox.local", description: Local}]}
            """,
            """shop["servers"] = [{"url": "http://sandbox.local", "description": "Local"}]""",
            id="servers are replaced",
        ),
        pytest.param(
            """
            - target: $.info
              update: {license: {name: MIT}}
            - target: $
              update: {tags: [{name: shops}]}
            """,
            """
            shop["info"]["license"] = {"name": "MIT"}
            shop["tags"].append({"name": "shops"})
            """,
            id="arrays inside of an update are joined",
        ),
        pytest.param(
            """
            - target: $.paths['/pets'].get.parameters[*]
              remove: true
            """,
            """shop["paths"]["/pets"]["get"]["parameters"] = []""",
            id="several items are removed",
        ),
        pytest.param(
            """
            - target: $..parameters
              remove: true
              update: {x-ignored: true}
            """,
            """del shop["paths"]["/pets"]["get"]["parameters"]""",
            id="remove takes precedence over update",
        ),
    ],
)
def test_what_an_overlay_changes(
    tmp_path: Path, version: str, overlay: str, change: str
) -> None:
    found, report = overlaid(tmp_path, actions(overlay, version))
    assert [*report] == []
    assert found == expected(change)


@pytest.mark.parametrize(
    ("overlay", "change"),
    [
        pytest.param(
            """
            - target: $.paths['/pets'].post.responses
              copy: $.paths['/pets'].get.responses
            """,
            """shop["paths"]["/pets"]["post"]["responses"] |= shop["paths"]["/pets"]["get"]["responses"]""",
            id="copy merges",
        ),
        pytest.param(
            """
            - target: $.paths
              update: {/animals: {}}
            - target: $.paths['/animals']
              copy: $.paths['/pets']
            - target: $.paths['/pets']
              remove: true
            - target: $.paths['/animals'].get
              update: {operationId: listAnimals}
            """,
            """
            shop["paths"]["/animals"] = shop["paths"].pop("/pets")
            shop["paths"]["/animals"]["get"]["operationId"] = "listAnimals"
            """,
            id="a path is moved",
        ),
        pytest.param(
            """
            - target: $.info.title
              update: Better shop
            - target: $.paths.*.*.operationId
              remove: true
            """,
            """
            shop["info"]["title"] = "Better shop"
            del shop["paths"]["/pets"]["get"]["operationId"]
            del shop["paths"]["/pets"]["post"]["operationId"]
            """,
            id="plain values are replaced and removed",
        ),
    ],
)
def test_what_version_1_1_adds(tmp_path: Path, overlay: str, change: str) -> None:
    found, report = overlaid(tmp_path, actions(overlay))
    assert [*report] == []
    assert found == expected(change)


def test_overlays_are_applied_in_order(tmp_path: Path) -> None:
    first = actions("- target: $.info\n  update: {title: A, x-a: 1}")
    second = actions("- target: $.info[?@ == 1]\n  update: 2\n")
    found, report = overlaid(tmp_path, first, second)
    assert [*report] == []
    assert found["info"] == {"title": "A", "version": "1", "x-a": 2}


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        pytest.param(
            actions("- target: $.paths['/pest']\n  update: {x: 1}"),
            """
            0.overlay.yaml:4:5: error CP602: "$.paths['/pest']" selects nothing in the document
                | - target: $.paths['/pest']
                = Correct the path, or remove the action.
            """,
            id="nothing selected",
        ),
        pytest.param(
            actions("- target: $.paths[?@.get\n  update: {x: 1}"),
            """
            0.overlay.yaml:4:5: error CP601: '$.paths[?@.get' is no JSONPath: unexpected end of segment
                | - target: $.paths[?@.get
                = Write RFC 9535, for example $.paths['/pets'].get.
            """,
            id="no JSONPath",
        ),
        pytest.param(
            actions("- target: $.info\n  udpate: {x: 1}"),
            """
            0.overlay.yaml:4:5: error CP601: item 1 of 'actions' may not have 'udpate'
                | - target: $.info
                = Check the spelling, or start the name with x-.
            """,
            id="misspelt",
        ),
        pytest.param(
            actions("- target: $.info"),
            """
            0.overlay.yaml:4:5: error CP601: the action does nothing
                | - target: $.info
                = Give it 'update', 'remove: true' or 'copy'.
            """,
            id="nothing to do",
        ),
        pytest.param(
            actions("- target: $.info\n  update: {title: {en: Shop}}"),
            """
            0.overlay.yaml:5:14: error CP601: an object cannot be merged into 'Shop' at /info/title
                | update: {title: {en: Shop}}
                = Remove the old value by an action before this one.
            """,
            id="values that do not go together",
        ),
        pytest.param(
            actions("- target: $.info\n  copy: $.servers[*]"),
            """
            0.overlay.yaml:5:5: error CP602: '$.servers[*]' selects 2 values; 'copy' needs exactly one
                | copy: $.servers[*]
            """,
            id="two values to copy",
        ),
        pytest.param(
            actions("- target: $\n  remove: true"),
            """
            0.overlay.yaml:4:5: error CP601: the whole document cannot be removed
                | - target: $
            """,
            id="everything",
        ),
        pytest.param(
            "overlay: 1.2.0\n",
            """
            0.overlay.yaml:1:1: error CP601: version '1.2.0' of overlays is not supported
                | overlay: 1.2.0
                = It has to begin with 'overlay: 1.1.0'; 1.0 and 1.1 are supported.
            """,
            id="another version",
        ),
        pytest.param(
            "openapi: 3.1.0\n",
            """
            0.overlay.yaml:1:1: error CP601: this is no overlay: it has no 'overlay' member
                | openapi: 3.1.0
                = It has to begin with 'overlay: 1.1.0'; 1.0 and 1.1 are supported.
            """,
            id="no overlay",
        ),
        pytest.param(
            "overlay: 1.0.0\nactions: [{target: $, update: 7}]\n",
            """
            0.overlay.yaml:1:1: error CP601: the document has no 'info'
                | overlay: 1.0.0
                = Add it.
            """,
            id="without info",
        ),
    ],
)
def test_what_is_said_about_mistakes(
    tmp_path: Path, overlay: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, report = overlaid(Path(), overlay)
    assert as_text(report) == textwrap.dedent(told).lstrip()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "shop.yaml"
    path.write_text(textwrap.dedent(SHOP))
    return tmp_path


def test_a_finding_about_a_value_of_an_overlay_is_at_the_overlay(shop: Path) -> None:
    text = actions("""
        - target: $.paths['/pets'].get.parameters[0]
          remove: true
        - target: $.paths['/pets'].get
          update:
            x-clientpress-pagination: {kind: coursor}
        """)
    (shop / "names.yaml").write_text(text)
    result = run("generate", "shop.yaml", "-o", "acme", "--overlay", "names.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "names.yaml:8:34: error CP302: 'coursor' is not one of cursor, offset, page, link, single\n"
        "    | x-clientpress-pagination: {kind: coursor}\n"
        "    = Did you mean 'cursor'? Set by names.yaml:8 at"
        " shop.yaml#/paths/~1pets/get/x-clientpress-pagination/kind.\n"
    )
    assert not (shop / "acme").exists()


def test_places_behind_a_removed_item_are_those_of_the_file(shop: Path) -> None:
    text = actions("- target: $.servers[0]\n  remove: true")
    report = Report()
    (shop / "less.yaml").write_text(text)
    load(Path("shop.yaml"), report, Reading((Path("less.yaml"),)))
    assert report.locator
    origin = report.locator.origin(Place("shop.yaml", "/servers/0/url"))
    assert origin == Place("shop.yaml", "/servers/1/url")
    assert report.locator.locate(origin) == (6, 6)


def test_clients_of_the_configuration_have_overlays_and_check_sees_their_changes(
    shop: Path,
) -> None:
    (shop / "clientpress.toml").write_text(
        '[clients.acme]\nspec = "shop.yaml"\noutput = "acme"\noverlays = ["over/names.yaml"]\n'
    )
    (shop / "over").mkdir()
    overlay = shop / "over" / "names.yaml"
    overlay.write_text(
        actions("- target: $.paths['/pets'].get\n  update: {x-clientpress-name: all}")
    )
    assert run("generate").exit_code == 0
    assert "def all(" in (shop / "acme/groups/pets.py").read_text()
    assert '"over/names.yaml"' in (shop / "acme/.clientpress/manifest.json").read_text()
    assert run("check").exit_code == 0
    overlay.write_text(overlay.read_text().replace(": all", ": every"))
    assert run("check").exit_code == 3


def test_validate_and_inspect_take_overlays(shop: Path) -> None:
    overlay = actions("- target: $.info.title\n  remove: true")
    (shop / "over.yaml").write_text(overlay)
    assert run("validate", "shop.yaml").exit_code == 0
    assert run("validate", "shop.yaml", "--overlay", "over.yaml").exit_code == 1
    seen = run("inspect", "document", "shop.yaml", "--overlay", "over.yaml")
    assert '"title"' not in seen.stdout


def test_an_overlay_that_is_missing_is_a_finding(shop: Path) -> None:
    result = run("generate", "shop.yaml", "-o", "acme", "--overlay", "none.yaml")
    assert result.exit_code == 1
    assert "none.yaml: error CP001: cannot read none.yaml" in result.stderr


json = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), below, max_size=3)
    ),
    max_leaves=8,
)


def _keys(value: Any) -> list[Any]:
    if is_object(value):
        return [*value]
    return [*range(len(value))] if is_array(value) else []


@given(json, st.data())
def test_changes_leave_the_data_of_the_file_as_it_is(
    value: Any, draw: st.DataObject
) -> None:
    before, mirror = deepcopy(value), deepcopy({"root": value})
    layers = Layers({"root": value}, Place("file"))
    for _ in range(3):
        path: list[Any] = ["root"]
        here = layers.at(path)
        while keys := _keys(here):
            if draw.draw(st.booleans()):
                break
            path.append(draw.draw(st.sampled_from(keys)))
            here = layers.at(path)
        above = mirror
        for key in path[:-1]:
            above = above[key]
        if len(path) > 1 and draw.draw(st.booleans()):
            layers.remove(path)
            del above[path[-1]]
        else:
            layers.put(path, 1, Place("overlay"))
            above[path[-1]] = 1
    assert layers.data == mirror
    assert value == before


@pytest.fixture(scope="module")
def conformance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The specification's own examples and compliance tests."""
    packed = Path(__file__).parents[3] / "shared" / "corpus" / "dev.tar.xz"
    if not packed.exists():
        pytest.skip("the specification's examples are not here")
    folder = tmp_path_factory.mktemp("overlays")
    with tarfile.open(packed) as archive:
        inner = "conformance/overlay-specification/"
        archive.extractall(
            folder,
            [m for m in archive if m.name.removeprefix("./").startswith(inner)],
            filter="data",
        )
    return folder / inner


@pytest.mark.slow
def test_the_compliance_tests_of_the_specification(conformance: Path) -> None:
    sets = [*(conformance / "compliant-sets").iterdir()]
    assert len(sets) >= 8
    for each in sets:
        report = Report()
        reading = Reading((each / "overlay.yaml",))
        found = load(each / "openapi.yaml", report, reading)
        assert found and not [*report], (each.name, as_text(report))
        assert found.entry.data == data((each / "output.yaml").read_text()), each.name


@pytest.mark.slow
def test_the_examples_of_the_specification_are_accepted_and_wrong_ones_refused(
    conformance: Path,
) -> None:
    examples = [*(conformance / "tests").glob("v1.[01]/*/*.yaml")]
    assert len(examples) >= 40
    for path in examples:
        report = Report()
        source = Sources(report).overlay(path)
        accepted = source is not None and read_overlay(source, report) is not None
        assert accepted == (path.parent.name == "pass"), path
