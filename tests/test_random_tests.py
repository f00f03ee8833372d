"""What random tests promise: the same examples from the same seed, and an end of each of them."""

from __future__ import annotations

import re

import pytest

PLUGIN = """
    import tests.random_tests

    tests.random_tests.SECONDS = 1
    tests.random_tests.MEGABYTES = 300
    pytest_plugins = ["tests.random_tests"]
"""


@pytest.fixture
def made(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder of tests with the plugin."""
    root = pytester._request.config.rootpath  # pyright: ignore[reportPrivateUsage]
    pytester.makepyprojecttoml(f'[tool.pytest.ini_options]\npythonpath = ["{root}"]')
    pytester.makeconftest(PLUGIN)
    return pytester


def run(made: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return made.runpytest_subprocess(*arguments, timeout=300)


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("while True: pass", "TooMuch: more than 1 s of CPU time"),
        (
            "while True: kept.append(bytes(1_000_000))",
            "TooMuch: more than 300 MB of memory",
        ),
        ("kept.append(bytes(4_000_000_000))", "TooMuch: more than 300 MB of memory"),
    ],
    ids=["time", "memory", "memory at once"],
)
def test_an_example_that_explodes_ends_and_is_named(
    made: pytest.Pytester, workers: str, work: str, said: str
) -> None:
    made.makepyfile(f"""
        from hypothesis import given, strategies as st

        @given(found=st.lists(st.just("explosive"), min_size=2, max_size=2))
        def test_explosion(found):
            kept = []
            {work}

        def test_that_comes_after():
            bytes(400_000_000)
    """)
    result = run(made, "-n", workers)
    result.assert_outcomes(passed=1, failed=1)
    told = result.stdout.str()
    for line in (
        f"    {work}\n",  # where it was
        said,
        "The example:",
        "found = ['explosive', 'explosive']",
    ):
        assert line in told
    assert re.search('make test SEED=[0-9]+ TESTS="[^"]+::test_explosion"', told)


EXAMPLES = """
    from hypothesis import given, strategies as st

    WORDS = ["a constant of the module", "another"]

    @given(st.text(), st.integers(), st.sets(st.text(max_size=3)))
    def test_a(text, number, some):
        with open("seen_a", "a") as file:
            print(ascii(text), number, sorted(some), file=file)

    @given(st.floats())
    def test_b(number):
        with open("seen_b", "a") as file:
            print(number, file=file)
"""


def seen(made: pytest.Pytester, *arguments: str) -> tuple[str, str]:
    """The seed that a run told, and the examples of the first test."""
    result = run(made, *arguments)
    told = re.findall(r"SEED=(\d+)", result.stdout.str())
    assert len(told) == 2  # at the start and at the end
    assert told[0] == told[1]
    result.assert_outcomes(passed=1 if "test_a" in " ".join(arguments) else 2)
    path = made.path / "seen_a"
    text = path.read_text()
    path.unlink()
    return told[0], text


def test_a_seed_repeats_the_examples_alone_and_in_workers(
    made: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs of CI as well, in which hypothesis would take the same ones for ever."""
    monkeypatch.setenv("CI", "true")
    file = made.makepyfile(test_examples=EXAMPLES)
    seed, first = seen(made, "-n", "2", file.name)
    alone = seen(made, "-n", "0", f"--hypothesis-seed={seed}", f"{file.name}::test_a")
    assert alone == (seed, first)
    another, others = seen(made, "-n", "2", file.name)
    assert another != seed
    assert others != first
