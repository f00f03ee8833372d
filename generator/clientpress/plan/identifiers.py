"""Python identifiers and names of files for the texts of a document.

Each function depends on one text only; `collisions` decides where two texts give the same name.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from functools import cache

from clientpress.plan.symbols import RESERVED_GROUPS

MAX_LENGTH = 60
LONGEST = 120
"""The length of a name that several would share if it was shorter."""

# On the shape of a text: `A` an upper-case letter, `a` or `s` a lower-case one, `o` one without case, `0` a digit.
# A plural such as `IDs` is one word.
_WORD = re.compile(r"A{2,}s(?![aos])|A+(?=A[as])0*|A?[as]+0*|A+0*|0+|o+")
_SYMBOLS = {
    "+": " plus ",
    "-": " minus ",
    "*": " star ",
    "%": " percent ",
    "<": " less ",
    ">": " greater ",
    "=": " equal ",
    "!": " not ",
    "&": " and ",
    "|": " or ",
    "#": " hash ",
    "@": " at ",
    "$": " dollar ",
    ".": " dot ",
    "/": " slash ",
    "~": " tilde ",
    "^": " caret ",
    "?": " question ",
}

# Names that class bodies, annotations and signatures of generated code rely on.
RESERVED_MEMBERS = frozenset(
    {
        *("str", "int", "float", "bool", "bytes", "list", "dict", "tuple"),
        *("dt", "field", "const", "extras", "additional_properties", "self", "cls"),
    }
)
# The decorators of a class are looked up among its own names first.
RESERVED_METHODS = frozenset(
    {"self", "cls", "super", "property", "overload", "cached_property"}
)
RESERVED_CLASSES = frozenset(
    {
        *(
            "ApiModel",
            "OpenModel",
            "OpenStr",
            "OpenInt",
            "StrInt",
            "DecimalNumber",
            "Unknown",
            "Discriminator",
            "Patterns",
            "JsonValue",
        ),
        *(
            "UNSET",
            "UnsetType",
            "Literal",
            "TypeAlias",
            "Union",
            "Annotated",
            "Any",
            "ClassVar",
            "TypedDict",
        ),
        *(
            "Required",
            "NotRequired",
            "TYPE_CHECKING",
            "UUID",
            "Decimal",
            "None",
            "True",
            "False",
            "Sequence",
            "Mapping",
        ),
    }
)
_WINDOWS_DEVICES = frozenset(
    {
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{p}{i}" for p in ("com", "lpt") for i in range(10)),
    }
)


def digest(text: str) -> str:
    """Four hexadecimal digits that depend on the text only."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:4]


@cache
def words(text: str) -> tuple[str, ...]:
    """The words of a name. A new word begins where the case changes; digits belong to the letters
    before them; all other characters separate words.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if plain.isascii():
        shape = plain.translate(_SHAPES)
    else:
        shape = ""
        for char in plain:
            shape += _shape(char, shape[-1:] or " ")
    return tuple(plain[word.start() : word.end()] for word in _WORD.finditer(shape))


def _shape(char: str, before: str) -> str:
    """The kind of a character in a name; ` ` for one that cannot stand in an identifier."""
    if char == "_" or not f"a{char}".isidentifier():
        return " "
    if char.isdecimal():
        return "0"
    if char.isalpha():
        if char.isupper():
            return "A"
        return ("s" if char == "s" else "a") if char.islower() else "o"
    return before  # an accent or a vowel sign goes with its letter


_SHAPES = {code: _shape(chr(code), " ") for code in range(128)}


def _spelled(text: str) -> tuple[str, ...]:
    """The words of a text that consists of symbols only: the names of these."""
    names = words("".join(_SYMBOLS.get(c, f" u{ord(c):x} ") for c in text))
    return names or ("empty",)


def _bounded(parts: list[str], joiner: str, whole: str, limit: int = MAX_LENGTH) -> str:
    """Joined words; if they are too long, each word once, and then without those in the middle: a
    name begins with what it belongs to, and ends with what it is.
    """
    name = unicodedata.normalize("NFKC", joiner.join(parts))
    if len(name) > limit:
        parts = [*{part.lower(): part for part in reversed(parts)}.values()][::-1]
        name = unicodedata.normalize("NFKC", joiner.join(parts))
    while len(name) > limit and len(parts) > 2:
        del parts[len(parts) // 2]
        name = unicodedata.normalize("NFKC", joiner.join(parts))
    if len(name) <= limit:
        return name
    return name[: limit - 5] + joiner + digest(whole)


def class_name(text: str, limit: int = MAX_LENGTH) -> str:
    """A class name: `issue-comment` and `issueComment` become `IssueComment`; `APIKey` stays.

    Args:
        limit: The characters that it has at most.
    """
    if (
        text.isascii()
        and text.isidentifier()
        and text[0].isupper()
        and "_" not in text
        and len(text) <= limit
    ):
        name = text
    else:
        parts = words(text) or _spelled(text)
        name = _bounded([part[0].upper() + part[1:] for part in parts], "", text, limit)
    if not name[0].isupper():
        name = f"Model{name}"
    return f"{name}_" if name in RESERVED_CLASSES or keyword.iskeyword(name) else name


def group_class(text: str) -> str:
    """The class of a group: `tables` becomes `Tables`, and `table` is called `TableGroup`."""
    name = class_name(text)
    while name in RESERVED_GROUPS or name.removeprefix("Async") in RESERVED_GROUPS:
        name += "Group"
    return name


# Names that are one word although their case changes.
_ONE_WORD = re.compile(
    "OAuth|(?<![A-Za-z])oAuth|ETag|eTag|iOS|macOS|mTLS|IPv(?=[46])|GraphQL|GitHub|GitLab"
)
# An acronym before a word in lower case.
_BEFORE_WORD = re.compile("(API|URL|UUID|JSON|HTTP)(?=[a-rt-z])")
# Signs that say more than that words are separate, where they end or begin a name.
_COMPARED = re.compile(r"(?<=[^\W_])([<>!]?=|[<>])$")
_COMPARISONS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "=": "eq", "!=": "ne"}
_SIGNED = re.compile(r"^[+-](?=\w)")


def _in_words(text: str) -> str:
    """A text whose words begin where people see them: `APIkey` is `Api key`, `DateSent<` is
    `DateSent lt`, `-name` is `minus name`.
    """
    text = _ONE_WORD.sub(lambda found: found[0].capitalize(), text)
    text = _BEFORE_WORD.sub(r"\1 ", text)
    text = _COMPARED.sub(lambda found: f" {_COMPARISONS[found[0]]}", text)
    return _SIGNED.sub(lambda found: _SYMBOLS[found[0]], text)


def snake(text: str) -> str:
    """Lower-case words joined by underscores, not yet safe as an identifier."""
    parts = words(_in_words(text)) or _spelled(text)
    return _bounded([part.lower() for part in parts], "_", text)


def spelled(text: str, name: str) -> tuple[str, ...]:
    """Another name for the member called `name`, in which signs are words: `@type` becomes
    `at_type`; none if there are no signs.
    """
    signs = {ord(sign): word for sign, word in _SYMBOLS.items() if sign not in "-./"}
    other = member_name(text.translate(signs))
    return () if other in (name, snake(text)) else (other,)


def member_name(
    text: str, prefix: str = "field", reserved: frozenset[str] = RESERVED_MEMBERS
) -> str:
    """The name of a member, parameter or method."""
    name = snake(text)
    if not name[0].isidentifier():
        name = f"{prefix}_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in reserved else name


def method_name(text: str) -> str:
    """The name of a method. `list` is allowed: annotations in its class say `builtins.list`."""
    return member_name(text, "call", RESERVED_METHODS)


def constant_name(text: str) -> str:
    """The name of a member of an enumeration."""
    parts = words(_in_words(text))
    if not parts or not any(c.isalnum() for c in text):
        parts = _spelled(text)
    name = _bounded([part.upper() for part in parts], "_", text)
    if not name[0].isidentifier():
        name = f"VALUE_{name}"
    # `mro` and names with underscores around them mean something to enum.
    return (
        f"{name}_"
        if keyword.iskeyword(name) or name in ("MRO", "NAME", "VALUE", "UNKNOWN")
        else name
    )


def module_name(text: str) -> str:
    """A file stem: ASCII, lower case, safe on every file system and as a module."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = snake(plain) if words(plain) else f"m_{digest(text)}"
    if not name[0].isidentifier():
        name = f"m_{name}"
    unsafe = keyword.iskeyword(name) or name in _WINDOWS_DEVICES
    return f"{name}_" if unsafe else name
