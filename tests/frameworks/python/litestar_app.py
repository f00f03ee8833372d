"""A book shop in Litestar."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar import (
    Controller,
    Litestar,
    Request,
    Response,
    delete,
    get,
    patch,
    post,
    put,
)
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.dto import DTOConfig, DTOData, MsgspecDTO
from litestar.enums import MediaType, RequestEncodingType
from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    NotFoundException,
)
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme
from litestar.pagination import OffsetPagination
from litestar.params import Body, Parameter
from litestar.response import File, ServerSentEvent, ServerSentEventMessage, Stream
from seen import note, take


# ---------------------------------------------------------------- models
class Genre(Enum):
    NOVEL = "novel"
    POETRY = "po/etry"


class Book(msgspec.Struct):
    id: int
    title: str
    price: Decimal
    genre: Genre | None = None
    printed: date | None = None
    changed: datetime | None = None
    isbn: UUID | None = None
    labels: dict[str, str] = {}
    extra: Any = None
    loan: timedelta | None = None


class NewBook(msgspec.Struct):
    title: Annotated[str, msgspec.Meta(min_length=1)]
    price: Decimal
    genre: Genre = Genre.NOVEL
    printed: date | None = None
    labels: dict[str, str] = {}
    extra: Any = None


class PatchBookDTO(MsgspecDTO[Book]):
    config = DTOConfig(exclude={"id"}, partial=True)


class Paperback(msgspec.Struct, tag_field="kind", tag="paperback"):
    title: str
    pages: int = 100


class Audio(msgspec.Struct, tag_field="kind", tag="audio"):
    title: str
    minutes: float | None = None


@dataclass
class Address:
    street: str
    city: str | None = None


@dataclass
class Customer:
    name: str
    address: Address
    topics: list[str] = field(default_factory=list)


T = TypeVar("T")


@dataclass
class Page(Generic[T]):
    items: list[T]
    total: int
    next: str | None = None


@dataclass
class Order:
    customer: str
    copies: int
    express: bool = False
    gift: str | None = None
    genres: list[Genre] = field(default_factory=list)


@dataclass
class Cover:
    title: str
    picture: UploadFile
    year: int | None = None


@dataclass
class Problem:
    status_code: int
    detail: str
    extra: dict[str, Any] | list[Any] | None = None


LOST = Book(
    id=7,
    title="Lost",
    price=Decimal("12.50"),
    genre=Genre.POETRY,
    printed=date(2024, 2, 29),
    changed=datetime(2024, 3, 1, 12, tzinfo=UTC),
    isbn=UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    labels={"size": "XL"},
    extra={"any": [1, None]},
)


# ---------------------------------------------------------------- books
class BookController(Controller):
    path = "/books"
    tags = ["books"]

    @get(operation_id="ListBooks")
    async def list_books(
        self,
        limit: Annotated[int, Parameter(ge=1, le=100)] = 10,
        genres: list[Genre] | None = None,
        after: date | None = None,
        sort_by: Annotated[str | None, Parameter(query="sort-by")] = None,
    ) -> OffsetPagination[Book]:
        note(limit=limit, genres=genres, after=after, sort_by=sort_by)
        return OffsetPagination[Book](items=[LOST], total=1, limit=limit, offset=0)

    @post()
    async def add_book(self, data: NewBook) -> Book:
        note(data=msgspec.to_builtins(data))
        return Book(id=8, **msgspec.structs.asdict(data))

    @get(
        "/{book_id:int}",
        responses={404: ResponseSpec(Problem, description="There is no such book")},
    )
    async def get_book(self, book_id: int) -> Book:
        note(book_id=book_id)
        if book_id == 404:
            raise NotFoundException("There is no such book")
        return LOST

    @patch("/{book_id:int}", dto=PatchBookDTO, return_dto=None)
    async def change_book(self, book_id: int, data: DTOData[Book]) -> Book:
        given = data.as_builtins()
        note(book_id=book_id, given=given)
        return msgspec.structs.replace(LOST, **given)

    @delete("/{book_id:int}")
    async def delete_book(self, book_id: int) -> None:
        note(book_id=book_id)

    @get("/by-isbn/{isbn:uuid}")
    async def by_isbn(self, isbn: UUID) -> Book | None:
        note(isbn=isbn)
        return None

    @post("/editions")
    async def add_edition(self, data: Paperback | Audio) -> Paperback | Audio:
        note(data=msgspec.to_builtins(data))
        return data

    @get("/editions")
    async def list_editions(self) -> Page[Paperback | Audio]:
        note()
        return Page(items=[Paperback("A"), Audio("B", minutes=1.5)], total=2)

    @put("/notes")
    async def set_notes(self, data: dict[str, Any]) -> dict[str, Any]:
        note(data=data)
        return data


# ---------------------------------------------------------------- forms and files
class FileController(Controller):
    path = "/files"
    tags = ["files"]

    @post("/one", media_type=MediaType.TEXT)
    async def upload(
        self,
        data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)],
    ) -> str:
        content = await data.read()
        note(name=data.filename, type=data.content_type, content=content)
        return f"{data.filename}, {len(content)} bytes"

    @post("/many")
    async def upload_many(
        self,
        data: Annotated[
            list[UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)
        ],
    ) -> dict[str, int]:
        files = {file.filename: len(await file.read()) for file in data}
        note(files=files)
        return files

    @post("/cover")
    async def add_cover(
        self, data: Annotated[Cover, Body(media_type=RequestEncodingType.MULTI_PART)]
    ) -> dict[str, str | int | None]:
        note(
            title=data.title,
            picture=data.picture.filename,
            content=await data.picture.read(),
            year=data.year,
        )
        return {"title": data.title, "year": data.year}

    @post("/order")
    async def order(
        self, data: Annotated[Order, Body(media_type=RequestEncodingType.URL_ENCODED)]
    ) -> Order:
        note(order=data)
        return data

    @get("/manual")
    async def manual(self) -> File:
        note()
        return File(Path(__file__).parent / "manual.bin", filename="manual.bin")

    @get("/export")
    async def export(self) -> Stream:
        async def rows() -> AsyncGenerator[str, None]:
            yield "a,b\n"
            yield "1,2\n"

        note()
        return Stream(rows(), media_type="text/csv")

    @get("/text", media_type=MediaType.TEXT)
    async def text(self) -> str:
        note()
        return "süß & free\n"

    @get("/page", media_type=MediaType.HTML)
    async def page(self) -> str:
        note()
        return "<p>Hello</p>"

    @get("/picture", media_type="image/png")
    async def picture(self) -> bytes:
        note()
        return b"\x89PNG\r\n\x1a\n\x00"

    @get("/anything")
    async def anything(self) -> Any:
        note()
        return {"any": [1, None]}


# ---------------------------------------------------------------- who is there
def token_guard(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    if connection.headers.get("authorization") != "Bearer b-1":
        raise NotAuthorizedException


def key_guard(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    if connection.headers.get("x-api-key") != "k-1":
        raise NotAuthorizedException


class AccessController(Controller):
    path = "/access"
    tags = ["access"]

    @get("/token", guards=[token_guard], security=[{"BearerToken": []}])
    async def with_token(self, request: Request[Any, Any, Any]) -> dict[str, str]:
        note(authorization=request.headers["authorization"])
        return {"user": "ann"}

    @get("/key", guards=[key_guard], security=[{"ApiKey": []}])
    async def with_key(self, request: Request[Any, Any, Any]) -> dict[str, str]:
        note(key=request.headers["x-api-key"])
        return {"user": "ann"}

    @get("/session", security=[{"Session": []}])
    async def with_session(self, request: Request[Any, Any, Any]) -> str:
        note(session=request.cookies["session"])
        return request.cookies["session"]

    @get("/headers")
    async def with_headers(
        self,
        trace: Annotated[str, Parameter(header="X-Trace")],
        visits: Annotated[int | None, Parameter(cookie="visits")] = None,
    ) -> dict[str, Any]:
        note(trace=trace, visits=visits)
        return {"trace": trace}

    @get("/conflict", raises=[HTTPException])
    async def conflict(self) -> None:
        note()
        raise HTTPException("Somebody was faster", status_code=409, extra={"by": "Bob"})

    @get("/target")
    async def target(self) -> Response[dict[str, int]]:
        note()
        return Response({"n": 1}, headers={"X-Rate": "3"})


# ---------------------------------------------------------------- streams
class StreamController(Controller):
    path = "/streams"
    tags = ["streams"]

    @get("/events")
    async def events(self) -> ServerSentEvent:
        async def generate() -> AsyncGenerator[ServerSentEventMessage, None]:
            yield ServerSentEventMessage(event="update", id="1", data='{"x":1}')
            yield ServerSentEventMessage(event="update", id="2", data="two")

        note()
        return ServerSentEvent(generate())

    @get("/bytes")
    async def bytes_(self) -> Stream:
        async def parts() -> AsyncGenerator[bytes, None]:
            yield b"\x00\x01"
            yield b"\xff"

        note()
        return Stream(parts(), media_type="application/octet-stream")


@put("/customers/{customer_id:str}", tags=["customers"])
async def put_customer(customer_id: str, data: Customer) -> Customer:
    note(customer_id=customer_id, data=msgspec.to_builtins(data))
    return data


@get("/_seen", include_in_schema=False, media_type=MediaType.JSON)
async def seen() -> Response[bytes]:
    return Response(take().encode(), media_type=MediaType.JSON)


app = Litestar(
    [
        BookController,
        FileController,
        AccessController,
        StreamController,
        put_customer,
        seen,
    ],
    openapi_config=OpenAPIConfig(
        title="Book shop",
        version="1.0.0",
        components=Components(
            security_schemes={
                "BearerToken": SecurityScheme(type="http", scheme="bearer"),
                "ApiKey": SecurityScheme(
                    type="apiKey", name="X-API-Key", security_scheme_in="header"
                ),
                "Session": SecurityScheme(
                    type="apiKey", name="session", security_scheme_in="cookie"
                ),
            }
        ),
    ),
)
