"""A bakery in APIFlask."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint, APIFlask, FileSchema, HTTPTokenAuth, Schema, abort
from apiflask.fields import (
    UUID,
    Boolean,
    Date,
    DateTime,
    Dict,
    File,
    Float,
    Integer,
    List,
    Nested,
    Raw,
    String,
)
from apiflask.fields import Decimal as DecimalField
from apiflask.fields import Enum as EnumField
from apiflask.schemas import EmptySchema, PaginationSchema
from apiflask.security import APIKeyHeaderAuth, HTTPBasicAuth
from apiflask.validators import Length, OneOf, Range
from flask import Response, request, send_file
from seen import note, take

app = APIFlask(__name__, title="Bakery", version="1.0.0")
app.config["OPENAPI_VERSION"] = "3.1.0"
app.json.sort_keys = False  # type: ignore[attr-defined]

tokens = HTTPTokenAuth(scheme="Bearer")
basic = HTTPBasicAuth()
keys = APIKeyHeaderAuth(param_name="X-API-Key")


@tokens.verify_token
def verify_token(token: str) -> str | None:
    return token if token == "b-1" else None


@basic.verify_password
def verify_password(username: str, password: str) -> list[str]:
    return [username, password]


@keys.verify_token
def verify_key(token: str) -> str | None:
    return token or None


# ---------------------------------------------------------------- schemas
class Grain(Enum):
    RYE = "rye"
    WHEAT = "whole wheat"


class BreadIn(Schema):
    name = String(required=True, validate=Length(1, 20))
    price = DecimalField(required=True, as_string=True)
    weight = Float(load_default=1.0)
    grain = EnumField(Grain, by_value=True, load_default=Grain.RYE)
    shape = String(validate=OneOf(["round", "long"]), allow_none=True)
    baked = Date(allow_none=True)
    labels = Dict(keys=String(), values=String())
    extra = Raw(allow_none=True)


class BreadPatch(BreadIn):
    class Meta:
        partial = True

    name = String(validate=Length(1, 20))
    price = DecimalField(as_string=True)
    weight = Float()
    grain = EnumField(Grain, by_value=True)


class BreadOut(Schema):
    id = Integer()
    name = String()
    price = DecimalField(as_string=True)
    weight = Float()
    grain = EnumField(Grain, by_value=True)
    shape = String(allow_none=True)
    baked = Date(allow_none=True)
    sold_at = DateTime(allow_none=True)
    code = UUID(allow_none=True)
    labels = Dict(keys=String(), values=String())
    extra = Raw(allow_none=True)


class BreadQuery(Schema):
    page = Integer(load_default=1, validate=Range(min=1))
    grains = List(EnumField(Grain, by_value=True), load_default=[])
    fresh = Boolean(load_default=False)
    after = Date()


class BreadsOut(Schema):
    breads = List(Nested(BreadOut))
    pagination = Nested(PaginationSchema)


class CustomerIn(Schema):
    name = String(required=True)
    age = Integer(allow_none=True)
    topics = List(String())


class CakeIn(Schema):
    title = String(required=True)
    picture = File(required=True)
    sizes = List(Integer())


class PicturesIn(Schema):
    pictures = List(File(), required=True)


class PictureIn(Schema):
    picture = File(required=True)


class HeaderIn(Schema):
    x_trace = String(data_key="X-Trace", required=True)


class CookieIn(Schema):
    visits = Integer()


class Conflict(Schema):
    message = String()
    by = String()


SOUR = {
    "id": 2,
    "name": "Sour",
    "price": Decimal("4.50"),
    "weight": 1.5,
    "grain": Grain.WHEAT,
    "shape": None,
    "baked": None,
    "sold_at": None,
    "code": "6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f",
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}


def plain(given: dict[str, Any]) -> dict[str, Any]:
    """What an operation was given, for the notes."""
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in given.items()
    }


# ---------------------------------------------------------------- breads
breads = APIBlueprint("breads", __name__, url_prefix="/breads", tag="Breads")


@breads.get("/")
@breads.input(BreadQuery, location="query")
@breads.output(BreadsOut)
def list_breads(query_data: dict[str, Any]) -> dict[str, Any]:
    grains = [grain.value for grain in query_data["grains"]]
    note(query={**query_data, "grains": grains})
    pagination = {"page": 1, "per_page": 20, "pages": 1, "total": 1}
    return {"breads": [SOUR], "pagination": pagination}


@breads.post("/")
@breads.input(BreadIn)
@breads.output(BreadOut, status_code=201)
def add_bread(json_data: dict[str, Any]) -> dict[str, Any]:
    note(given=plain(json_data))
    return {"id": 3, **json_data}


@breads.get("/<int:bread_id>")
@breads.output(BreadOut)
@breads.doc(responses=[404])
def get_bread(bread_id: int) -> dict[str, Any]:
    note(bread_id=bread_id)
    if bread_id == 404:
        abort(404, "There is no such bread", extra_data={"searched": bread_id})
    return SOUR


@breads.patch("/<int:bread_id>")
@breads.input(BreadPatch)
@breads.output(BreadOut)
def change_bread(bread_id: int, json_data: dict[str, Any]) -> dict[str, Any]:
    note(bread_id=bread_id, given=plain(json_data))
    return {**SOUR, **json_data}


@breads.delete("/<int:bread_id>")
@breads.output(EmptySchema, status_code=204)
def delete_bread(bread_id: int) -> str:
    note(bread_id=bread_id)
    return ""


@breads.post("/<int:bread_id>/reserve")
@breads.doc(
    responses={
        409: {
            "description": "Taken",
            "content": {"application/json": {"schema": Conflict}},
        }
    }
)
def reserve(bread_id: int) -> tuple[dict[str, str], int]:
    note(bread_id=bread_id)
    return {"message": "Somebody was faster", "by": "Bob"}, 409


# ---------------------------------------------------------------- forms and files
files = APIBlueprint("files", __name__, url_prefix="/files", tag="Files")


@files.post("/one")
@files.input(PictureIn, location="files")
@files.output({"name": String(), "size": Integer()})
def upload(files_data: dict[str, Any]) -> dict[str, Any]:
    file = files_data["picture"]
    content = file.read()
    note(name=file.filename, type=file.content_type, content=content)
    return {"name": file.filename, "size": len(content)}


@files.post("/many")
@files.input(PicturesIn, location="files")
@files.output({"names": List(String())})
def upload_many(files_data: dict[str, Any]) -> dict[str, Any]:
    pictures = files_data["pictures"]
    note(files=[(file.filename, file.read()) for file in pictures])
    return {"names": [file.filename for file in pictures]}


@files.post("/cake")
@files.input(CakeIn, location="form_and_files")
@files.output({"title": String()})
def add_cake(form_and_files_data: dict[str, Any]) -> dict[str, Any]:
    given = form_and_files_data
    note(
        title=given["title"],
        picture=given["picture"].filename,
        content=given["picture"].read(),
        sizes=given.get("sizes"),
    )
    return {"title": given["title"]}


@files.post("/customer")
@files.input(CustomerIn, location="form")
@files.output(CustomerIn)
def add_customer(form_data: dict[str, Any]) -> dict[str, Any]:
    note(given=form_data)
    return form_data


@files.get("/manual")
@files.output(
    FileSchema(type="string", format="binary"), content_type="application/pdf"
)
def manual() -> Response:
    note()
    path = Path(__file__).parent / "manual.bin"
    return send_file(path, mimetype="application/pdf")


@files.get("/export")
def export() -> Response:
    def rows() -> Iterator[str]:
        yield "a,b\n"
        yield "1,2\n"

    note()
    return Response(rows(), mimetype="text/csv")


@files.get("/text")
def text() -> Response:
    note()
    return Response("süß & free\n", mimetype="text/plain")


@files.get("/events")
def events() -> Response:
    def parts() -> Iterator[str]:
        yield 'data: {"x": 1}\n\n'

    note()
    return Response(parts(), mimetype="text/event-stream")


@files.get("/json")
def json_() -> dict[str, Any]:
    note()
    return {"any": [1, None]}


# ---------------------------------------------------------------- who is there
access = APIBlueprint("access", __name__, url_prefix="/access", tag="Access")


@access.get("/token")
@access.auth_required(tokens)
@access.output({"token": String()})
def with_token() -> dict[str, Any]:
    note(token=tokens.current_user)
    return {"token": tokens.current_user}


@access.get("/basic")
@access.auth_required(basic)
@access.output({"name": String()})
def with_basic() -> dict[str, Any]:
    note(login=basic.current_user)
    return {"name": basic.current_user[0]}


@access.get("/key")
@access.auth_required(keys)
@access.output({"key": String()})
def with_key() -> dict[str, Any]:
    note(key=keys.current_user)
    return {"key": keys.current_user}


@access.get("/headers")
@access.input(HeaderIn, location="headers")
@access.input(CookieIn, location="cookies")
@access.output({"trace": String(), "visits": Integer()})
def with_headers(
    headers_data: dict[str, Any], cookies_data: dict[str, Any]
) -> dict[str, Any]:
    note(headers=headers_data, cookies=cookies_data)
    return {"trace": headers_data["x_trace"], **cookies_data}


@access.get("/accept")
@access.output({})
def accept() -> dict[str, Any]:
    note(accept=request.headers["accept"])
    return {}


for blueprint in (breads, files, access):
    app.register_blueprint(blueprint)


@app.get("/_seen")
@app.doc(hide=True)
def seen() -> Response:
    return Response(take(), mimetype="application/json")


wsgi = app
