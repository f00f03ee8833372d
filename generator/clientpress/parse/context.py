"""What the parsers share: the report, the files, and the places that references lead to."""

from __future__ import annotations

from clientpress.api.operations import SecurityScheme
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_object
from clientpress.document.sources import Node, Sources


class Context:
    """The state of parsing one document.

    `wanted` collects the nodes that references lead to; the caller parses them until none is left.
    `schemes` are the security schemes by key: first those of the components, then others that
    requirements refer to.
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
        self._reached: dict[tuple[str, str], Place | None] = {}
        self.schemes: dict[str, SecurityScheme] = {}
        self.unknown_schemes: set[str] = set()

    def reference(self, reference: str, place: Place) -> Place | None:
        """The place a schema reference leads to; remembered so that it gets parsed."""
        key = place.file, reference
        if key not in self._reached:
            node = self.sources.resolve(reference, place)
            self._reached[key] = node.place if node else None
            if node:
                self.wanted.setdefault(node.place, node)
        return self._reached[key]

    def mapping_target(self, target: str, place: Place) -> Place | None:
        """What a discriminator's mapping names: a component by its name, or a reference."""
        if target in self.components:
            return self.reference(
                f"#/components/schemas/{target}", Place(self.entry, place.pointer)
            )
        # Many documents were bundled from files and kept mappings to them: the other variants are still good.
        node = (
            self.sources.resolve(target, place, Report())
            if "#" in target or "." in target
            else None
        )
        if node is None:
            self.report.warning(
                "E207",
                place,
                f"the mapping leads to {target!r}, which does not exist",
                "Check its spelling.",
            )
            return None
        self.wanted.setdefault(node.place, node)
        return node.place

    def follow(self, node: Node) -> Node | None:
        """The node itself, or what its `$ref` leads to (for parameters, responses, path items
        …).
        """
        seen = set[Place]()
        while is_object(node.data) and isinstance(node.data.get("$ref"), str):
            if node.place in seen:
                self.report.error(
                    "E104",
                    node.place,
                    "this reference leads back to itself",
                    "Break the circle.",
                )
                return None
            seen.add(node.place)
            found = self.sources.resolve(node.data["$ref"], node.place)
            if found is None:
                return None
            node = found
        return node
