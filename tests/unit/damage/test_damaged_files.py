"""If a file is damaged between two jobs, the next job reports it in one line with the file's name and the remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.damage import KINDS, flip, folder_instead, rejection
from tests.stored_study import MODEL, Study

DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "truncated end": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "flipped in the middle": flip,
    "flipped at the start": lambda path: flip(path, lambda _: 0),
    "flipped at the end": lambda path: flip(path, lambda size: size - 200),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a list": lambda path: path.write_text("[1]"),
    "an empty list": lambda path: path.write_text("[]"),
    "brackets": lambda path: path.write_text("[" * 100_000),
    "another text": lambda path: path.write_text("Not Found\n" * 100),
    "a folder": folder_instead,
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_undamaged_file_is_used(study: Study, kind: str) -> None:
    KINDS[kind].use(study)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_reported(study: Study, kind: str, damage: str) -> None:
    path = study.results / KINDS[kind].file
    DAMAGES[damage](path)
    message = rejection(study, KINDS[kind].use, path)
    if damage == "missing":
        assert "is missing: repeat the run to recreate it" in message
    elif damage == "a folder":
        assert "is a folder, expected" in message
        assert "remove this folder and repeat the run" in message
    else:
        assert "delete it and repeat the run to recreate it" in message


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.other])
def test_a_copy_of_another_file_is_reported(study: Study, kind: str) -> None:
    path, other = (study.results / str(file) for file in (KINDS[kind].file, KINDS[kind].other))
    assert path.read_bytes() != other.read_bytes()
    shutil.copy(other, path)
    rejection(study, KINDS[kind].use, path)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.file.endswith((".npy", ".npz"))])
def test_a_file_written_by_another_program_is_reported(study: Study, kind: str) -> None:
    path = study.results / KINDS[kind].file
    if path.suffix == ".npy":
        np.save(path, np.load(path))
    else:
        with np.load(path) as archive:
            arrays = dict(archive)
        np.savez(path, **arrays)
    assert "its checksum is missing" in rejection(study, KINDS[kind].use, path)


def test_the_advice_to_remove_a_folder_works(study: Study) -> None:
    path = study.results / f"models/{MODEL}/0/dynamic_int8.onnx"
    content = path.read_bytes()
    folder_instead(path)
    rejection(study, Study.evaluate, path)
    shutil.rmtree(path)
    study.quantize()
    assert path.read_bytes() == content
    study.evaluate()
