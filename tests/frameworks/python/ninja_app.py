"""A music shop in django-ninja."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="of the laboratory",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import (  # noqa: E402
    FileResponse,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.urls import path  # noqa: E402
from ninja import (  # noqa: E402
    Body,
    Cookie,
    Field,
    File,
    FilterSchema,
    Form,
    Header,
    NinjaAPI,
    PatchDict,
    Query,
    Router,
    Schema,
    UploadedFile,
)
from ninja.errors import HttpError  # noqa: E402
from ninja.pagination import paginate  # noqa: E402
from ninja.security import (  # noqa: E402
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HttpBasicAuth,
    HttpBearer,
)
from seen import note, take  # noqa: E402

api = NinjaAPI(title="Music shop", version="1.0.0", docs_url=None)


# ---------------------------------------------------------------- schemas
class Format(str, Enum):
    lp = "LP"
    cd = "C/D"


class Record(Schema):
    id: int
    title: str
    price: Decimal
    format: Format | None = None
    released: dt.date | None = None
    sold_at: dt.datetime | None = None
    code: UUID | None = None
    labels: dict[str, str] = {}
    extra: Any = None


class RecordIn(Schema):
    title: str = Field(min_length=1)
    price: Decimal
    format: Format = Format.lp
    released: dt.date | None = None
    extra: Any = None


class RecordFilters(FilterSchema):
    q: str | None = None
    formats: list[Format] = []
    after: dt.date | None = None


class Song(Schema):
    kind: Literal["song"] = "song"
    title: str
    seconds: int = 180


class Symphony(Schema):
    kind: Literal["symphony"] = "symphony"
    title: str
    movements: list[str] | None = None


Piece = Annotated[Song | Symphony, Field(discriminator="kind")]


class Programme(Schema):
    pieces: list[Piece]


T = TypeVar("T")


class Page(Schema, Generic[T]):
    items: list[T]
    total: int
    next: str | None = None


class Error(Schema):
    message: str


class Listener(Schema):
    name: str
    age: int | None = None
    topics: list[str] = []


WALL = Record(
    id=5,
    title="Wall",
    price=Decimal("12.50"),
    format=Format.cd,
    released=dt.date(2024, 2, 29),
    sold_at=dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    code=UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    labels={"size": "XL"},
    extra={"any": [1, None]},
)

# ---------------------------------------------------------------- records
records = Router(tags=["records"])


@records.get("", response=list[Record])
@paginate
def list_records(request: HttpRequest, filters: Query[RecordFilters]):
    note(filters=filters.model_dump(mode="json"))
    return [WALL]


@records.post("", response={201: Record})
def create_record(request: HttpRequest, data: RecordIn):
    note(data=data.model_dump(mode="json"))
    return 201, Record(id=6, **data.dict())


@records.get("/page", response=Page[Record])
def page_of_records(request: HttpRequest, limit: int = 10):
    note(limit=limit)
    return Page[Record](items=[WALL], total=1)


@records.get("/{int:record_id}", response={200: Record, 404: Error})
def get_record(request: HttpRequest, record_id: int):
    note(record_id=record_id)
    if record_id == 404:
        return 404, {"message": "There is no such record"}
    return WALL


@records.patch("/{int:record_id}", response=Record)
def change_record(request: HttpRequest, record_id: int, data: PatchDict[RecordIn]):
    note(record_id=record_id, given=data)
    return WALL.model_copy(update=data)


@records.delete("/{int:record_id}", response={204: None})
def delete_record(request: HttpRequest, record_id: int):
    note(record_id=record_id)
    return 204, None


@records.post("/pieces", response=Piece)
def add_piece(request: HttpRequest, piece: Piece):
    note(piece=piece.model_dump())
    return piece


@records.put("/programme", response=Programme)
def set_programme(request: HttpRequest, data: Programme):
    note(data=data.model_dump())
    return data


@records.put("/extra")
def set_extra(request: HttpRequest, data: Body[dict[str, Any]]):
    """Without `response=`: the document does not say what comes back."""
    note(data=data)
    return data


# ---------------------------------------------------------------- forms and files
files = Router(tags=["files"])


@files.post("/one")
def upload(request: HttpRequest, file: File[UploadedFile]):
    content = file.read()
    note(name=file.name, type=file.content_type, content=content)
    return {"name": file.name, "size": len(content)}


@files.post("/many", response=list[str])
def upload_many(request: HttpRequest, files: File[list[UploadedFile]]):
    note(files=[(file.name, file.read()) for file in files])
    return [file.name for file in files]


@files.post("/mixed", response=Listener)
def upload_mixed(
    request: HttpRequest,
    listener: Form[Listener],
    photo: File[UploadedFile],
    rating: Form[int | str] = 0,
):
    note(
        listener=listener.dict(), photo=photo.name, content=photo.read(), rating=rating
    )
    return listener


@files.post("/listener", response=Listener)
def send_listener(request: HttpRequest, listener: Form[Listener]):
    note(listener=listener.dict())
    return listener


@files.get("/manual")
def manual(request: HttpRequest):
    note()
    return FileResponse((Path(__file__).parent / "manual.bin").open("rb"))


@files.get("/export")
def export(request: HttpRequest):
    def rows() -> Iterator[str]:
        yield "a,b\n"
        yield "1,2\n"

    note()
    return StreamingHttpResponse(rows(), content_type="text/csv")


@files.get("/text")
def text(request: HttpRequest):
    note()
    return HttpResponse("süß & free\n", content_type="text/plain; charset=utf-8")


@files.get("/events")
def events(request: HttpRequest):
    def parts() -> Iterator[str]:
        yield 'data: {"x": 1}\n\n'

    note()
    return StreamingHttpResponse(parts(), content_type="text/event-stream")


# ---------------------------------------------------------------- who is there
class HeaderKey(APIKeyHeader):
    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return key


class QueryKey(APIKeyQuery):
    param_name = "api_key"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return key


class CookieKey(APIKeyCookie):
    param_name = "key"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return key


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return token if token == "b-1" else None


class Basic(HttpBasicAuth):
    def authenticate(self, request: HttpRequest, username: str, password: str) -> Any:
        return [username, password]


access = Router(tags=["access"])


@access.get("/header-key", auth=HeaderKey(), response=str)
def with_header_key(request: HttpRequest):
    note(key=request.auth)
    return request.auth


@access.get("/query-key", auth=QueryKey(), response=str)
def with_query_key(request: HttpRequest):
    note(key=request.auth)
    return request.auth


@access.get("/cookie-key", auth=CookieKey(csrf=False), response=str)
def with_cookie_key(request: HttpRequest):
    note(key=request.auth)
    return request.auth


@access.get("/bearer", auth=Bearer(), response=str)
def with_bearer(request: HttpRequest):
    note(token=request.auth)
    return request.auth


@access.get("/basic", auth=Basic(), response=list[str])
def with_basic(request: HttpRequest):
    note(login=request.auth)
    return request.auth


@access.get("/headers", response=dict[str, str | None])
def with_headers(
    request: HttpRequest,
    x_trace: str = Header(alias="X-Trace"),
    visits: Cookie[str | None] = None,
):
    note(trace=x_trace, visits=visits)
    return {"trace": x_trace, "visits": visits}


@access.get("/conflict", response=Record)
def conflict(request: HttpRequest):
    note()
    raise HttpError(409, "Somebody was faster")


api.add_router("/records", records)
api.add_router("/files", files)
api.add_router("/access", access)


def seen(request: HttpRequest) -> HttpResponse:
    return HttpResponse(take(), content_type="application/json")


urlpatterns = [path("api/", api.urls), path("_seen", seen)]
app = get_asgi_application()
