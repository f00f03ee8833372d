"""What the judge found out about one document."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\d+|/\S+|\[[^\]]*\]|\{.*")


def shape_of(cause: str) -> str:
    """A cause without what is particular to its place."""
    return _PARTICULAR.sub("…", cause)[:120]


@dataclass(frozen=True)
class Failure:
    """Something about a client that is not as it must be."""

    step: str
    place: str
    cause: str


@dataclass
class Count:
    """How many of how many."""

    good: int = 0
    all: int = 0

    def add(self, good: bool) -> None:
        """One more."""
        self.good += good
        self.all += 1

    def __str__(self) -> str:
        return f"{self.good:,}/{self.all:,}"


@dataclass
class Verdict:
    """One document.

    Attributes:
        refused: Why the generator refused the document; empty when it did not.
        crash: The traceback of a judge that broke, which says nothing about the document.
        judged: By whom requests were judged → how often.
        skipped: Why something could not be judged → how often.
        broken: Places of examples that break their own schemas.
        typed: How many members, arguments and results have a type, of those that the document types.
        untyped: Those that have none.
    """

    name: str
    operations: int = 0
    warnings: dict[str, int] = field(default_factory=dict[str, int])
    refused: str = ""
    crash: str = ""
    usable: bool | None = None
    complete: bool | None = None
    stable: bool | None = None
    clean: bool | None = None
    calls: Count = field(default_factory=Count)
    trips: Count = field(default_factory=Count)
    judged: dict[str, int] = field(default_factory=dict[str, int])
    skipped: dict[str, int] = field(default_factory=dict[str, int])
    impossible: dict[str, str] = field(default_factory=dict[str, str])
    typed: dict[str, Count] = field(
        default_factory=lambda: {
            "members": Count(),
            "arguments": Count(),
            "results": Count(),
        }
    )
    untyped: list[str] = field(default_factory=list[str])
    broken: list[str] = field(default_factory=list[str])
    failures: list[Failure] = field(default_factory=list[Failure])
    seconds: float = 0.0
    mebibytes: int = 0
    judging: float = 0.0

    def fail(self, step: str, place: str, cause: str) -> None:
        """Note a failure."""
        self.failures.append(Failure(step, place, cause[:1000]))

    def note(self, kind: str, reason: str) -> None:
        """Count a judge or a reason."""
        counts: dict[str, int] = getattr(self, kind)
        counts[reason] = counts.get(reason, 0) + 1

    @property
    def is_good(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.failures or self.refused or self.crash)

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def from_data(data: dict[str, Any]) -> Verdict:
    """What `as_data` made."""
    made = dict(data)
    made["calls"], made["trips"] = Count(**data["calls"]), Count(**data["trips"])
    made["typed"] = {what: Count(**n) for what, n in data["typed"].items()}
    made["failures"] = [Failure(**failure) for failure in data["failures"]]
    return Verdict(**made)
