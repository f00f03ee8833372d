"""The parts that all parsers of extensions share: which extensions exist on which object, and reading members
with types and findings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeGuard, TypeVar

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object

T = TypeVar("T")

PREFIX = "x-clientpress-"

# Kind of object → the extensions that it may have.
KNOWN: dict[str, frozenset[str]] = {
    "document": frozenset({"env", "usage"}),
    "operation": frozenset(
        {
            *("name", "group", "hidden", "pagination", "polling", "retry"),
            *("idempotency", "run", "signed-upload", "tensors"),
        }
    ),
    "parameter": frozenset({"name", "array-format"}),
    "encoding": frozenset({"array-format"}),
    "response": frozenset({"tables", "download"}),
    "schema": frozenset({"name", "outcome", "lines", "table", "upload", "needs"}),
    "media type": frozenset({"lines", "stream"}),
    "security scheme": frozenset({"name", "env"}),
    # These have no extensions of ours, but users try.
    **dict.fromkeys(("info", "path item", "request body"), frozenset[str]()),
}


def extensions_on(
    kind: str, words: Mapping[str, Any], place: Place, report: Report
) -> dict[str, Any]:
    """Our extensions on one object; unknown ones are reported with a suggestion.

    Args:
        kind: A key of `KNOWN`.
        words: The members of the object.
        place: The place of the object.
        report: Receives the findings.

    Returns:
        Short name → value, not checked yet.
    """
    extensions = dict[str, Any]()
    for key, value in words.items():
        if not key.startswith(PREFIX):
            continue
        short = key[len(PREFIX) :]
        if short in KNOWN[kind]:
            extensions[short] = value
            continue
        kinds = [other for other, names in KNOWN.items() if short in names]
        near = get_close_matches(short, sorted(KNOWN[kind]), n=1)
        if kinds:
            hint = f"It belongs on {' or '.join(map(_with_article, kinds))}."
        elif near:
            hint = f"Did you mean {PREFIX}{near[0]!s}?"
        else:
            listed = ", ".join(PREFIX + name for name in sorted(KNOWN[kind]))
            hint = f"Known here: {listed or 'nothing of ours'}."
        report.error(
            "CP301",
            place.child(key),
            f"{key} is not known on {_with_article(kind)}",
            hint,
        )
    return extensions


def _with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def extension(
    extensions: Mapping[str, Any],
    short: str,
    parse: Callable[[Any, Place, Report], T | None],
    place: Place,
    report: Report,
) -> T | None:
    """Read one extension of an object.

    Args:
        extensions: What `extensions_on` returned.
        short: The short name of the extension.
        parse: Reads its value.
        place: The place of the object.
        report: Receives the findings.

    Returns:
        The result; None when the extension is absent or wrong.
    """
    if short not in extensions:
        return None
    return parse(extensions[short], place.child(PREFIX + short), report)


def text_of(
    extensions: Mapping[str, Any], short: str, place: Place, report: Report
) -> str:
    """An extension that is a string, such as a name; empty when it is absent."""
    value = extensions.get(short, "")
    if short in extensions and (not isinstance(value, str) or not value.strip()):
        key = PREFIX + short
        report.error(
            "CP302", place.child(key), f"{key} must be a string with text in it"
        )
        return ""
    return str(value)


def flag_of(
    extensions: Mapping[str, Any], short: str, place: Place, report: Report
) -> bool:
    """An extension that is true or false; False when it is absent."""
    value = extensions.get(short, False)
    if not isinstance(value, bool):
        key = PREFIX + short
        report.error("CP302", place.child(key), f"{key} must be true or false")
    return value is True


class Reader:
    """Reads the members of an object, and reports what is wrong with them.

    Args:
        value: The object.
        place: Its place.
        report: Receives the findings.
        what: How messages name the object.

    Attributes:
        ok: Whether there was no finding so far.
    """

    def __init__(self, value: Any, place: Place, report: Report, what: str) -> None:
        self.place, self.report, self.what = place, report, what
        self.ok = is_object(value)
        self._words: Mapping[str, Any] = value if is_object(value) else {}
        self._read = set[str]()
        if not self.ok:
            self.fail("", f"{what} must be an object")

    def fail(self, key: str, message: str, hint: str = "", code: str = "CP302") -> None:
        """Report an error at a member; with an empty key, at the object itself."""
        self.ok = False
        self.report.error(
            code, self.place.child(key) if key else self.place, message, hint
        )

    def has(self, key: str) -> bool:
        """Whether a member exists."""
        self._read.add(key)
        return key in self._words

    def text(
        self, key: str, default: str | None = "", choices: tuple[str, ...] = ()
    ) -> str:
        """Read a string member.

        Args:
            key: The key of the member.
            default: The value where it is absent. With None, it must exist and have text.
            choices: The allowed values; empty where every value is allowed.
        """
        value = self._string(key, default)
        if not isinstance(self._words.get(key, ""), str):
            return value
        if not value and default is None and key in self._words:
            self.fail(key, f"{key!r} is empty")
        elif choices and value not in choices and (value or key in self._words):
            self.fail(
                key,
                f"{value!r} is not one of {', '.join(filter(None, choices))}",
                _suggest(value, tuple(filter(None, choices))),
            )
        return value

    def _string(self, key: str, default: str | None) -> str:
        """Read a string member, without checking the text."""
        self._read.add(key)
        value = self._words.get(key, default)
        if isinstance(value, str):
            return value
        message = f"{self.what} needs a string {key!r}"
        self.fail(key if key in self._words else "", message)
        return ""

    def pointer(self, key: str, default: str | None = "") -> str:
        """Read a JSON Pointer into a value (RFC 6901); an empty one is the whole value."""
        address = self._string(key, default)
        if address and not address.startswith("/"):
            hint = "Inside a value, addresses start with '/'."
            self.fail(key, f"{address!r} is no JSON Pointer", hint)
        return address

    def number(self, key: str, default: float) -> float:
        """Read a finite number that is at least 0."""
        self._read.add(key)
        value = self._words.get(key, default)
        if not is_number(value) or value < 0:
            self.fail(key, f"{key!r} must be a number that is not negative")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Read a member that is true or false."""
        self._read.add(key)
        value = self._words.get(key, default)
        if not isinstance(value, bool):
            self.fail(key, f"{key!r} must be true or false")
        return value is True

    def items(self, key: str) -> list[tuple[Any, Place]]:
        """Read a list that is not empty: its items with their places."""
        self._read.add(key)
        value = self._words.get(key)
        if not is_array(value) or not value:
            self.fail(
                key if key in self._words else "",
                f"{self.what} needs a list {key!r} that is not empty",
            )
            return []
        return [(item, self.place.child(key, i)) for i, item in enumerate(value)]

    def value(self, key: str) -> Any:
        """Read a member as it is; None where it is absent."""
        self._read.add(key)
        return self._words.get(key)

    def finish(self) -> bool:
        """Report the members that were not read.

        Returns:
            Whether there was no finding at all.
        """
        for key in self._words:
            if key not in self._read:
                self.fail(
                    key,
                    f"{self.what} has no member {key!r}",
                    _suggest(key, tuple(sorted(self._read))),
                )
        return self.ok


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a value is a finite number within the range of doubles."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) <= sys.float_info.max
    )


def _suggest(word: str, choices: tuple[str, ...]) -> str:
    """A hint with the most similar choice, or with all choices."""
    near = get_close_matches(word, choices, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(choices)}."


def texts(value: Any) -> tuple[str, ...] | None:
    """A string or a list of strings, as a tuple; None when it is neither."""
    if isinstance(value, str):
        return (value,)
    if is_array(value) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None
