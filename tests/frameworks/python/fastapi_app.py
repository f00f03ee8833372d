"""A pet shop in FastAPI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import (
    APIRouter,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    status,
)
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    StreamingResponse,
)
from fastapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
)
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, computed_field
from seen import note, take

app = FastAPI(title="Pet shop", version="1.0.0")


# ---------------------------------------------------------------- models
class Colour(str, Enum):
    red = "red"
    dark_blue = "dark blue"


class Size(IntEnum):
    small = 1
    large = 2


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    name: str
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str
    good: bool | None = None


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Owner(BaseModel):
    name: str
    pets: list[Pet] = []


class Circle(BaseModel):
    shape: Literal["circle"]
    radius: float


class Square(BaseModel):
    shape: Literal["square"]
    side: float


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int
    next: str | None = None


class Item(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Lead"}]})

    id: int
    name: str
    price: Decimal
    colour: Colour | None = None
    born: date | None = None
    sold_at: datetime | None = None
    code: UUID | None = None
    labels: dict[str, str] = {}
    extra: Any = None


class NewItem(BaseModel):
    name: str = Field(min_length=1)
    price: Decimal
    colour: Colour = Colour.red
    born: date | None = None
    labels: dict[str, str] = {}
    extra: Any = None


class ItemPatch(BaseModel):
    name: str | None = None
    colour: Colour | None = None
    extra: Any = None


class Line(BaseModel):
    item: str
    count: int = 1


class Basket(BaseModel):
    lines: list[Line] = []

    @computed_field
    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)


class Place(BaseModel):
    point: tuple[float, float]
    opens: time
    stay: timedelta
    size: Size = Size.small
    days: set[date] = set()
    parent: Place | None = None


class Filters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(10, gt=0, le=100)
    colours: list[Colour] = []
    after: date | None = None


class Contact(BaseModel):
    email: str
    age: int | None = None
    topics: list[str] = []


class Message(BaseModel):
    detail: str


class Chunk(BaseModel):
    index: int
    text: str


LEAD = Item(
    id=3,
    name="Lead",
    price=Decimal("19.90"),
    colour=Colour.dark_blue,
    born=date(2024, 2, 29),
    sold_at=datetime.fromisoformat("2024-03-01T12:00:00+00:00"),
    code=UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    labels={"size": "XL"},
    extra={"any": [1, None]},
)


# ---------------------------------------------------------------- items
items = APIRouter(prefix="/items", tags=["items"])


@items.get("/")
def list_items(filters: Annotated[Filters, Query()]) -> Page[Item]:
    note(filters=filters.model_dump(mode="json"))
    return Page[Item](items=[LEAD], total=1)


@items.post("/", status_code=status.HTTP_201_CREATED)
def create_item(item: NewItem) -> Item:
    note(item=item.model_dump(mode="json"))
    return Item(id=4, **item.model_dump())


@items.get("/{item_id}", responses={404: {"model": Message}})
def read_item(item_id: Annotated[int, Path(ge=1)], q: str | None = None) -> Item:
    note(item_id=item_id, q=q)
    if item_id == 404:
        raise HTTPException(404, "There is no such item")
    return LEAD


@items.patch("/{item_id}")
def update_item(item_id: int, patch: ItemPatch) -> Item:
    given = patch.model_dump(mode="json", exclude_unset=True)
    note(item_id=item_id, given=given)
    return LEAD.model_copy(update=patch.model_dump(exclude_unset=True))


@items.put("/{item_id}/extra")
def set_extra(item_id: int, extra: Annotated[Any, Body()]) -> Any:
    note(extra=extra)
    return extra


@items.delete("/{item_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_item(item_id: int) -> None:
    note(item_id=item_id)


@items.get("/{item_id}/price")
def read_price(item_id: int) -> Decimal:
    note(item_id=item_id)
    return Decimal("19.90")


@items.get("/{item_id}/labels")
def read_labels(
    item_id: int, names: Annotated[list[str] | None, Query()] = None
) -> dict[str, str | None]:
    note(names=names)
    return {"size": "XL", "none": None}


@items.post("/search")
def search_items(
    words: Annotated[list[str], Body()],
    limit: Annotated[int, Body()] = 5,
    x_trace: Annotated[list[str] | None, Header()] = None,
) -> list[Item]:
    note(words=words, limit=limit, x_trace=x_trace)
    return [LEAD]


@items.post("/basket")
def fill_basket(basket: Basket) -> Basket:
    note(basket=basket.model_dump())
    return basket


@items.put("/place")
def set_place(place: Place) -> Place:
    note(place=place.model_dump(mode="json"))
    return place


@items.get("/sold/{code}/{day}")
def find_sold(
    code: UUID, day: date, since: datetime, only: bool = False, sizes: Size = Size.small
) -> str:
    note(code=code, day=day, since=since, only=only, sizes=sizes)
    return f"{day:%d.%m.%Y}"


# ---------------------------------------------------------------- pets
pets = APIRouter(prefix="/pets", tags=["pets"])


@pets.post("")
def create_pet(pet: Pet) -> Pet:
    note(pet=pet.model_dump(mode="json"))
    return pet


@pets.put("/owner")
def set_owner(owner: Owner) -> Owner:
    note(owner=owner.model_dump(mode="json"))
    return owner


@pets.post("/shapes")
def add_shapes(shapes: list[Circle | Square]) -> list[Circle | Square]:
    note(shapes=[shape.model_dump(mode="json") for shape in shapes])
    return shapes


@pets.get("/page")
def page_of_pets() -> Page[Pet]:
    note()
    return Page[Pet](items=[Cat(name="Tom"), Dog(name="Rex")], total=2, next="n")


# ---------------------------------------------------------------- forms and files
files = APIRouter(prefix="/files", tags=["files"])


@files.post("/bytes")
def upload_bytes(file: Annotated[bytes, File()]) -> dict[str, int]:
    note(size=len(file))
    return {"size": len(file)}


@files.post("/one")
async def upload_one(file: UploadFile) -> dict[str, str | None]:
    note(
        name=file.filename,
        type=file.content_type,
        content=(await file.read()).decode(),
    )
    return {"filename": file.filename}


@files.post("/many")
async def upload_many(
    files: Annotated[list[UploadFile], File(description="Several files")],
) -> list[str | None]:
    note(files=[(file.filename, (await file.read()).decode()) for file in files])
    return [file.filename for file in files]


@files.post("/mixed")
async def upload_mixed(
    picture: UploadFile,
    title: Annotated[str, Form()],
    size: Annotated[int | str, Form()],
    tags: Annotated[list[str], Form()],
    thumbnail: Annotated[UploadFile | None, File()] = None,
    note_: Annotated[str | None, Form(alias="note")] = None,
) -> dict[str, Any]:
    note(
        picture=picture.filename,
        content=(await picture.read()).decode("latin-1"),
        title=title,
        size=size,
        tags=tags,
        thumbnail=thumbnail and thumbnail.filename,
        text=note_,
    )
    return {"title": title, "size": picture.size}


@files.post("/contact")
def send_contact(contact: Annotated[Contact, Form()]) -> Contact:
    note(contact=contact.model_dump())
    return contact


@files.get("/manual", response_class=FileResponse)
def read_manual() -> str:
    note()
    return __file__.replace("fastapi_app.py", "manual.bin")


@files.get("/report", response_class=StreamingResponse)
def read_report() -> StreamingResponse:
    def rows() -> Iterator[str]:
        yield "a,b\n"
        yield "1,2\n"

    note()
    return StreamingResponse(rows(), media_type="text/csv")


@files.get(
    "/picture",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
)
def read_picture() -> Response:
    note()
    return Response(b"\x89PNG\r\n\x1a\n\x00", media_type="image/png")


@files.get("/license", response_class=PlainTextResponse)
def read_license() -> str:
    note()
    return "Do what you like, süß & free.\n"


@files.get("/page", response_class=HTMLResponse)
def read_page() -> str:
    note()
    return "<p>Hello</p>"


@files.get("/undeclared")
def read_undeclared() -> PlainTextResponse:
    """What comes is no JSON, and the document says nothing of it."""
    note()
    return PlainTextResponse("plain")


@files.get("/generic", response_model=None)
def read_generic() -> Response:
    note()
    return Response(b"\x00\x01", media_type="application/octet-stream")


# ---------------------------------------------------------------- who is there
access = APIRouter(prefix="/access", tags=["access"])

api_key = APIKeyHeader(name="X-API-Key")
session = APIKeyCookie(name="session")
bearer = HTTPBearer()
basic = HTTPBasic()
oauth2 = OAuth2PasswordBearer(tokenUrl="access/token")


@access.get("/key")
def with_key(key: Annotated[str, Security(api_key)]) -> str:
    note(key=key)
    return key


@access.get("/session")
def with_session(value: Annotated[str, Security(session)]) -> str:
    note(session=value)
    return value


@access.get("/bearer", responses={401: {"model": Message}})
def with_bearer(token: Annotated[Any, Depends(bearer)]) -> str:
    note(scheme=token.scheme, token=token.credentials)
    return str(token.credentials)


@access.get("/basic")
def with_basic(
    login: Annotated[HTTPBasicCredentials, Depends(basic)], response: Response
) -> dict[str, str]:
    note(username=login.username, password=login.password)
    response.headers["X-Rate"] = "3"
    return {"username": login.username}


@access.post("/token")
def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    note(username=form.username, password=form.password, scopes=form.scopes)
    return {"access_token": "t", "token_type": "bearer"}


@access.get("/me")
def with_oauth2(value: Annotated[str, Depends(oauth2)]) -> str | None:
    note(token=value)
    return None


@access.get("/cookies")
def with_cookies(
    tracker: Annotated[str | None, Cookie()] = None,
    visits: Annotated[int, Cookie()] = 0,
) -> dict[str, Any]:
    note(tracker=tracker, visits=visits)
    return {"tracker": tracker, "visits": visits}


@access.get("/accept")
def with_accept(request: Request) -> dict[str, Any]:
    note(accept=request.headers["accept"])
    return {}


@access.get("/broken")
def broken() -> Item:
    note()
    raise RuntimeError("The database is gone")


@access.get(
    "/teapot",
    responses={418: {"model": Message, "description": "I am a teapot"}},
)
def teapot() -> Response:
    note()
    body = {"detail": "short and stout", "hint": "tip me over"}
    return JSONResponse(body, status.HTTP_418_IM_A_TEAPOT)


# ---------------------------------------------------------------- streams
streams = APIRouter(prefix="/streams", tags=["streams"])


@streams.get("/chunks", response_class=EventSourceResponse)
async def stream_chunks() -> AsyncIterable[Chunk]:
    note()
    for index, text in enumerate(["Hel", "lo"]):
        yield Chunk(index=index, text=text)
        await asyncio.sleep(0)


@streams.get("/events", response_class=EventSourceResponse)
async def stream_events() -> AsyncIterable[ServerSentEvent]:
    note()
    yield ServerSentEvent(data={"x": 1}, event="update", id="1")
    yield ServerSentEvent(data="two", event="update", id="2")
    yield ServerSentEvent(raw_data="[DONE]", event="done", id="3")


@streams.get("/words", response_class=EventSourceResponse)
async def stream_words() -> AsyncIterable[str]:
    note()
    yield "Hel"
    yield "lo"


@streams.get("/untyped", response_class=EventSourceResponse)
async def stream_untyped():  # type: ignore[no-untyped-def]
    note()
    yield {"x": 1}
    yield {"x": 2}


@streams.get("/lines")
async def stream_lines() -> AsyncIterable[Chunk]:
    """JSON Lines: what an operation of FastAPI that yields becomes."""
    note()
    for index, text in enumerate(["Hel", "lo"]):
        yield Chunk(index=index, text=text)


class Question(BaseModel):
    text: str
    stream: bool = False


class Answer(BaseModel):
    text: str


@streams.post(
    "/chat",
    response_model=Answer,
    responses={
        200: {
            "content": {
                "text/event-stream": {"schema": {"$ref": "#/components/schemas/Chunk"}}
            }
        }
    },
)
async def chat(question: Question) -> Any:
    """Streams if it is asked to, as the APIs of language models do."""

    async def events() -> AsyncIterator[str]:
        for index, text in enumerate(["Hel", "lo"]):
            yield f"data: {json.dumps({'index': index, 'text': text})}\n\n"
        yield "data: [DONE]\n\n"

    note(question=question.model_dump())
    if question.stream:
        return StreamingResponse(events(), media_type="text/event-stream")
    return Answer(text="Hello")


# ----------------------------------------------------------------
for router in (items, pets, files, access, streams):
    app.include_router(router)


@app.get("/_seen", include_in_schema=False)
def seen() -> Response:
    return Response(take(), media_type="application/json")
