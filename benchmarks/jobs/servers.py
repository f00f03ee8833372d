"""Servers that answer at once, so that the time of a job is the time of its client.

    python -m benchmarks.jobs.servers batches|tensors

They print their address. One request in twenty of a batch fails at its first attempt.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

import numpy as np

Answer = tuple[str, list[bytes]]


class Handler(BaseHTTPRequestHandler):
    """Hands a request to a function of its path and body."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    answer: Callable[[str, Any, bytes], Answer]

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _reply(self, body: bytes) -> None:
        kind, parts = type(self).answer(self.path, self.headers, body)
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(sum(map(len, parts))))
        if kind == "application/octet-stream":
            self.send_header("inference-header-content-length", str(len(parts[0])))
        self.end_headers()
        for part in parts:
            self.wfile.write(part)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""


# ------------------------------------------------------------------ batches
class Batches:
    """Files and batches in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._files: list[bytes] = []
        self._jobs: list[dict[str, Any]] = []
        self._tried: set[str] = set()

    def answer(self, path: str, headers: Any, body: bytes) -> Answer:
        """Answer a request of the batch API."""
        with self._lock:
            _, _, name, *rest = path.partition("?")[0].split("/")
            if name == "files" and not rest:
                self._files.append(_file_in(body))
                return _json({"id": f"file-{len(self._files) - 1}", "object": "file"})
            if name == "files":
                number = int(rest[0].removeprefix("file-"))
                return "application/jsonl", [self._files[number]]
            if not rest:
                return _json(self._create(json.loads(body)["input_file_id"]))
            return _json(self._jobs[int(rest[0].removeprefix("batch-"))])

    def _create(self, file_id: str) -> dict[str, Any]:
        good, bad = list[bytes](), list[bytes]()
        lines = self._files[int(file_id.removeprefix("file-"))].splitlines()
        for line in lines:
            asked = json.loads(line)
            id = asked["custom_id"]
            fails = zlib.crc32(id.encode()) % 20 == 0 and id not in self._tried
            self._tried.add(id)
            (bad if fails else good).append(outcome_of(asked, fails))
        self._files += [b"\n".join(good), b"\n".join(bad)]
        job = {
            "id": f"batch-{len(self._jobs)}",
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "status": "completed",
            "input_file_id": file_id,
            "output_file_id": f"file-{len(self._files) - 2}",
            "error_file_id": f"file-{len(self._files) - 1}" if bad else None,
            "request_counts": {
                "total": len(lines),
                "completed": len(good),
                "failed": len(bad),
            },
        }
        self._jobs.append(job)
        return job


def outcome_of(asked: dict[str, Any], fails: bool) -> bytes:
    """The line of a result file for a request."""
    said = asked["body"]["messages"][0]["content"]
    message = {"role": "assistant", "content": f"echo: {said}"}
    chat = {
        "id": f"chat-{asked['custom_id']}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": asked["body"]["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10},
    }
    error = {"code": "server_error", "message": "The model did not answer."}
    line = {
        "id": f"line-{asked['custom_id']}",
        "custom_id": asked["custom_id"],
        "response": None if fails else {"status_code": 200, "body": chat},
        "error": error if fails else None,
    }
    return json.dumps(line).encode()


def _file_in(body: bytes) -> bytes:
    """The part `file` of a form."""
    boundary = body[: body.index(b"\r\n")]
    part = next(p for p in body.split(boundary) if b'name="file"' in p[:200])
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


def _json(value: object) -> Answer:
    return "application/json", [json.dumps(value).encode()]


# ------------------------------------------------------------------ tensors
def tensors(path: str, headers: Any, body: bytes) -> Answer:
    """Answer a request of the inference protocol: the sums of rows of three numbers."""
    if path == "/v2":
        extensions = ["binary_tensor_data"]
        return _json({"name": "triton", "version": "1", "extensions": extensions})
    slot = {"name": "x", "datatype": "FP32", "shape": [-1, 3]}
    if not path.endswith("/infer"):
        about = {"name": "summer", "versions": ["1"], "platform": "none"}
        total = {"name": "total", "datatype": "FP32", "shape": [-1]}
        return _json({**about, "inputs": [slot], "outputs": [total]})
    length = headers.get("inference-header-content-length")
    if length is None:
        rows = json.loads(body)["inputs"][0]["data"]
        x = np.asarray(rows, np.float32).reshape(-1, 3)
    else:
        x = np.frombuffer(body[int(length) :], np.float32).reshape(-1, 3)
    sums = x.sum(axis=1)
    output: dict[str, Any] = {"name": "total", "datatype": "FP32", "shape": [len(sums)]}
    answer = {"model_name": "summer", "outputs": [output]}
    if length is None:
        output["data"] = sums.tolist()
        return _json(answer)
    output["parameters"] = {"binary_data_size": sums.nbytes}
    head = json.dumps(answer).encode()
    return "application/octet-stream", [head, sums.tobytes()]


def serve(kind: str) -> Iterator[ThreadingHTTPServer]:
    """A server on a free port."""
    made = Batches().answer if kind == "batches" else tensors
    handler = type("Answering", (Handler,), {"answer": staticmethod(made)})
    ThreadingHTTPServer.request_queue_size = 128
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        yield server


if __name__ == "__main__":
    for running in serve(sys.argv[1]):
        print(f"http://127.0.0.1:{running.server_port}", flush=True)
        running.serve_forever()
