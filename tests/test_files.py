"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from daokit.errors import UsageError
from daokit.files import write_whole


def test_a_file_takes_the_place_of_another_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    path.write_text("old")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old")
    with pytest.raises(UsageError, match=r"cannot be written .*name a file in a folder of yours"):
        write_whole(tmp_path / "nowhere" / "there", "new")
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(tmp_path / "there" / "below", "new")
    assert (tmp_path / "there").read_text() == "old"
