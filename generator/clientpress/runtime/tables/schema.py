"""What generated code says about result tables: plain descriptions, free of pyarrow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from ..wire.errors import ConfigurationError, DataError
from ..wire.trace import Trace

__all__ = [
    "Binding",
    "Column",
    "Family",
    "FileFormat",
    "JsonLayout",
    "Kind",
    "Layout",
    "ResultTables",
    "TableError",
    "Wanted",
    "bind",
    "first_twin",
]

R = TypeVar("R")

Kind: TypeAlias = Literal[
    "boolean", "integer", "number", "string", "integers", "numbers", "strings", "json"
]
"""What a cell may hold: a boolean, an int64, a float64, text, a list of one of these, any JSON."""


FileFormat: TypeAlias = Literal["csv", "parquet"]
"""What a data frame is sent as."""


class TableError(DataError):
    """A table, or a cell of it, is not what its declaration says."""

    column: str
    row: int | None
    """Counted from 1; None where the error is not about one row."""
    expected: str

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

    name: its name in files, and in the `Table`.
    kinds: what its cells may hold. Of several, the narrowest that holds the whole column is taken.
    required: a file without it is not this table.
    nullable: cells may be null.
    aliases: other names that files give it.
    """

    name: str
    kinds: tuple[Kind, ...]
    required: bool = False
    nullable: bool = False
    aliases: tuple[str, ...] = ()


class Family(Struct, frozen=True, dict=True):
    """Numbered columns of a file that are one column of fixed-size lists in the `Table`.

    field: name of that column.
    columns: regular expression of the names, with one group, the number: `^dim_(\\d+)$`.
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

        Raises ConfigurationError where the expression is too free to tell.
        """
        around = re.sub(r"\((?:\\d|\[0-9\])\+\)", "\0", self.columns, count=1)
        around = around.removeprefix("^").removesuffix("$")
        made = re.sub(r"\\(\W|_)", r"\1", around).replace("\0", str(number))
        if not self.pattern.fullmatch(made):
            raise ConfigurationError(
                f"The names of the columns {self.columns!r} cannot be told from the expression"
            )
        return made


class JsonLayout(Struct, frozen=True):
    """How a table lies in a JSON document.

    layout: "columns": an object of arrays, one a column. "list": the values of the only column
        are an array. "map": an object whose names are one column, its values another.
    at: JSON Pointer of the array or object, within what is left after unwrapping.
    key, value: the two columns of a map.
    """

    layout: Literal["columns", "list", "map"] = "columns"
    at: str = ""
    key: str = ""
    value: str = ""


class Layout(Struct, Generic[R], frozen=True):
    """One form of a result table.

    name: what people call it.
    row: class of the rows; its members, by wire name, are the columns and families.
    match: what an envelope or the metadata of a file say about such a table.
    """

    name: str
    row: type[R]
    columns: tuple[Column, ...] = ()
    families: tuple[Family, ...] = ()
    json: JsonLayout = JsonLayout()
    match: Mapping[str, str] = {}

    @property
    def required(self) -> tuple[str, ...]:
        """What a file must have: names of columns, expressions of families."""
        columns = tuple(c.name for c in self.columns if c.required)
        return columns + tuple(f.columns for f in self.families if f.required)

    def accepts(self, metadata: Mapping[str, Any]) -> bool:
        """Whether metadata, as far as there are any, agree with `match`."""
        return all(metadata.get(key, said) == said for key, said in self.match.items())


class ResultTables(Struct, frozen=True, kw_only=True):
    """The tables that an answer may hold.

    of: names of layouts in the package's `tables`.
    unwrap: pointer to the columns in the envelope of the JSON form.
    trust_content_type: whether the Content-Type says what the body is; else the body does.
    """

    of: tuple[str, ...]
    unwrap: str = ""
    trust_content_type: bool = True


class Wanted(NamedTuple):
    """A column that is to be read from a file."""

    column: Column
    """What its cells may hold; no kinds stand for whatever there is."""
    name: str
    """Its name in the file."""


class Binding(NamedTuple):
    """Which columns of a file belong to which parts of a layout."""

    columns: tuple[Wanted, ...]
    families: tuple[tuple[Family, tuple[Wanted, ...]], ...]
    extra: tuple[Wanted, ...]
    missing: tuple[str, ...]

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """All columns, in the order of the `Table`; members of families beside each other."""
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

    Where a column is there under its own name and an alias too, the alias counts as undeclared.
    Raises TableError for families with a gap, or with a number twice.
    """
    there = set(names)
    columns: list[Wanted] = []
    for column in layout.columns:
        found = next((n for n in (column.name, *column.aliases) if n in there), None)
        if found is not None:
            there.discard(found)
            columns.append(Wanted(column, found))
    families: list[tuple[Family, tuple[Wanted, ...]]] = []
    for family in layout.families:
        members = _members(family, [n for n in names if n in there])
        if members:
            there.difference_update(members)
            families.append((family, tuple(_member(family, n) for n in members)))
    bound = {w.column.name for w in columns} | {f.columns for f, _ in families}
    return Binding(
        tuple(columns),
        tuple(families),
        tuple(Wanted(Column(n, (), nullable=True), n) for n in names if n in there),
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
            digits = match[1].lstrip("0")[:18]  # longer ones leave a gap in any case
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
