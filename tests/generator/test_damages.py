"""What people do to documents, what `generate` makes of it, and what `validate` says.

A slip costs as little as can be: a JSON value, an untyped answer, or the one thing that is not
understood. What protects the reader is refused by both commands.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientpress.api.selecting import WHOLE, Selection
from clientpress.diagnostics import Report, Severity
from clientpress.document.data import is_array, is_object
from clientpress.document.yaml12 import read_yaml
from clientpress.pipeline import Build, build, validate
from clientpress.plan.types import Method
from clientpress.printing import as_text
from clientpress.render import layout

BASE = """\
openapi: 3.1.0
info:
  title: Shop
  version: '1'
servers: [{url: 'https://api.example'}]
security: [{key: []}]
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getPet
      tags: [pets]
      parameters:
        - name: limit
          in: query
          schema: {type: integer, minimum: 1}
      responses:
        '200':
          description: A pet.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
        '404': {$ref: '#/components/responses/Missing'}
    put:
      operationId: putPet
      tags: [pets]
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
      responses:
        '204': {description: Done.}
  /ping:
    get:
      operationId: ping
      responses:
        '200': {description: Fine.}
components:
  responses:
    Missing:
      description: Not there.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Problem'}
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 20}
        owner: {$ref: '#/components/schemas/Owner'}
    Owner:
      type: object
      properties:
        name: {type: string}
    Problem:
      type: object
      properties:
        detail: {type: string}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
"""


class Found(NamedTuple):
    """A run: the package, unless it was refused, and the findings as `line code`."""

    build: Build | None
    findings: list[str]
    text: str


def run(
    folder: Path,
    text: str | bytes,
    name: str = "shop.yaml",
    selection: Selection = WHOLE,
) -> Found:
    """Generate; whatever comes out is Python."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    report = Report()
    made = build(path, "shop", "h", {}, report, full=False, selection=selection)
    assert (made is None) is report.has_errors
    for name, text in made.files.items() if made else ():
        if name.endswith(".py"):
            compile(text, name, "exec")
    found = list[str]()
    for d in report:
        position = d.position
        if position is None and d.place and report.locator:
            position = report.locator.locate(d.place)
        found.append(f"{position.line if position else 0} {d.code}")
    return Found(
        made, sorted(set(found), key=lambda x: (int(x.split()[0]), x)), as_text(report)
    )


def judged(folder: Path, name: str = "shop.yaml") -> bool:
    """Whether `validate` finds no error."""
    report = Report()
    validate(folder / name, report)
    return not report.has_errors


def shown(made: Build | None, name: str) -> str:
    """`get_pet(id: str, limit: int | None) -> Pet` of a method."""
    assert made
    methods = [m for group in made.plan.groups for m in group.methods]
    (method,) = [m for m in methods if m.plan.operation.id == name]
    listed = ", ".join(
        f"{a.name}: {_type(a.annotation)}"
        for a in method.arguments
        if a.name != "options"
    )
    return f"({listed}) -> {_returned(method)}"


def _type(annotation: Any) -> str:
    return layout.flat(layout.annotation(annotation))


def _returned(method: Method) -> str:
    return _type(method.returns)


def test_the_base_is_sound(tmp_path: Path) -> None:
    found = run(tmp_path, BASE)
    assert found.findings == [] and judged(tmp_path)
    assert shown(found.build, "getPet") == "(id: str, limit: int | None) -> Pet"


GOES_ON = [
    # --- references
    ("a component was deleted", "    Owner:\n      type: object\n      properties:\n        name: {type: string}\n", "", "52 CP102"),
    ("a reference is misspelt", "schemas/Problem'", "schemas/Problm'", "45 CP102"),
    ("a section is misspelt", "#/components/responses/", "#/components/response/", "24 CP102"),
    ("definitions of Swagger 2", "#/components/schemas/Owner", "#/definitions/Owner", "52 CP102"),
    ("only the name", "'#/components/schemas/Owner'", "Owner", "52 CP001"),
    ("no number sign", "'#/components/schemas/Owner'", "components/schemas/Owner", "52 CP001"),
    ("no first slash", "'#/components/schemas/Owner'", "'#components/schemas/Owner'", "52 CP102"),
    ("a file that is not there", "'#/components/schemas/Owner'", "owner.yaml", "52 CP001"),
    ("a host", "'#/components/schemas/Owner'", "'https://h.example/o.yaml'", "52 CP103"),
    ("a reference that is no text", "{$ref: '#/components/schemas/Owner'}", "{$ref: 5}", "52 CP102"),
    ("a member that is a reference to a response", "'#/components/schemas/Owner'", "'#/components/schemas/Pet/properties/gone'", "52 CP102"),
    # --- what is missing
    ("no version", "  version: '1'\n", "", "2 CP101"),
    ("no info", "info:\n  title: Shop\n  version: '1'\n", "", "1 CP101"),
    ("info is empty", "info:\n  title: Shop\n  version: '1'\n", "info:\n", "2 CP101"),
    ("a parameter without a name", "name: limit\n          in", "in", "15 CP101"),
    ("a parameter without a place", "          in: query\n", "", "15 CP101"),
    ("a path parameter that is not declared", "    parameters:\n      - {name: id, in: path, required: true, schema: {type: string}}\n", "", "9 CP202 23 CP202"),
    ("a path parameter that is not in the path", "{name: id, in", "{name: pet, in", "10 CP202 11 CP202 25 CP202"),
    ("a path parameter that is not required", "in: path, required: true", "in: path", "10 CP101"),
    ("a scheme that is not declared", "security: [{key: []}]", "security: [{kye: []}]", "6 CP102"),
    ("a scheme without a name", ", name: X-Key", "", "62 CP101 62 CP502"),
    # --- what is there twice
    ("an operationId twice", "operationId: putPet", "operationId: getPet", "26 CP201"),
    ("a key twice", "tags: [pets]\n      parameters", "operationId: getPet\n      tags: [pets]\n      parameters", "13 CP003"),
    ("a path twice but for its parameter", "  /ping:", "  /pets/{pet}:", "34 CP203 35 CP202"),
    # --- values of the wrong type
    ("a description that is null", "description: Fine.", "description: null", "38 CP101"),
    ("a description that is a number", "description: Fine.", "description: 3", "38 CP101"),
    ("a version that is a number", "version: '1'", "version: 1.0", "4 CP101"),
    ("responses that are null", "      responses:\n        '200': {description: Fine.}", "      responses:", "37 CP101"),
    ("responses that are a list", "        '200': {description: Fine.}", "        - {description: Fine.}", "37 CP101"),
    ("a status that is no status", "'204': {description: Done.}", "ok: {description: Done.}", "32 CP101 33 CP502"),
    ("a parameter that is text", "- name: limit\n          in: query\n          schema: {type: integer, minimum: 1}", "- limit", "15 CP101"),
    ("a place in capitals", "in: query", "in: Query", "16 CP101"),
    ("a schema that is null", "properties:\n        detail: {type: string}", "properties:\n        detail:", "60 CP501"),
    ("type None", "detail: {type: string}", "detail: {type: None}", "60 CP501"),
    ("a type of Python", "detail: {type: string}", "detail: {type: str}", "60 CP501"),
    ("items that are a list", "detail: {type: string}", "detail: {type: array, items: [{type: string}]}", "60 CP501"),
    ("paths without a slash", "  /ping:", "  ping:", "7 CP101"),
    ("an unknown member", "operationId: ping", "operationId: ping\n      sumary: x", "35 CP101"),
    ("tags that are text", "tags: [pets]\n      requestBody", "tags: pets\n      requestBody", "27 CP101"),
    ("a security scheme of no kind", "type: apiKey", "type: key", "62 CP101"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "was", "becomes", "findings"),
    GOES_ON,
    ids=[row[0] for row in GOES_ON],
)
def test_what_goes_on(
    tmp_path: Path, damage: str, was: str, becomes: str, findings: str
) -> None:
    assert was in BASE
    found = run(tmp_path, BASE.replace(was, becomes))
    assert found.build, found.text
    assert " ".join(found.findings) == findings, found.text
    # Every operation is there, and what the damage does not touch is as it was.
    ids = {o.method + o.path for o in found.build.plan.api.operations}
    assert len(ids) == 3
    assert not judged(tmp_path)


@pytest.mark.parametrize(
    ("damage", "was", "becomes"),
    [
        ("nullable as text", "{type: string, maxLength: 20}", "{type: string, nullable: 'true'}"),
        ("a number as text", "maxLength: 20", "maxLength: '20'"),
        ("required as true", "detail: {type: string}", "detail: {type: string, required: true}"),
        ("a default of another type", "minimum: 1}", "minimum: 1, default: many}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_keywords_of_the_wrong_type_cost_no_more_than_themselves(
    tmp_path: Path, damage: str, was: str, becomes: str, version: str
) -> None:
    assert was in BASE
    text = BASE.replace("3.1.0", version).replace(was, becomes)
    found = run(tmp_path, text)
    assert found.build, found.text
    assert shown(found.build, "getPet").startswith("(id: str, limit: int")
    assert "-> Pet" in shown(found.build, "getPet")


REFUSED = [
    ("a tab", "    get:\n      operationId: ping", "\tget:\n      operationId: ping", "CP002"),
    ("a bracket that is not closed", "tags: [pets]", "tags: [pets", "CP002"),
    ("two documents", "components:\n", "---\ncomponents:\n", "CP002"),
    ("a version of no OpenAPI", "3.1.0", "4.0.0", "CP005"),
    ("no version of OpenAPI", "openapi: 3.1.0\n", "", "CP005"),
    ("Swagger", "openapi: 3.1.0", "swagger: '2.0'", "CP005"),
    ("no paths at all", BASE[BASE.index("paths:") : BASE.index("components:")], "paths: []\n", ""),
    ("no operation", "    get:\n      operationId: ping", "    got:\n      operationId: ping", ""),
    ("an extension of ours that is misspelt", "operationId: ping", "x-clientpress-nme: x", "CP301"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "was", "becomes", "code"), REFUSED, ids=[row[0] for row in REFUSED]
)
def test_what_is_refused(
    tmp_path: Path, damage: str, was: str, becomes: str, code: str
) -> None:
    assert was in BASE
    found = run(tmp_path, BASE.replace(was, becomes))
    if code:
        assert found.build is None and f"error {code}" in found.text
    assert not judged(tmp_path)


def test_a_document_without_a_single_operation_is_refused(tmp_path: Path) -> None:
    text = BASE[: BASE.index("paths:")] + BASE[BASE.index("components:") :]
    for paths, code in (
        ("paths: {/a: {$ref: 'gone.yaml'}}\n", "CP105"),
        ("paths: {/a: 5}\n", "CP105"),
        ("paths: [1]\n", "CP105"),
        ("webhooks: {a: {$ref: 'gone.yaml'}}\n", "CP105"),
        ("", ""),  # models alone are a package too
    ):
        found = run(tmp_path, text + paths)
        assert (found.build is None) is bool(code), found.text
        assert not code or f"error {code}" in found.text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"\xef\xbb\xbf" + BASE.encode(), "shop.yaml"),
        (BASE.encode("utf-16"), "shop.yaml"),
        (BASE.replace("\n", "\r\n").encode(), "shop.yaml"),
    ],
    ids=["a mark of byte order", "UTF-16", "line ends of Windows"],
)
def test_what_is_no_damage(tmp_path: Path, raw: bytes, name: str) -> None:
    assert run(tmp_path, raw, name).findings == [] and judged(tmp_path, name)


def test_a_trailing_comma_in_json(tmp_path: Path) -> None:
    text = json.dumps(read_yaml(BASE)[0], indent=1)
    found = run(tmp_path, text[:-2] + ",\n}", "shop.json")
    assert not found.build
    assert [f.split()[1] for f in found.findings] == ["CP002"]


# ------------------------------------------------------------- references that lead nowhere

EVERYWHERE = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /kept: {get: {operationId: kept, responses: {'200': {description: ok}}}}
  /gone: {$ref: REF}
  /a:
    parameters: [{$ref: REF}]
    post:
      operationId: it
      security: [{lost: []}]
      parameters:
        - {$ref: REF}
        - {name: q, in: query, schema: {$ref: REF}}
      requestBody: {$ref: REF}
      callbacks:
        whole: {$ref: REF}
        item: {'{$request.body#/u}': {$ref: REF}}
      responses:
        '200':
          description: ok
          headers:
            X-A: {$ref: REF}
            X-B: {schema: {$ref: REF}}
          links:
            next: {$ref: REF}
            other: {operationRef: REF}
            third: {operationId: nobody}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Base'}
              examples: {one: {$ref: REF}}
        '201': {$ref: REF}
        '204': {$ref: REF}
        4XX: {$ref: REF}
webhooks:
  w: {$ref: REF}
components:
  securitySchemes:
    lost: {$ref: REF}
  responses:
    R: {$ref: REF}
  schemas:
    Base:
      type: object
      required: [kind]
      properties:
        kind: {type: string}
        plain: {$ref: REF}
        beside: {$ref: REF, description: said here}
        limited: {$ref: REF, maxLength: 3}
        many: {type: array, items: {$ref: REF}}
        some: {type: object, additionalProperties: {$ref: REF}}
        either: {oneOf: [{$ref: REF}, {type: string}]}
      discriminator: {propertyName: kind, mapping: {a: REF, b: '#/components/schemas/Sub'}}
    Sub:
      allOf: [{$ref: '#/components/schemas/Base'}, {$ref: REF}, {type: object, properties: {x: {type: integer}}}]
    Whole: {$ref: REF}
"""


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        pytest.param("'#/components/schemas/Gone'", "CP102", id="no such component"),
        pytest.param("'#/components/nothing/X'", "CP102", id="no such section"),
        pytest.param("'#/info/title/deeper'", "CP102", id="a pointer that stops"),
        pytest.param("'#/paths/5'", "CP102", id="no such item"),
        pytest.param("'#anchor'", "CP102", id="no such anchor"),
        pytest.param("'gone.yaml'", "CP001", id="no such file"),
        pytest.param("'gone.yaml#/X'", "CP001", id="in no such file"),
        pytest.param("'other.yaml#/components/X'", "CP102", id="nowhere in a file"),
        pytest.param("'https://h.example/x.yaml'", "CP103", id="another host"),
        pytest.param("'/etc/hostname'", "CP103", id="out of the folder"),
        pytest.param("'http://['", "CP102", id="no address"),
    ],
)
def test_references_that_lead_nowhere(
    tmp_path: Path, reference: str, code: str
) -> None:
    (tmp_path / "other.yaml").write_text("components: {Y: {type: object}}\n")
    found = run(tmp_path, EVERYWHERE.replace("REF", reference))
    assert found.build, found.text
    places = {
        i
        for i, line in enumerate(EVERYWHERE.splitlines(), 1)
        if "$ref: REF" in line and " R: " not in line
    }
    told = {tuple(line.split()) for line in found.findings}
    assert {int(at) for at, is_code in told if is_code == code} >= places
    links = [
        n for n, line in enumerate(EVERYWHERE.splitlines(), 1) if "operation" in line
    ]
    told_links = [at for at, is_code in told if is_code == "CP209"]
    assert sorted(told_links) == [str(at) for at in links if at > 20]
    assert any(is_code == "CP207" for _, is_code in told)
    assert shown(found.build, "it") == (
        "(q: JsonValue, body: JsonValue | UnsetType) -> JsonValue | BinaryAnswer"
    )
    assert shown(found.build, "kept") == "() -> JsonValue | BinaryAnswer"
    assert not judged(tmp_path)
    # `validate` looks at what nothing uses as well.
    report = Report()
    validate(tmp_path / "shop.yaml", report)
    assert any(d.place and "responses/R" in d.place.pointer for d in report)


def test_each_is_told_with_line_and_column_and_what_was_meant(tmp_path: Path) -> None:
    found = run(tmp_path, BASE.replace("schemas/Problem'", "schemas/Problm'"))
    assert found.text == (
        f"{tmp_path}/shop.yaml:45:20: warning CP102: the reference "
        "'#/components/schemas/Problm' leads nowhere\n"
        "    | schema: {$ref: '#/components/schemas/Problm'}\n"
        "    = Did you mean 'Problem'?\n"
    )


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("'#/components/schemas/Ownr'", "'Owner'"),
        ("'#/definitions/Owner'", "'#/components/schemas/Owner'"),
        ("'#/components/responses/Owner'", "'#/components/schemas/Owner'"),
        ("'#components/schemas/Owner'", "'#/components/schemas/Owner'"),
        ("Owner", "'#/components/schemas/Owner'"),
        ("'/components/schemas/Owner'", "'#/components/schemas/Owner'"),
        ("'#/component/schemas/Owner'", "'components'"),
    ],
)
def test_what_was_meant(tmp_path: Path, reference: str, hint: str) -> None:
    text = BASE.replace("'#/components/schemas/Owner'", reference)
    assert f"= Did you mean {hint}?\n" in run(tmp_path, text).text


# ------------------------------------------------------------- what is left out

UNSOUND = """\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /ok: {get: {operationId: ok, tags: [Good], responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Shared'}}}}}}}
  /bad:
    get:
      operationId: bad
      tags: [Bad]
      x-clientpress-nonsense: 1
      parameters: [{in: formData, name: file, schema: {type: string}}, {$ref: '#/components/parameters/Gone'}]
      responses: {'200': {$ref: '#/components/responses/OnlyBad'}, '400': {$ref: 'broken.yaml'}}
  /bad/{id}: {$ref: 'broken.yaml#/item'}
components:
  responses:
    OnlyBad: {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Bad'}}}}
  schemas:
    Shared: {type: object, properties: {a: {$ref: '#/components/schemas/Fine'}}}
    Fine: {type: object, properties: {b: {type: integer}}}
    Bad: {type: object, properties: {c: {$ref: '#/components/schemas/Gone'}}, maxLength: x}
"""


@pytest.mark.parametrize(
    "selection",
    [
        Selection(exclude=("path:/bad*",)),
        Selection(include=("path:/ok",)),
        Selection(include=("tag:Good",)),
        Selection(include=("operation:ok",)),
    ],
    ids=str,
)
def test_what_is_left_out_need_not_be_sound(
    tmp_path: Path, selection: Selection
) -> None:
    (tmp_path / "broken.yaml").write_text("a: [\n")
    found = run(tmp_path, UNSOUND, selection=selection)
    assert found.build and found.findings == [], found.text
    assert {*found.build.plan.models.definitions} == {"Shared", "Fine"}
    whole = run(tmp_path, UNSOUND)
    assert whole.build is None and "error CP301" in whole.text
    assert "error CP002" in whole.text  # the file that cannot be read


def test_what_is_kept_is_told(tmp_path: Path) -> None:
    text = UNSOUND.replace("schemas/Fine'", "schemas/Fin'").replace(
        "info: {title: T, version: '1'}", "info: {title: T}"
    )
    (tmp_path / "broken.yaml").write_text("a: [\n")
    found = run(tmp_path, text, selection=Selection(exclude=("path:/bad*",)))
    # The document as a whole, and the schema that the operation which is kept reaches.
    assert found.build and found.findings == ["2 CP101", "17 CP102"], found.text


def test_filters_that_match_nothing_stay_errors(tmp_path: Path) -> None:
    found = run(tmp_path, BASE, selection=Selection(exclude=("path:/nothing",)))
    assert found.build is None and "error CP404" in found.text


# ------------------------------------------------------------- anything anywhere

JUNK: list[Any] = [
    *(None, True, -1, 1.5, "", "x", "#/nowhere", [], [None], ["x"], [{}], [[]], {}),
    *({"x": 1}, {"$ref": "#/nowhere"}, {"$ref": 5}, {"$ref": "gone.yaml"}),
    *({"type": "object"}, "string"),
]


def containers(data: Any) -> list[tuple[Any, Any]]:
    """Every place of a document: what it is in, and its key."""
    found, todo = list[tuple[Any, Any]](), [data]
    while todo:
        here = todo.pop()
        listed: list[Any] = [*(here if is_object(here) else range(len(here)))]
        for key in listed:
            value: Any = here[key]
            found.append((here, key))
            if is_object(value) or is_array(value):
                todo.append(value)
    return found


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_stands_wherever_nothing_is_raised(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from([BASE, EVERYWHERE, UNSOUND]))
    document = read_yaml(text)[0]
    for _ in range(data.draw(st.integers(1, 3))):
        places = containers(document)
        owner, key = places[data.draw(st.integers(0, len(places) - 1))]
        junk = data.draw(st.sampled_from([*JUNK, "delete"]))
        if junk == "delete":
            del owner[key]
        else:
            owner[key] = json.loads(json.dumps(junk))
        if not document:
            break
    folder = tmp_path_factory.mktemp("junk")
    found = run(folder, json.dumps(document), "junk.json")
    report = Report()
    validate(folder / "junk.json", report)
    assert found.build or any(d.severity is Severity.ERROR for d in report)
