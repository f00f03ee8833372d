"""The answers that a document describes: its examples, or instances of its schemas."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.testing.answers import NOT_GIVEN, Answer, Reply, as_json, encoded
from clientpress.testing.checking import whys
from clientpress.testing.conjunctions import Impossible
from clientpress.testing.findings import AnswerMismatch, Finding, finding
from clientpress.testing.media import (
    bare,
    examples_beside,
    is_media,
    kind_of,
    quality,
)
from clientpress.testing.pages import last_page
from clientpress.testing.reading import At, Documents, Json, OperationObject
from clientpress.testing.schemas import RESPONSE, Schemas, Unusable
from clientpress.testing.synthesis import Synthesiser, Variant

_SENT = {"*/*": "application/json", "application/*": "application/json"}


class Answers:
    """Makes answers of operations, and checks answers that users give."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._schemas = Schemas(documents, RESPONSE)
        self._synthesiser = Synthesiser(self._schemas)

    def reply(
        self,
        operation: OperationObject,
        answer: Answer,
        *,
        accept: str = "",
        parameters: dict[str, Json] | None = None,
        checked: bool = True,
    ) -> Reply:
        """Complete an answer.

        Args:
            operation: The operation that answers.
            answer: What the user gave.
            accept: The header Accept of the request.
            parameters: The parameters of the request; None if there is no request yet.
            checked: Whether the document has to describe the answer.

        Raises:
            AnswerMismatch: The document does not describe the answer, or no body can be made.
        """
        status, response = self._response(operation, answer.status)
        subject = f"the answer {status} of {operation.id or operation.name}"
        is_sent = answer.failure in (None, "cut")
        if response is None and answer.status is not None and checked and is_sent:
            responses = operation.at.find("responses")
            declared = ", ".join(map(str, responses.words())) if responses else ""
            message = f"{status} is not documented; there is {declared or 'nothing'}"
            self._refuse(subject, responses or operation.at, message)
        name, media = self._media(subject, response, answer, accept, checked)
        headers = self._headers(response, answer)
        pieces, value = self._body(subject, name, media, answer, checked)
        if value is not NOT_GIVEN:
            if answer == Answer() and parameters is not None:
                value = self._ended(operation, media, value, parameters)
            is_stream = media is not None and media.find("itemSchema") is not None
            pieces = (encoded(value, name, is_stream=is_stream),)
        sent = "text/plain" if name == "text/*" else _SENT.get(bare(name), name)
        if pieces and sent and "content-type" not in {n.lower() for n, _ in headers}:
            headers.append(("content-type", sent.replace("*", "any")))
        return Reply(status, tuple(headers), pieces, answer.failure)

    def _refuse(self, subject: str, at: At, *messages: str) -> None:
        """Refuse an answer.

        Raises:
            AnswerMismatch: Always, with these messages.
        """
        findings = tuple(finding(self._documents, at, message) for message in messages)
        raise AnswerMismatch(subject, findings)

    # -------------------------------------------------------------- response and media type
    def _response(
        self, operation: OperationObject, stated: int | None
    ) -> tuple[int, At | None]:
        """The status of an answer, and the Response Object for it; by default the documented success."""
        responses = operation.at.find("responses")
        words = {str(s).upper(): s for s in (responses.words() if responses else ())}
        if stated is None:
            ordered = sorted(s for s in words if s[:1] == "2")
            ordered += [s for s in words if s == "DEFAULT"]
            ordered += sorted(s for s in words if s[:1] in "13")
            status = next(iter(ordered), "")
            number = int(status) if status.isdigit() else 200
        else:
            number = stated
            known = (str(stated), f"{stated // 100}XX", "DEFAULT")
            status = next((s for s in known if s in words), "")
        response = responses.find(words[status]) if responses and status else None
        if stated is None and not status:
            return 200, None
        return number, self._documents.follow(response)

    def _media(
        self,
        subject: str,
        response: At | None,
        answer: Answer,
        accept: str,
        checked: bool,
    ) -> tuple[str, At | None]:
        """The media type of an answer, and its Media Type Object.

        It is the one that the user gives; else the one that the request likes best. Those with examples come first.
        """
        content = response.find("content") if response else None
        names = list(content.words() if content else ())
        # The user names a media type.
        if answer.media_type:
            fitting = [n for n in names if is_media(n, answer.media_type)]
            if not fitting:
                if checked and response is not None:
                    declared = ", ".join(names) or "no body"
                    message = (
                        f"{answer.media_type} is not declared; there is {declared}"
                    )
                    self._refuse(subject, content or response, message)
                return answer.media_type, None
            media = content.find(fitting[0]) if content else None
            return answer.media_type, self._documents.follow(media)
        # The document declares no body.
        has_json = answer.json is not NOT_GIVEN
        if not names and (has_json or answer.content):
            if checked and response is not None:
                self._refuse(subject, response, "a body is given, but none is declared")
            return "application/json" if has_json else "", None

        # Choose among the declared media types.
        def rank(name: str) -> tuple[float, bool, int]:
            media = self._documents.follow(content.child(name)) if content else None
            words = media.words() if media else {}
            has_example = "example" in words or "examples" in words
            wanted = quality(accept, name)
            if answer.example:
                has_example = answer.example in (words.get("examples") or ())
                wanted = 1.0 if has_example else wanted
            kinds = ["json", "text", "form", "multipart", "bytes"]
            return -wanted, not has_example, kinds.index(kind_of(name))

        best = min(names, key=rank, default="")
        return best, (
            self._documents.follow(content.child(best)) if content and best else None
        )

    # -------------------------------------------------------------- body
    def _body(
        self, subject: str, name: str, media: At | None, answer: Answer, checked: bool
    ) -> tuple[tuple[bytes, ...], Json]:
        """The pieces of a body, or its value."""
        if answer.content is not None:
            content = answer.content
            data = content.encode() if isinstance(content, str) else content
            pieces = (data,) if isinstance(data, bytes) else tuple(data)
            if checked and media is not None and kind_of(name) == "json":
                self._check_text(subject, media, b"".join(pieces))
            return pieces, NOT_GIVEN
        if answer.json is not NOT_GIVEN:
            value = as_json(answer.json)
            if checked and media is not None:
                self._check(subject, media, name, value)
            return (), value
        if answer.example:
            return (), self._named_example(subject, media, answer.example)
        if media is None:
            return (), NOT_GIVEN
        return self._documented(subject, name, media)

    def _check_text(self, subject: str, media: At, data: bytes) -> None:
        """Refuse a body in bytes that does not fit its schema."""
        if media.find("itemSchema") is not None:
            return
        try:
            value = json.loads(data)
        except ValueError as error:
            self._refuse(subject, media, f"body: it is no JSON: {error}")
        else:
            self._check(subject, media, "application/json", value)

    def _check(self, subject: str, media: At, name: str, value: Json) -> None:
        """Refuse a value that does not fit its schema."""
        item, schema = media.find("itemSchema"), media.find("schema")
        if item is not None and "event-stream" in name:
            item = item.find("properties", "data", "contentSchema")
        findings = list[Finding]()
        if item is not None and is_array(value):
            for i, each in enumerate(value):
                messages = whys(self._schemas, item, each, f"body/{i}")
                findings += [finding(self._documents, item, m) for m in messages]
        elif item is None and schema is not None and kind_of(name) in ("json", "text"):
            messages = whys(self._schemas, schema, value, "body")
            findings += [finding(self._documents, schema, m) for m in messages]
        if findings:
            raise AnswerMismatch(subject, tuple(findings))

    def _named_example(self, subject: str, media: At | None, name: str) -> Json:
        """The value of an example of the document."""
        listed = media.find("examples") if media else None
        example = self._documents.follow(listed.find(name)) if listed else None
        if media is not None and example is not None:
            for word in ("dataValue", "value", "serializedValue"):
                if word in example.words():
                    return example.data[word]
        declared = ", ".join(listed.words()) if listed else "none"
        raise AnswerMismatch(
            subject,
            (
                finding(
                    self._documents,
                    media,
                    f"there is no example {name!r}; the document has {declared}",
                ),
            ),
        )

    def _documented(
        self, subject: str, name: str, media: At
    ) -> tuple[tuple[bytes, ...], Json]:
        """The document's example, or an instance of the schema."""
        item, schema = media.find("itemSchema"), media.find("schema")
        is_stream = item is not None
        for example in self._examples(media):
            if schema is None or is_stream or self._fits(schema, example):
                return (), example
        if item is not None and "event-stream" in name:
            item = item.find("properties", "data", "contentSchema") or item
        target = item or schema
        if "event-stream" in name and not is_stream:
            return (), [{"free": "form"}]
        kind = kind_of(name)
        if target is None or (kind == "bytes" and not is_stream):
            if kind == "json":
                return (), {"free": "form"}
            return (b"text" if kind == "text" else b"\x00bytes",), NOT_GIVEN
        if "xml" in name:
            return (b"<text/>",), NOT_GIVEN
        value = self._instance(subject, target)
        if kind == "text" and not is_stream and not isinstance(value, str):
            value = json.dumps(value)
        return (), [value] if is_stream else value

    def _instance(self, subject: str, schema: At) -> Json:
        """An instance of a schema."""
        with suppress(Impossible):
            return self._synthesiser.make(schema, Variant.EXAMPLE)
        with suppress(Impossible):
            # For schemas without valid instances, such as a oneOf whose branches are all the same.
            return self._synthesiser.nearest(schema)
        message = (
            "no instance of the schema was found; say what is answered with answers()"
        )
        raise AnswerMismatch(subject, (finding(self._documents, schema, message),))

    def _fits(self, schema: At, value: Json) -> bool:
        try:
            return self._schemas.is_valid(self._schemas.at(schema), value)
        except Unusable:
            return True

    def _examples(self, owner: At) -> list[Json]:
        return examples_beside(self._documents, owner)

    def _ended(
        self,
        operation: OperationObject,
        media: At | None,
        value: Json,
        sent: dict[str, Json],
    ) -> Json:
        """The value; the last page, if the operation has pages."""
        schema = media.find("schema") if media else None
        if schema is None:
            return value
        return last_page(operation, value, sent, lambda v: self._fits(schema, v))

    # -------------------------------------------------------------- headers
    def _headers(self, response: At | None, answer: Answer) -> list[tuple[str, str]]:
        """The headers of the user, and those that the document requires."""
        headers = list(answer.headers.items())
        names = {name.lower() for name in answer.headers}
        declared = response.find("headers") if response else None
        for name in declared.words() if declared else ():
            at = self._documents.follow(declared.child(name)) if declared else None
            if (
                at is None
                or name.lower() in names
                or at.words().get("required") is not True
            ):
                continue
            text = self._header(at)
            if text is not None:
                headers.append((name, text))
        return headers

    def _header(self, at: At) -> str | None:
        """A value for a header; None where there is none that can be sent."""
        schema = at.find("schema")
        value: Any = next(iter(self._examples(at)), NOT_GIVEN)
        if value is NOT_GIVEN and schema is not None:
            try:
                value = self._synthesiser.make(schema, Variant.EXAMPLE, flat=True)
            except Impossible:
                return None
        if value is NOT_GIVEN or is_object(value):
            return None
        listed = value if is_array(value) else [value]
        texts = [v if isinstance(v, str) else json.dumps(v) for v in listed]
        text = ",".join(texts)
        return text if text.isascii() and text.isprintable() else None
