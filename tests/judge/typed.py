"""How much of what a document types has a type in Python, and whether the types are those.

The annotations are read from the text of the package, the document by `said`; neither knows how
the generator decides.
"""

from __future__ import annotations

import ast
from functools import partial

from clientpress.document.data import is_array
from clientpress.plan.types import Group, Method
from clientpress.testing.media import bare, kind_of, media_named
from clientpress.testing.reading import At, Documents, OperationObject
from clientpress.testing.schemas import REQUEST, RESPONSE, Schemas
from tests.judge.answers import EMPTY, Documented, documented, is_json
from tests.judge.complete import Methods, streaming_methods
from tests.judge.packages import Package
from tests.judge.said import Alternative, Places, Said, TooMany
from tests.judge.source import Part, Source
from tests.judge.values import is_file
from tests.judge.verdict import Verdict

MOST_FORMS = 8
"""From how many places the members of one class are looked at."""
_DEEPEST = 8
_OTHER_WORDS = ("xml", "protobuf", "jose", "yaml", "msgpack", "cbor", "event-stream")


class Types:
    """Compares the annotations of one package with the document."""

    def __init__(
        self, package: Package, source: Source, documents: Documents, verdict: Verdict
    ) -> None:
        self._package, self._source = package, source
        self._documents, self._verdict = documents, verdict
        self._asked = Said(Schemas(documents, REQUEST))
        self._answered = Said(Schemas(documents, RESPONSE))
        self._streaming = streaming_methods(package)
        self._told = set[tuple[str, str]]()
        self._todo = list[tuple[str, list[Alternative], Said]]()
        self._forms: dict[str, set[frozenset[int]]] = {}
        self._members: dict[tuple[str, str], bool] = {}

    def judge(self, operations: list[OperationObject], methods: Methods) -> None:
        """Look at every argument, result and member."""
        for operation in operations:
            group, method = methods[operation.method.upper(), operation.path]
            self._arguments(operation, group, method)
            self._result(operation, group, method)
        names = self._package.plan.models.names
        classes = {place.pointer: name for place, name in names.items()}
        for _, at in self._documents.components():
            node = self._source.named(classes.get(at.pointer, ""))
            if node is not None:
                where = classes[at.pointer]
                self._look(node, [(self._answered.at(at),)], where, self._answered)
        while self._todo:
            self._class(*self._todo.pop())
        for (cls, wire), is_typed in self._members.items():
            self._count("members", is_typed, f"{cls}.{wire}")

    def _count(self, what: str, is_typed: bool, where: str) -> None:
        self._verdict.typed[what].add(is_typed)
        if not is_typed:
            self._verdict.untyped.append(f"{what}: {where}")

    # -------------------------------------------------------------- members
    def _class(self, cls: str, found: list[Alternative], said: Said) -> None:
        """The members of a class, by the alternatives that it looks most like."""
        wires = self._source.members(cls)
        likeness = [
            len(a.members.keys() & wires.keys())
            / max(1, len(a.members.keys() | wires.keys()))
            for a in found
        ]
        best = [a for a, n in zip(found, likeness, strict=True) if n == max(likeness)]
        form = frozenset(map(id, best))
        forms = self._forms.setdefault(cls, set())
        if form in forms or len(forms) >= MOST_FORMS:
            return
        forms.add(form)
        for wire, node in wires.items():
            ways = [a.members[wire] for a in best if wire in a.members]
            if ways:
                typed = self._look(node, ways, f"{cls}.{wire}", said)
                if typed is not None:
                    key = cls, wire
                    self._members[key] = self._members.get(key, True) and typed

    # -------------------------------------------------------------- arguments
    def _arguments(
        self, operation: OperationObject, group: Group, method: Method
    ) -> None:
        found = self._source.method(group.class_name, method.name).arguments
        plan = method.plan
        pairs = zip(plan.operation.parameters, plan.arguments, strict=True)
        by_wire = {(p.location, p.wire.lower()): x.name for p, x in pairs}
        for parameter in operation.parameters:
            name, place = str(parameter.data["name"]), parameter.data["in"]
            node = found.get(by_wire.get((place, name.lower()), ""))
            schema = parameter.find("schema")
            if node is not None and schema is not None:
                self._argument(node, [(self._asked.at(schema),)], operation, name)
        for body in (plan.body, *plan.body.others) if plan.body else ():
            media = operation.body and media_named(
                self._documents, operation.body, body.media_type
            )
            if not media or media.schema is None:
                continue
            ways: list[Places] = [(self._asked.at(media.schema),)]
            kind = kind_of(media.name)
            if body.whole is not None:
                node = found.get(body.whole.name)
                if node is not None and kind == "json":
                    self._argument(node, ways, operation, "body")
                continue
            for wire, at in self._members_of(ways).items():
                names = [x.name for x in body.arguments if x.wire == wire]
                node = found.get(names[0]) if names else None
                if node is not None:
                    where = f"{wire} of {media.name}"
                    self._argument(node, at, operation, where, kind == "multipart")

    def _members_of(self, ways: list[Places]) -> dict[str, list[Places]]:
        found: dict[str, list[Places]] = {}
        try:
            for alternative in self._asked.alternatives(ways):
                for name, places in alternative.members.items():
                    found.setdefault(name, []).append(places)
        except TooMany:
            pass
        return found

    def _argument(
        self,
        node: ast.expr,
        ways: list[Places],
        operation: OperationObject,
        name: str,
        is_part: bool = False,
    ) -> None:
        where = f"{operation.name}: {name}"
        places = [at for way in ways for at in way]
        if is_part and is_file(self._asked.schemas, places):
            parts = self._source.parts(node)
            below = [inner for part in parts for inner in (part, *part.inner)]
            if not any(part.kind in ("bytes", "free") for part in below):
                self._fail(where, f"a file cannot be given for {ast.unparse(node)}")
            return
        typed = self._look(node, ways, where, self._asked, is_argument=True)
        if typed is not None:
            self._count("arguments", typed, where)

    # -------------------------------------------------------------- results
    def _result(self, operation: OperationObject, group: Group, method: Method) -> None:
        answers = [a for a in documented(self._documents, operation) if not a.is_error]
        key = operation.method.upper(), operation.path
        streaming = self._streaming.get(key)
        for answer in answers:
            if answer.kind == "stream" and streaming and "event-stream" in answer.name:
                self._stream(operation, answer, *streaming)
        if (group, method) == streaming or not answers:
            return
        lines = [
            a for a in answers if a.kind == "stream" and "event-stream" not in a.name
        ]
        if lines:
            self._count("results", False, f"{operation.name}: {lines[0].name}")
            return
        returns = self._source.method(group.class_name, method.name).returns
        parts = list(dict.fromkeys(p for r in returns for p in self._source.parts(r)))
        if any(part.kind == "other" for part in parts):
            return  # a page, a table, a download: behaviours of the project's own
        self._wrong_parts(operation, answers, parts)
        ways: list[Places] = [
            (self._answered.at(a.schema),)
            for a in answers
            if is_json(a.name) and a.schema is not None
        ]
        says_more = [a for a in answers if not (is_json(a.name) and a.schema)]
        if ways and not any(a.undocumented for a in says_more):
            kept = [p for p in parts if p.kind not in ("bytes", "none")]
            texts = any(_is_text(a) for a in says_more if a.name)
            kept = [p for p in kept if not (texts and p.kind == "string")]
            typed = self._compare(kept, ways, operation.name, self._answered, False)
            if typed is not None:
                self._count("results", typed, operation.name)

    def _stream(
        self,
        operation: OperationObject,
        answer: Documented,
        group: Group,
        method: Method,
    ) -> None:
        """The items of a stream of events, where `schema` is what their data is."""
        if answer.schema is None or answer.media is None:
            return
        if "itemSchema" in answer.media.words():
            return
        for node in self._source.method(group.class_name, method.name).returns:
            for part in self._source.parts(node):
                ways: list[Places] = [(self._answered.at(answer.schema),)]
                where = f"{operation.name}: events"
                inner = list(part.inner)
                typed = self._compare(inner, ways, where, self._answered, False)
                if typed is not None:
                    self._count("results", typed, where)

    def _is_base64(self, at: At | None, depth: int = 0) -> bool:
        """Whether JSON has bytes as text."""
        found = self._documents.follow(at) if depth < _DEEPEST else None
        if found is None:
            return False
        words = found.words()
        encoding = str(words.get("contentEncoding", "")).lower()
        if words.get("format") == "byte" or encoding == "base64":
            return True
        parts = [
            found.child(keyword, i)
            for keyword in ("allOf", "anyOf", "oneOf")
            if is_array(listed := words.get(keyword))
            for i in range(len(listed))
        ]
        return any(self._is_base64(part, depth + 1) for part in parts)

    def _wrong_parts(
        self, operation: OperationObject, answers: list[Documented], parts: list[Part]
    ) -> None:
        """What a result must be able to be, and what it must not."""
        kinds = {part.kind for part in parts}
        has_json = any(is_json(a.name) and not a.undocumented for a in answers)
        schemas = [a.schema.data for a in answers if a.schema and is_json(a.name)]
        raw = [a for a in answers if a.name and not is_json(a.name)]
        others = [a for a in raw if not _is_in_other_words(a, schemas)]
        free = any(a.undocumented for a in answers)
        is_encoded = any(self._is_base64(a.schema) for a in answers if is_json(a.name))
        if has_json and "bytes" in kinds and not (others or free or is_encoded):
            told = ", ".join(bare(a.name) for a in raw) or "JSON alone"
            self._fail(
                operation.name, f"bytes are a part of the result beside JSON ({told})"
            )
        empty = [a.status for a in answers if a.status in EMPTY]
        can_be_none = kinds & {"none", "free"}
        if empty and has_json and not can_be_none:
            self._fail(
                operation.name,
                f"{empty[0]} is documented, and the result cannot be None",
            )

    def _fail(self, where: str, cause: str) -> None:
        if (where, cause) not in self._told:
            self._told.add((where, cause))
            self._verdict.fail("typed", where, cause)

    # -------------------------------------------------------------- comparing
    def _look(
        self,
        node: ast.expr,
        ways: list[Places],
        where: str,
        said: Said,
        is_argument: bool = False,
    ) -> bool | None:
        parts = self._source.parts(node)
        return self._compare(parts, ways, where, said, is_argument)

    def _compare(
        self,
        parts: list[Part],
        ways: list[Places],
        where: str,
        said: Said,
        is_argument: bool,
    ) -> bool | None:
        """Whether a type says what the document says; None where the document says nothing."""
        try:
            found = said.alternatives(ways)
        except TooMany:
            return None
        if not found or any(a.is_free for a in found):
            return None
        if any(part.kind == "free" for part in parts):
            return False
        typed = True
        has_model = any(part.kind == "model" for part in parts)
        for part in parts:
            if not is_argument and not _is_possible(part, found):
                allowed = sorted(frozenset[str]().union(*(a.allowed for a in found)))
                self._fail(where, f"{part.name} is impossible, of {', '.join(allowed)}")
                continue
            below = partial(
                self._compare,
                list(part.inner),
                where=where,
                said=said,
                is_argument=is_argument,
            )
            if part.kind == "list":
                items = [a.items for a in found if "array" in a.allowed]
                typed = typed and (not all(items) or below(items) is not False)
            elif part.kind in ("dict", "model"):
                objects = [a for a in found if "object" in a.allowed]
                if part.kind == "model":
                    if objects:
                        self._todo.append((part.name, objects, said))
                elif objects and all(a.members for a in objects):
                    typed = typed and has_model
                elif all(a.more for a in objects):
                    typed = typed and below([a.more for a in objects]) is not False
        return typed


def _is_text(answer: Documented) -> bool:
    """Whether an answer that is no JSON is a text: so says its media type, or its schema."""
    words = answer.schema.words() if answer.schema else {}
    is_string = words.get("type") == "string" and words.get("format") != "binary"
    return kind_of(answer.name) == "text" or is_string


def _is_in_other_words(answer: Documented, schemas: list[object]) -> bool:
    """Whether an answer says the same as the JSON beside it, so that no result is made of it."""
    is_same = answer.schema is not None and answer.schema.data in schemas
    return is_same or any(word in bare(answer.name) for word in _OTHER_WORDS)


def _is_possible(part: Part, found: list[Alternative]) -> bool:
    """Whether JSON Schema allows a value of a part; texts may stand for numbers."""
    allowed = frozenset[str]().union(*(a.allowed for a in found))
    match part.kind:
        case "list":
            return "array" in allowed
        case "dict" | "model":
            return "object" in allowed
        case "string" | "number":
            return bool(allowed & {"string", "number"})
        case "boolean":
            return "boolean" in allowed
        case _:
            return True
