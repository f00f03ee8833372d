"""What a package has beside its calls: what was asked for, and nothing of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientpress import InputError, generate
from clientpress.plan.features import FEATURES
from tests.generator.making import document, operation, write

PETS = document({}, {"/pets": {"get": operation(operationId="listPets")}})


def files(folder: Path, *features: str) -> dict[str, str]:
    made = generate(write(folder, PETS), folder / "client", features=features)
    return made.build.files


def test_a_package_has_nothing_that_nobody_asked_for(tmp_path: Path) -> None:
    made = files(tmp_path)
    for feature in FEATURES.values():
        for name in feature.exports:
            assert f'"{name}"' not in made["__init__.py"]
    for module in ("capture", "drift", "map_calls", "tracing"):
        assert f"_runtime/calls/{module}.py" not in made


@pytest.mark.parametrize("word", FEATURES)
def test_a_package_has_what_was_asked_for(tmp_path: Path, word: str) -> None:
    made, feature = files(tmp_path, word), FEATURES[word]
    for name in feature.exports:
        assert f'"{name}": "_runtime.{feature.module}"' in made["__init__.py"]
    assert f"_runtime/{feature.module.replace('.', '/')}.py" in made
    if feature.observer:
        assert f'observers=("{feature.observer}",)' in made["client.py"]
        assert f"_runtime/calls/{feature.observer}.py" in made


def test_a_feature_that_is_asked_for_twice_observes_once(tmp_path: Path) -> None:
    made = files(tmp_path, "capture", "capture")
    assert 'observers=("capture",)' in made["client.py"]


def test_a_feature_that_there_is_none_of(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no feature 'maps'"):
        files(tmp_path, "maps")
    assert not (tmp_path / "client").exists()
