"""Suggestions as an overlay that people read, correct and commit."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import yaml

from clientpress.api.operations import Api
from clientpress.diagnostics import Place, pointer_steps
from clientpress.document.data import is_array, is_object
from clientpress.document.yaml12 import scalar
from clientpress.suggest.suggestion import SURE, Suggestion

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_WIDTH = 118


def as_overlay(suggestions: Sequence[Suggestion], api: Api, data: Any) -> str:
    """An overlay (OAI Overlay Specification 1.1) with a comment for each action.

    Args:
        suggestions: What it says; those that are not sure are written as comments.
        api: The API of the document.
        data: The data of the document.
    """
    head = {
        "overlay": "1.1.0",
        "info": {
            "title": f"What clientpress found in {_line(api.title)}",
            "version": _line(api.version) or "1",
        },
    }
    lines = [
        "# Suggested by clientpress. Read each action, correct it, and commit this file. An action below the",
        f"# confidence of {SURE} is a comment: take its '# ' away to apply it.",
        _dump(head).rstrip("\n"),
        "actions:",
        '  - {target: $, update: {x-clientpress: "1"}}  # the version of these extensions',
    ]
    for suggestion in suggestions:
        path = json_path(suggestion.place, data)
        if not path:
            continue
        lines += ["", *_comment(suggestion)]
        action = {"target": path, "update": suggestion.update}
        text = textwrap.indent(_dump([action]), "  ").splitlines()
        lines += text if suggestion.is_sure else [f"  # {line[2:]}" for line in text]
    return "\n".join(lines) + "\n"


def _comment(suggestion: Suggestion) -> list[str]:
    """The evidence of a suggestion, as lines of a comment."""
    told = "; ".join(map(_line, suggestion.evidence))
    text = f"{suggestion.kind}, {suggestion.confidence:.2f}: {told}"
    indent = "  # "
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  "
    )


def _line(text: str) -> str:
    """A text on one line, without characters that cannot be seen."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def json_path(place: Place, data: Any) -> str:
    """The JSONPath of a place in the data of its file (RFC 9535, section 2.7).

    It is empty for a place that the data does not have, such as what only a merged schema has.
    """
    path, here = "$", data
    for step in pointer_steps(place.pointer):
        if is_array(here) and step.isdigit() and int(step) < len(here):
            path, here = f"{path}[{step}]", here[int(step)]
        elif is_object(here) and step in here:
            path += f".{step}" if _NAME.match(step) else f"[{_quoted(step)}]"
            here = here[step]
        else:
            return ""
    return path


def _quoted(step: str) -> str:
    """A name selector in single quotes (RFC 9535, section 2.3.1)."""
    inner = json.dumps(step)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"


class _Dumper(yaml.SafeDumper):
    """Writes YAML that reads the same in YAML 1.1 and 1.2."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: Any, value: str) -> Any:
    style = '"' if value and scalar(value) != value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _dump(value: Any) -> str:
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
