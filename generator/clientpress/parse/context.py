"""The state that the parsers share: the report, the files, and the targets of references (Reference Object;
OpenAPI 3.2, section 4.23).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from clientpress.api.operations import SecurityScheme
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_object
from clientpress.document.remote import shown_url
from clientpress.document.sources import Node, Sources


class Context:
    """The state of parsing one document.

    Attributes:
        sources: The files of the document.
        report: Receives the findings.
        version: `3.0`, `3.1` or `3.2`.
        entry: The name of the entry document.
        components: The names under `components/schemas`.
        wanted: The nodes that references to schemas lead to. The caller parses them until there are no
            new ones.
        schemes: The security schemes by key: those of the components, then others that requirements
            refer to.
        unknown_schemes: Keys of security schemes that cannot be read and are reported already.
    """

    def __init__(
        self,
        sources: Sources,
        report: Report,
        version: str,
        entry: str,
        components: frozenset[str],
    ) -> None:
        self.sources, self.report, self.version, self.entry = (
            sources,
            report,
            version,
            entry,
        )
        self.components = components
        self.wanted: dict[Place, Node] = {}
        self.schemes: dict[str, SecurityScheme] = {}
        self.unknown_schemes: set[str] = set()

    def reference(self, reference: str, place: Place) -> Place | None:
        """The place that a reference to a schema leads to; it is parsed later."""
        node = self.sources.resolve(reference, place)
        if node is None:
            return None
        self.wanted.setdefault(node.place, node)
        return node.place

    def is_open(self, reference: str) -> bool:
        """Whether a `$dynamicRef` may lead to several schemas (JSON Schema 2020-12 core, section 8.2.3.2).

        If there is only one dynamic anchor of its name, it is like a `$ref`.
        """
        return self.sources.dynamic_anchors(reference.rpartition("#")[2]) > 1

    def mapping_target(self, target: str, place: Place) -> Place | None:
        """The place of a target in a discriminator's mapping: the name of a component, or a reference."""
        if target in self.components:
            return self.reference(
                f"#/components/schemas/{target}", Place(self.entry, place.pointer)
            )
        # Bundled documents often keep mappings to the original files. The other variants are still good.
        node = (
            self.sources.resolve(target, place, Report())
            if "#" in target or "." in target
            else None
        )
        if node is None:
            near = get_close_matches(target.rpartition("/")[2], self.components, n=1)
            self.report.slip(
                "CP207",
                place,
                f"the mapping leads to {target!r}, which does not exist",
                f"Did you mean {near[0]!r}?" if near else "Check its spelling.",
            )
            return None
        self.wanted.setdefault(node.place, node)
        return node.place

    def follow(self, node: Node) -> Node | None:
        """The node itself, or the target of its `$ref`, for objects other than schemas.

        Returns:
            The node; None, and a finding, when the reference leads nowhere.
        """
        seen = set[Place]()
        while is_object(node.data) and "$ref" in node.data:
            if not self.is_reference(node):
                return None
            if node.place in seen:
                self.report.slip(
                    "CP104",
                    node.place.child("$ref"),
                    "this reference leads back to itself",
                    "Break the circle.",
                )
                return None
            seen.add(node.place)
            target = self.sources.resolve(node.data["$ref"], node.place)
            if target is None:
                return None
            if not is_object(target.data):
                self.report.slip(
                    "CP102",
                    node.place.child("$ref"),
                    f"the reference {shown_url(node.data['$ref'])!r} leads to {_kind(target.data)}, not to an object",
                    "Check its spelling.",
                )
                return None
            node = target
        return node

    def is_reference(self, node: Node) -> bool:
        """Whether the `$ref` of an object is a string; otherwise it is reported."""
        reference = node.data["$ref"]
        if isinstance(reference, str):
            return True
        self.report.slip(
            "CP102",
            node.place.child("$ref"),
            f"a reference is text, and this is {_kind(reference)}",
            "Write a URI, such as '#/components/schemas/Name'.",
        )
        return False


def _kind(value: Any) -> str:
    """The JSON type of a value, with an article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a number"
