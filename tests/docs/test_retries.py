"""The table of what is sent again is true of every status."""

from __future__ import annotations

import re

import pytest

from clientpress.runtime.calls.retry import decide
from tests.docs.test_pages import ROOT

PAGE = (ROOT / "docs" / "calls.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| (yes|no) \| \**(yes|no)\** \|$", PAGE, re.MULTILINE)


def again(status: int, *, idempotent: bool) -> str:
    """Whether a call is made again after an answer with this status."""
    delay = decide(
        outcome=status,
        idempotent=idempotent,
        attempt=1,
        retries=1,
        wait=None,
        remaining=None,
        random=0.5,
    )
    return "no" if delay is None else "yes"


@pytest.mark.parametrize("status", range(400, 600))
def test_the_page_says_what_is_sent_again(status: int) -> None:
    fitting = [row for row in ROWS if re.search(rf"\b{status}\b(?! with)", row[0])]
    fitting += [row for row in ROWS if row[0] == "any other status"]
    _, if_idempotent, if_not = fitting[0]
    assert again(status, idempotent=True) == if_idempotent
    assert again(status, idempotent=False) == if_not
