"""What the documentation shows runs, and prints what the documentation says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import black
import pytest

from tests.docs.pages import blocks_of, run, said_in

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "docs/calls.md",
        ROOT / "docs/decoders.md",
        ROOT / "docs/scale.md",
        ROOT / "docs/security.md",
        ROOT / "docs/testing.md",
        *ROOT.glob("docs/clients/*.md"),
        *ROOT.glob("generated/*/README.md"),
    ]
)
OURS = [page for page in PAGES if page.is_relative_to(ROOT / "docs")]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def question(number: int) -> dict[str, Any]:
    """A request of a batch for xAI."""
    chat = {"model": "grok-4", "messages": [{"role": "user", "content": "Hi"}]}
    return {
        "batch_request_id": f"q{number}",
        "batch_request": {"chat_get_completion": chat},
    }


GIVEN: dict[str, Callable[[], dict[str, Any]]] = {
    "README.md": lambda: {"requests": [question(number) for number in range(5)]}
}
"""What a page takes for granted."""


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_does_what_it_says(page: Path) -> None:
    given = GIVEN.get(name_of(page), dict)()
    blocks = page.read_text(encoding="utf-8").count("```python")
    assert len(blocks_of(page)) == blocks > 0
    wrong = run(page, given)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", OURS, ids=name_of)
def test_every_output_is_on_the_page(page: Path) -> None:
    silent = [s.first for b in blocks_of(page) for s in said_in(b) if not s.lines]
    assert silent == [], "a print without its output"


@pytest.mark.parametrize("page", OURS, ids=name_of)
def test_the_blocks_are_formatted(page: Path) -> None:
    for block in blocks_of(page):
        assert black.format_str(block.source, mode=black.Mode()) == block.source


# ------------------------------------------------------------------ the harness itself
PAGE = """
Text.

```python
numbers = [1, 2]
for number in numbers:
    print(number)
# {each}
```

```sh
no python
```

```python
print(sum(numbers))  # {all}
if not numbers:
    print("never")  # {never}
print("nobody says anything")
```
"""


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"each": "1\n# 2", "all": "3", "never": "…"}, [19]),
        ({"each": "1\n# 2", "all": "4", "never": "x"}, [17, 19]),
        ({"each": "1", "all": "3", "never": "x"}, [7, 18]),
        ({"each": "1\n# …", "all": "…", "never": "x"}, [19]),
        ({"each": "1\n# 2\n# 3", "all": "3", "never": "x"}, [7, 20]),
    ],
)
def test_what_is_not_printed_is_noticed(
    tmp_path: Path, said: dict[str, str], wrong: list[int]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.format(**said), encoding="utf-8")
    found = [int(each.split(":")[1]) for each in run(page, {})]
    assert found == wrong


def test_an_exception_shows_the_line_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("One\n\n```python\n\n1 / 0\n```\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError) as caught:
        run(page, {})
    assert caught.traceback[-1].lineno == 4
    assert str(caught.traceback[-1].path) == str(page)
