"""`make demo` as users see it: in a terminal, without one, when something is wrong, and when they stop it."""

from __future__ import annotations

import ast
import os
import pty
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "tests.demo"]
SECONDS = 600
MOST_LINES = 120
WIDEST = 100
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

SECTIONS: dict[str, list[str]] = {
    "clientpress": [
        r"made = generate\(SPECS / f\"\{name\}\.yaml\", folder / name, features=\[\"capture\"\]\)",
        r"Wood Wide AI Inference API +woodwide +15 +\d+ +\d+\.\d\n",
        r"Open Inference Protocol +open_inference +18 +\d+ +\d+\.\d\n",
        r"xAI Batches API +xai_batches +12 +\d+ +\d+\.\d\n",
        r"Mithril Batch Inference API +mithril +10 +\d+ +\d+\.\d\n",
        r"ok the four packages are imported from where they were generated\n",
    ],
    "Wood Wide AI": [
        r"client\.datasets\.create\(file=CUSTOMERS",
        r"client\.models\.infer_batch\(",
        r"client\.jobs\.results_table\(job\.job_id, Cluster\)",
        r" 0   Ada, Countess +410\.5 +2   Says \"maybe\"",
        r" 2   Cy \"Jr\" Orr +288 +1   Low spend, recent sign-up",
        r" 4   Ed +15 +0   High spend, long tenure",
        r"ok JSON, CSV and Parquet hold the same table of 6 rows\n",
        r"client\.models\.infer\(model, Embedding",
        r"name +dim_0 +dim_1 +dim_2 +dim_3",
        r"Bob +\+0\.003 +-0\.770 +-0\.242 +\+0\.969",
        r"ok 6 vectors of 4 components",
        r"ok the host of the files was given no key\n",
    ],
    "Open Inference Protocol": [
        r"client\.infer\(\"summer\", \{\"x\": x\}, binary=True\)",
        r"client\.model\(\"summer\", \"1\"\)",
        r"as_json +application/json +\d+ +2   \[60\.0, 150\.0\]",
        r"as_bytes +application/octet-stream +\d+ +2   \[60\.0, 150\.0\]",
        r"by_model +application/octet-stream +\d+ +1   \[6\.0, 15\.0\]",
        r"ok JSON and bytes hold the same tensor\n",
        r"ok version 1 makes plain sums\n",
        r"Input 'x' has the shape \[1, 2\]",
        r"ok what does not fit is refused before it is sent\n",
    ],
    "xAI Batches": [
        r"client\.batches\.create\(name=\"arithmetic\"\)",
        r"client\.batches\.wait\(",
        r"q1   What is 12 \+ 97\?   echo: What is 12 \+ 97\? +18",
        r"q3   What is 56 \+ 53\?   bad model \(3\) +-",
        r"q6   What is 34 \* 75\?   bad model +-",
        r"q8   What is 78 \* 31\?   echo: What is 78 \* 31\? +18",
        r"ok 6 succeeded, 2 failed, none is missing\n",
        r"ok 8 results came in 3 pages\n",
    ],
    "Mithril Batch Inference": [
        r"ran = client\.batches\.run\(requests",
        r"joined = join\(ran, requests\)",
        r"r1   Name a colour\. +Succeeded   echo: Name a colour\.",
        r"r2   too long +Failed +max_tokens is too large",
        r"r4   lost +Failed +The model did not answer\. \(server_error\)",
        r"r6   twice +Succeeded   echo: twice",
        r"ok 4 succeeded, 2 failed, none is missing\n",
        r"ok the answer that came twice is told apart\n",
    ],
    "The end": [
        r"after \d+\.\d s",
        r"11 of 11 checks hold\.\n",
        r"Next: clientpress generate YOUR_DOCUMENT\.yaml",
    ],
}
"""What each part of the tour shows, in this order."""


def environment(folder: Path, columns: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    }
    return {
        **kept,
        "COLUMNS": str(columns),
        "TMPDIR": str(folder),
        "TERM": "xterm",
    }


def check(text: str, columns: int) -> None:
    """All parts are there with their lines in order, and neither too long nor too wide."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = "\n".join(lines)
    headings = re.findall(r"^(\S.*?)  .*─$", whole, re.MULTILINE)
    assert headings == list(SECTIONS)
    starts = [whole.index(f"\n{heading}  ") for heading in headings]
    for (heading, expected), start, end in zip(
        SECTIONS.items(), starts, [*starts[1:], len(whole)], strict=True
    ):
        part = whole[start:end]
        found = re.search(".*".join(expected), part, re.DOTALL)
        assert found, f"{heading}:\n{part}"
    assert "NOT SO" not in whole
    assert max(map(len, lines)) <= columns


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space in its path, for everything that is written."""
    made = tmp_path / "a folder"
    made.mkdir()
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project without its generated clients: the tour has to make its own."""
    made = tmp_path / "my project"
    made.mkdir()
    for name in ("specs", "tests"):
        (made / name).symlink_to(ROOT / name)
    return made


# ------------------------------------------------------------------ from the beginning to the end
def test_without_a_terminal(folder: Path, project: Path) -> None:
    done = subprocess.run(
        COMMAND,
        cwd=project,
        env=environment(folder, 80),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    check(done.stdout, 80)
    lines = done.stdout.splitlines()
    assert "\x1b" not in done.stdout
    assert len(lines) <= MOST_LINES
    assert [line for line in lines if line != line.rstrip()] == []
    waits = {
        label: re.findall(rf"^  {label} +([\d/ ]+)$", done.stdout, re.MULTILINE)
        for label in ("ingest", "json", "csv", "parquet", "wait", "run")
    }
    percent = ["33/100 67/100 100/100"]
    assert waits == {
        **dict.fromkeys(("ingest", "json", "csv", "parquet"), percent),
        "wait": ["2/8 4/8 6/8 8/8"],
        "run": ["2/6 3/6 5/6 6/6"],
    }
    assert list(folder.iterdir()) == []
    shown_is_source(done.stdout)


def shown_is_source(text: str) -> None:
    """What is shown as code stands in the tour's own source, and is valid."""
    blocks = re.findall(r"(?:^  │.*\n)+", text, re.MULTILINE)
    assert len(blocks) == 8
    sources = [path.read_text("utf-8") for path in (ROOT / "tests/demo").glob("*.py")]
    for block in blocks:
        code = re.sub(r"^  │ ?", "", block, flags=re.MULTILINE)
        assert ast.parse(code).body
        inside = textwrap.indent(code, "    ")
        assert any(inside in source for source in sources), code


def test_in_a_terminal(folder: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=environment(folder, 120),
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        text = read(ours)
        assert process.wait(SECONDS) == 0, text
    check(text, WIDEST)
    plain = _ESCAPES.sub("", text)
    for total in (8, 6):  # the requests of the two batches
        shown = [int(number) for number in re.findall(rf"(\d+)/{total}\b", plain)]
        assert shown == sorted(shown)
        assert set(shown) >= set(range(1, total + 1))  # the bar moves
    assert "\x1b[?25h" in text  # the cursor is there again


def test_what_is_not_as_it_should_be_is_said(folder: Path, tmp_path: Path) -> None:
    """A server that writes another table as CSV, sums wrong, and answers what it should not."""
    spoilt = """
        from dataclasses import replace
        from tests.fakes import mithril_answers, open_inference_models, woodwide_tables

        write = woodwide_tables._csv
        woodwide_tables._csv = lambda *given: write(*given).replace(b"Low", b"low")
        models = open_inference_models.MODELS
        models["summer"] = replace(models["summer"], versions=("2", "1"))
        del mithril_answers._OUTCOMES["lost"]
    """
    done = run_main(folder, tmp_path, spoilt)
    assert (done.returncode, done.stderr) == (1, "")
    said = re.findall(r"NOT SO: (.*)", done.stdout)
    assert said == [
        "JSON, CSV and Parquet hold the same table of 6 rows",
        "JSON and bytes hold the same tensor",
        "5 succeeded, 1 failed, none is missing",
    ]
    assert "8 of 11 checks hold." in done.stdout


def run_main(
    folder: Path, tmp_path: Path, before: str
) -> subprocess.CompletedProcess[str]:
    """Run the tour's `main` as `python -m` does, after some other code."""
    code = textwrap.dedent(before) + textwrap.dedent("""
        import sys
        from tests.demo.__main__ import main

        sys.exit(main())
    """)
    (tmp_path / "changed_tour.py").write_text(code, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "changed_tour"],
        cwd=tmp_path,
        env={**environment(folder, 80), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


# ------------------------------------------------------------------ stopped by the user
@pytest.mark.parametrize("reached", ["clientpress", "Wood Wide", "Mithril"])
def test_stopped_by_the_user(folder: Path, reached: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", *COMMAND[1:]],
        cwd=ROOT,
        env=environment(folder, 80),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stderr
        assert any(line.startswith(reached) for line in process.stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
        assert process.stdout.read().endswith("\nStopped.\n")
        assert process.stderr.read() == ""
    assert list(folder.iterdir()) == []


MOMENTS = {
    "anywhere": "interrupt()",
    # The interpreter remembers a KeyboardInterrupt from here, and would die of the signal.
    "exec": "exec('interrupt()', globals())",
    # What is raised in these is printed and forgotten.
    "finaliser": "Finalised()",
    "weak reference": "thing = Thing(); seen = ref(thing, lambda _: interrupt()); del thing",
    "finaliser in exec": "exec('Finalised()', globals())",
    "twice": """
try:
    interrupt()
finally:
    interrupt()
    print("tidied")
""",
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_stopped_at_any_moment(folder: Path, tmp_path: Path, moment: str) -> None:
    """The tour is replaced by what is interrupted, and would then go on for a minute."""
    stub = f"""
import signal, sys, time, types
from weakref import ref

class Thing: pass

class Finalised:
    def __del__(self): interrupt()

def interrupt(): signal.raise_signal(signal.SIGINT)

def tour(folder):
    (folder / "client.py").write_text("")
{textwrap.indent(moment.strip(), "    ")}
    time.sleep(60)

sys.modules["tests.demo.tour"] = types.ModuleType("tour")
sys.modules["tests.demo.tour"].tour = tour
"""
    done = run_main(folder, tmp_path, stub)
    tidied = "tidied\n" if "tidied" in moment else ""
    assert (done.returncode, done.stdout) == (130, f"{tidied}\nStopped.\n")
    assert done.stderr == ""
    assert list(folder.iterdir()) == []


def read(terminal: int) -> str:
    """All that is written to a terminal."""
    chunks: list[bytes] = []
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other side is closed
            chunk = b""
        if not chunk:
            os.close(terminal)
            return b"".join(chunks).decode()
        chunks.append(chunk)
