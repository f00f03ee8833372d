"""Run an app on a free port of this machine: `python serve.py MODULE`.

The port is printed when connections are taken. The server ends when its standard input does, so
however the process that started it ends, it is not left behind.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys
import threading
from typing import Any


def main(name: str) -> None:
    app = importlib.import_module(name)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=_end_with_input, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads what is said later
    if hasattr(app, "wsgi"):
        _serve_wsgi(app.wsgi, listener)
    else:
        _serve_asgi(app.app, listener)


def _serve_asgi(app: Any, listener: socket.socket) -> None:
    import uvicorn

    # Connections wait for as long as the tests do between two calls.
    config = uvicorn.Config(app, timeout_keep_alive=3600)
    uvicorn.Server(config).run(sockets=[listener])


def _serve_wsgi(app: Any, listener: socket.socket) -> None:
    from werkzeug.serving import make_server

    host, port = listener.getsockname()
    make_server(host, port, app, threaded=True, fd=listener.fileno()).serve_forever()


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
