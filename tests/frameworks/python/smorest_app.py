"""A garden in flask-smorest."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import marshmallow as ma
from flask import Flask, Response, request, send_file
from flask.views import MethodView
from flask_smorest import Api, Blueprint, Page, abort
from flask_smorest.fields import Upload
from marshmallow import fields, validate
from seen import note, take


class Config:
    API_TITLE = "Garden"
    API_VERSION = "v1"
    OPENAPI_VERSION = "3.0.3"
    OPENAPI_URL_PREFIX = "/"
    OPENAPI_JSON_PATH = "openapi.json"
    API_SPEC_OPTIONS = {
        "components": {
            "securitySchemes": {
                "bearerAuth": {"type": "http", "scheme": "bearer"},
                "basicAuth": {"type": "http", "scheme": "basic"},
                "keyAuth": {"type": "apiKey", "in": "query", "name": "key"},
            }
        }
    }


app = Flask(__name__)
app.config.from_object(Config)
api = Api(app)


# ---------------------------------------------------------------- schemas
class Season(Enum):
    SPRING = "spring"
    LATE_SUMMER = "late summer"


class PlantSchema(ma.Schema):
    id = fields.Int(dump_only=True)
    name = fields.String(required=True, validate=validate.Length(min=1))
    height = fields.Float(allow_none=True)
    season = fields.Enum(Season, by_value=True, load_default=Season.SPRING)
    kind = fields.String(validate=validate.OneOf(["herb", "tree"]))
    planted = fields.Date(allow_none=True)
    watered_at = fields.AwareDateTime(dump_only=True)
    code = fields.UUID(dump_only=True)
    labels = fields.Dict(keys=fields.String(), values=fields.String())
    extra = fields.Raw(allow_none=True)


class PlantQuerySchema(ma.Schema):
    name = fields.String()
    seasons = fields.List(fields.Enum(Season, by_value=True))
    after = fields.Date()


class MoveSchema(ma.Schema):
    to = fields.String(required=True)
    plants = fields.List(fields.Nested(PlantSchema(only=("name",))), required=True)


class NoteSchema(ma.Schema):
    title = fields.String(required=True)
    urgent = fields.Boolean(load_default=False)
    topics = fields.List(fields.String())


class PhotoSchema(ma.Schema):
    photo = Upload(required=True)


class PhotosSchema(ma.Schema):
    photos = fields.List(Upload(), required=True)


class TitleSchema(ma.Schema):
    title = fields.String(required=True)


class HeaderSchema(ma.Schema):
    trace = fields.String(data_key="X-Trace", required=True)

    class Meta:
        unknown = ma.EXCLUDE


class CookieSchema(ma.Schema):
    visits = fields.Int()

    class Meta:
        unknown = ma.EXCLUDE


class UploadedSchema(ma.Schema):
    name = fields.String()
    size = fields.Int()


ROSE: dict[str, Any] = {
    "id": 1,
    "name": "Rose",
    "height": 1.5,
    "season": Season.LATE_SUMMER,
    "kind": "herb",
    "planted": None,
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


class CursorPage(Page):
    @property
    def item_count(self) -> int:
        return len(self.collection)


# ---------------------------------------------------------------- plants
plants = Blueprint("plants", "plants", url_prefix="/plants", description="What grows")


@plants.route("/")
class Plants(MethodView):
    @plants.arguments(PlantQuerySchema, location="query")
    @plants.response(200, PlantSchema(many=True))
    @plants.paginate(CursorPage)
    def get(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """List plants."""
        seasons = [season.value for season in query.get("seasons", [])]
        note(query={**query, "seasons": seasons})
        return [ROSE]

    @plants.arguments(PlantSchema)
    @plants.response(201, PlantSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Add a plant."""
        note(data=plain(data))
        return {"id": 2, **data}


@plants.route("/<int:plant_id>")
class PlantById(MethodView):
    @plants.response(200, PlantSchema)
    @plants.alt_response(404, description="There is no such plant")
    def get(self, plant_id: int) -> dict[str, Any]:
        """Get a plant."""
        note(plant_id=plant_id)
        if plant_id == 404:
            abort(404, message="There is no such plant")
        return ROSE

    @plants.arguments(PlantSchema(partial=True))
    @plants.response(200, PlantSchema)
    def patch(self, data: dict[str, Any], plant_id: int) -> dict[str, Any]:
        """Change a plant."""
        note(plant_id=plant_id, given=plain(data))
        return {**ROSE, **data}

    @plants.response(204)
    def delete(self, plant_id: int) -> None:
        """Delete a plant."""
        note(plant_id=plant_id)


@plants.route("/move", methods=["PUT"])
@plants.arguments(MoveSchema)
@plants.response(200, MoveSchema)
@plants.alt_response(409, schema=TitleSchema, description="There is no room")
def move(data: dict[str, Any]) -> dict[str, Any]:
    note(data=data)
    if data["to"] == "roof":
        abort(409, message="There is no room")
    return data


@plants.route("/etag")
@plants.etag
@plants.response(200, PlantSchema)
def with_etag() -> dict[str, Any]:
    note()
    return ROSE


# ---------------------------------------------------------------- forms and files
files = Blueprint("files", "files", url_prefix="/files")


@files.route("/note", methods=["POST"])
@files.arguments(NoteSchema, location="form")
@files.response(200, NoteSchema)
def add_note(data: dict[str, Any]) -> dict[str, Any]:
    note(data=data)
    return data


@files.route("/one", methods=["POST"])
@files.arguments(PhotoSchema, location="files")
@files.response(201, UploadedSchema)
def upload(data: dict[str, Any]) -> dict[str, Any]:
    photo = data["photo"]
    content = photo.read()
    note(name=photo.filename, type=photo.content_type, content=content)
    return {"name": photo.filename, "size": len(content)}


@files.route("/many", methods=["POST"])
@files.arguments(PhotosSchema, location="files")
@files.response(201, UploadedSchema(many=True))
def upload_many(data: dict[str, Any]) -> list[dict[str, Any]]:
    photos = [(photo.filename, photo.read()) for photo in data["photos"]]
    note(files=photos)
    return [{"name": name, "size": len(content)} for name, content in photos]


@files.route("/titled", methods=["POST"])
@files.arguments(PhotoSchema, location="files")
@files.arguments(TitleSchema, location="form")
@files.response(201, TitleSchema)
def upload_titled(photos: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    note(name=photos["photo"].filename, title=form["title"])
    return form


@files.route("/manual")
@files.response(
    200,
    {"type": "string", "format": "binary"},
    content_type="application/octet-stream",
)
def manual() -> Response:
    note()
    return send_file(Path(__file__).parent / "manual.bin")


@files.route("/text")
@files.response(200, {"type": "string"}, content_type="text/plain")
def text() -> Response:
    note()
    return Response("süß & free\n", mimetype="text/plain")


@files.route("/export")
@files.response(200, description="Rows")
def export() -> Response:
    def rows() -> Iterator[str]:
        yield "a,b\n"
        yield "1,2\n"

    note()
    return Response(rows(), mimetype="text/csv")


@files.route("/events")
@files.response(200, {"type": "string"}, content_type="text/event-stream")
def events() -> Response:
    def parts() -> Iterator[str]:
        yield "data: token 0\n\n"
        yield "data: [DONE]\n\n"

    note()
    return Response(parts(), mimetype="text/event-stream")


# ---------------------------------------------------------------- who is there
access = Blueprint("access", "access", url_prefix="/access")


@access.route("/bearer")
@access.doc(security=[{"bearerAuth": []}])
@access.response(200, TitleSchema)
def with_bearer() -> dict[str, Any]:
    note(authorization=request.headers["authorization"])
    return {"title": "ann"}


@access.route("/basic")
@access.doc(security=[{"basicAuth": []}])
@access.response(200, TitleSchema)
def with_basic() -> dict[str, Any]:
    login = request.authorization
    assert login is not None
    note(username=login.username, password=login.password)
    return {"title": login.username}


@access.route("/key")
@access.doc(security=[{"keyAuth": []}])
@access.response(200, TitleSchema)
def with_key() -> dict[str, Any]:
    note(key=request.args["key"])
    return {"title": "ann"}


@access.route("/headers")
@access.arguments(HeaderSchema, location="headers")
@access.arguments(CookieSchema, location="cookies")
@access.response(200, TitleSchema, headers={"X-Rate": {"schema": {"type": "integer"}}})
def with_headers(headers: dict[str, Any], cookies: dict[str, Any]) -> Any:
    note(headers=headers, cookies=cookies)
    return {"title": headers["trace"]}, {"X-Rate": "3"}


for blueprint in (plants, files, access):
    api.register_blueprint(blueprint)


@app.get("/_seen")
def seen() -> Response:
    return Response(take(), mimetype="application/json")


wsgi = app
