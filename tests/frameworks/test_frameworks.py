"""Apps in web frameworks that run, called by clients made of the documents that they write.

What an app is called with and answers, stands in `calls/`, one module a framework.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from tests.frameworks.calls import APPS
from tests.frameworks.environments import (
    FOLDER,
    FRAMEWORKS,
    NODE,
    PYTHON,
    Environment,
    command_of,
    main,
)
from tests.frameworks.laboratory import App, Call, Laboratory, as_text, laboratory

Open = Callable[[App], Laboratory]


def marks_of(app: App) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if FRAMEWORKS[app.name] is NODE else []


EACH_APP = [pytest.param(app, marks=marks_of(app), id=app.name) for app in APPS]
EACH_CALL = [
    pytest.param(
        app,
        call,
        marks=marks_of(app),
        id=f"{app.name} {call.operation}{call.case and ' '}{call.case}",
    )
    for app in APPS
    for call in app.calls
]


@pytest.fixture(scope="session")
def open_laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """The laboratory of an app: started when first asked for, ended with the session."""
    opened = dict[str, Laboratory]()
    with ExitStack() as stack:

        def opening(app: App) -> Laboratory:
            if app.name not in opened:
                folder = tmp_path_factory.mktemp(app.name)
                opened[app.name] = stack.enter_context(laboratory(app, folder))
            return opened[app.name]

        yield opening


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("app", "call"), EACH_CALL)
def test_a_call(open_laboratory: Open, app: App, call: Call, is_async: bool) -> None:
    running = open_laboratory(app)
    running.seen()
    came = running.call_async(call) if is_async else running.call(call)
    saw = running.seen()
    expected = [] if call.saw is None else [call.saw]
    assert as_text({"saw": saw, "came": came}) == as_text(
        {"saw": expected, "came": call.came}
    )


@pytest.mark.parametrize("app", EACH_APP)
def test_every_operation_is_called(open_laboratory: Open, app: App) -> None:
    called = {call.operation for call in app.calls}
    assert called == open_laboratory(app).operations


@pytest.mark.parametrize(
    "environment",
    [PYTHON, pytest.param(NODE, marks=pytest.mark.slow)],
    ids=["python", "node"],
)
def test_the_clients_are_clean(open_laboratory: Open, environment: Environment) -> None:
    """One run of mypy over all packages."""
    apps = [app for app in APPS if FRAMEWORKS[app.name] is environment]
    packages = [open_laboratory(app).package for app in apps]
    cache = FOLDER / f"mypy_{environment.name}"
    options = ["--strict", "--no-error-summary", f"--cache-dir={cache}"]
    mypy = [sys.executable, "-m", "mypy", *options, *map(str, packages)]
    done = subprocess.run(
        mypy, capture_output=True, text=True, check=False, cwd=packages[0].parent
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "name", ["fastapi", "smorest", pytest.param("hono", marks=pytest.mark.slow)]
)
def test_an_app_ends_with_who_started_it(name: str, tmp_path: Path) -> None:
    with Popen(command_of(name), stdin=PIPE, stdout=PIPE, cwd=tmp_path) as process:
        assert process.stdin and process.stdout
        assert process.stdout.readline().strip().isdigit()
        process.stdin.close()
        assert process.wait() == 0


def test_an_unknown_framework(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flusk"]) == 2
    assert "flusk: unknown; there are fastapi, litestar" in capsys.readouterr().err


def test_what_cannot_be_installed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(FRAMEWORKS, "hono", NODE._replace(ready=tmp_path / "no"))
    monkeypatch.setenv("PATH", "")
    assert main(["hono"]) == 1
    assert "hono: cannot be installed: there is no node" in capsys.readouterr().err
    with pytest.raises(pytest.skip.Exception, match="make frameworks FRAMEWORKS=hono"):
        command_of("hono")
