"""The demo deletes only what it made itself."""

from pathlib import Path

import pytest

from demo.folder import MARK, FolderError, prepare


def test_a_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "a" / "b")
    assert folder.emails.is_dir()
    assert (folder.path / MARK).is_file()


def test_an_earlier_demo_is_deleted(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "demo")
    (folder.emails / "old.eml").write_text("old")
    assert list(prepare(tmp_path / "demo").emails.iterdir()) == []


@pytest.mark.parametrize("mark", [None, "", "something else"])
def test_a_folder_of_someone_else_stays(tmp_path: Path, mark: str | None) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    if mark is not None:
        (tmp_path / MARK).write_text(mark)
    with pytest.raises(FolderError, match="--folder"):
        prepare(tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    assert prepare(tmp_path).path == tmp_path.resolve()


def test_a_file_and_a_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderError, match="not a folder"):
        prepare(tmp_path / "file")
    target = prepare(tmp_path / "real").path
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(FolderError, match="not a folder"):
        prepare(tmp_path / "link")
    assert (target / MARK).exists()
