# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Descriptions of result tables, as generated code has them; without pyarrow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from ..wire.errors import ConfigurationError, DataError
from ..wire.trace import Trace

R = TypeVar("R")

Kind: TypeAlias = Literal[
    "boolean", "integer", "number", "string", "integers", "numbers", "strings", "json"
]
"""What a cell may hold: a boolean, int64, float64, text, list of numbers or texts, or any JSON."""

FileFormat: TypeAlias = Literal["csv", "parquet"]
"""Format in which a data frame is sent."""


class TableError(DataError):
    """A table, or a cell of it, does not fit its declaration."""

    column: str
    """Name of the column; "" if the error is not about one column."""
    row: int | None
    """Counted from 1; None if the error is not about one row."""
    expected: str
    """What was expected, in words; "" if there is nothing to say."""

    def __init__(
        self,
        message: str,
        *,
        column: str = "",
        row: int | None = None,
        expected: str = "",
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, trace=trace)
        self.column = column
        self.row = row
        self.expected = expected


class Column(Struct, frozen=True):
    """One column.

    Attributes:
        name: Its name in files, and in the `Table`.
        kinds: What its cells may hold. Of several kinds, the column gets the narrowest that holds
            all of its cells.
        required: Whether a file without it is not this table.
        nullable: Whether cells may be null.
        aliases: Other names of the column in files.
    """

    name: str
    kinds: tuple[Kind, ...]
    required: bool = False
    nullable: bool = False
    aliases: tuple[str, ...] = ()


class Family(Struct, frozen=True, dict=True):
    """Numbered columns of a file that are one column of fixed-size lists in the `Table`.

    Attributes:
        field: Name of that column.
        columns: Regular expression of the names in files; its only group is the number:
            `^dim_(\\d+)$`.
    """

    field: str
    columns: str
    kind: Kind = "number"
    required: bool = False
    nullable: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression, compiled."""
        return re.compile(self.columns)

    def name(self, number: int) -> str:
        """The name of one of the columns.

        Raises:
            ConfigurationError: The regular expression has not only fixed text around the number.
        """
        around = re.sub(r"\((?:\\d|\[0-9\])\+\)", "\0", self.columns, count=1)
        around = around.removeprefix("^").removesuffix("$")
        name = re.sub(r"\\(\W|_)", r"\1", around).replace("\0", str(number))
        if not self.pattern.fullmatch(name):
            raise ConfigurationError(
                f"The names of the columns {self.columns!r} cannot be told from the expression"
            )
        return name


class JsonLayout(Struct, frozen=True):
    """The form of a table in a JSON document.

    Attributes:
        layout: "columns": an object with an array for each column. "list": an array, the only
            column. "map": an object whose names are one column, its values another.
        at: JSON Pointer of the array or object, inside of the envelope.
        key: The column of the names in a map.
        value: The column of the values in a map.
    """

    layout: Literal["columns", "list", "map"] = "columns"
    at: str = ""
    key: str = ""
    value: str = ""


class Layout(Struct, Generic[R], frozen=True):
    """One form of a result table.

    Attributes:
        name: Its name in the document.
        row: Class of the rows; its members, by wire name, are the columns and families.
        match: Members that the envelope or the metadata of a file have for such a table.
    """

    name: str
    row: type[R]
    columns: tuple[Column, ...] = ()
    families: tuple[Family, ...] = ()
    json: JsonLayout = JsonLayout()
    match: Mapping[str, str] = {}

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have: names of columns, expressions of families."""
        columns = tuple(c.name for c in self.columns if c.required)
        return columns + tuple(f.columns for f in self.families if f.required)

    def accepts(self, metadata: Mapping[str, Any]) -> bool:
        """Whether metadata do not contradict `match`; a member may be absent."""
        return all(metadata.get(key, v) == v for key, v in self.match.items())


class ResultTables(Struct, frozen=True, kw_only=True):
    """The tables that an answer may hold.

    Attributes:
        of: Names of layouts in the package's module `tables`.
        unwrap: JSON Pointer of the columns in an envelope.
        trust_content_type: Whether the Content-Type tells the format; else the body does.
    """

    of: tuple[str, ...]
    unwrap: str = ""
    trust_content_type: bool = True


class Wanted(NamedTuple):
    """A column that is to be read from a file."""

    column: Column
    """What its cells may hold; without kinds, it is undeclared and may hold anything."""
    name: str
    """Its name in the file."""


class Binding(NamedTuple):
    """Which columns of a file belong to which parts of a layout.

    Attributes:
        extra: Columns that the layout does not declare.
        missing: Required parts that the file does not have.
    """

    columns: tuple[Wanted, ...]
    families: tuple[tuple[Family, tuple[Wanted, ...]], ...]
    extra: tuple[Wanted, ...]
    missing: tuple[str, ...]

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """All columns to read: declared ones, the members of each family, undeclared ones."""
        members = tuple(w for _, family in self.families for w in family)
        return self.columns + members + self.extra


def first_twin(names: Iterable[str]) -> str | None:
    """The first name that is there twice."""
    seen = set[str]()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def bind(layout: Layout[Any], names: Sequence[str]) -> Binding:
    """Find the parts of a layout among the columns of a file.

    If a file has a column by its own name and by an alias, the alias counts as undeclared.

    Raises:
        TableError: A number of a family is missing, or there twice.
    """
    unbound = set(names)
    columns: list[Wanted] = []
    for column in layout.columns:
        candidates = (column.name, *column.aliases)
        name = next((n for n in candidates if n in unbound), None)
        if name is not None:
            unbound.discard(name)
            columns.append(Wanted(column, name))
    families: list[tuple[Family, tuple[Wanted, ...]]] = []
    for family in layout.families:
        members = _members(family, [n for n in names if n in unbound])
        if members:
            unbound.difference_update(members)
            families.append((family, tuple(_member(family, n) for n in members)))
    bound = {w.column.name for w in columns} | {f.columns for f, _ in families}
    return Binding(
        tuple(columns),
        tuple(families),
        tuple(Wanted(Column(n, (), nullable=True), n) for n in names if n in unbound),
        tuple(name for name in layout.required if name not in bound),
    )


def _member(family: Family, name: str) -> Wanted:
    return Wanted(Column(name, (family.kind,), nullable=family.nullable), name)


def _members(family: Family, names: Sequence[str]) -> list[str]:
    """Names of the members of a family, by their numbers."""
    numbered: dict[int, str] = {}
    for name in names:
        match = family.pattern.fullmatch(name)
        if match:
            digits = match[1].lstrip("0")[:18]  # longer numbers leave a gap in any case
            number = int(digits or "0")
            if number in numbered:
                raise TableError(
                    f"Columns {numbered[number]!r} and {name!r} are both number {number}"
                    f" of {family.field!r}",
                    column=name,
                )
            numbered[number] = name
    gap = next((n for n in range(len(numbered)) if n not in numbered), None)
    if gap is not None:
        some = ", ".join(repr(numbered[n]) for n in sorted(numbered)[:3])
        raise TableError(
            f"Number {gap} of {family.field!r} is missing: there are {len(numbered)} columns"
            f" that match {family.columns!r}, among them {some}",
            column=family.field,
        )
    return [numbered[n] for n in sorted(numbered)]
