"""The script that writes the output in README.md and docs/coding.md."""

from pathlib import Path

import pytest

from tools import update_readme


def test_a_block_that_shows_a_file_holds_the_file():
    before = "Text.\n<!-- show: examples/report.txt -->\n```text\nbygone\n```\nMore.\n"
    after = update_readme.updated(before)

    assert "bygone" not in after
    assert after.startswith("Text.\n<!-- show: examples/report.txt -->\n```text\nChile and Peru sign accord on migration in Lima\n")
    assert after.endswith("from the Andes.\n```\nMore.\n")
    assert update_readme.updated(after) == after


def test_a_record_is_shown_one_key_a_line():
    assert update_readme.one_key_a_line('{"type":"AID","actors":[]}') == '{"type": "AID",\n "actors": []}'


def test_a_command_is_run_for_its_output(tmp_path: Path):
    assert update_readme.made("run", "communique --version", tmp_path) == "communique 0.1.0\n"


def test_every_page_is_checked_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stale = "<!-- run: communique --version -->\n```text\nbygone\n```\n"
    fresh = update_readme.updated(stale)
    pages = (tmp_path / "one.md", tmp_path / "two.md")
    monkeypatch.setattr(update_readme, "PAGES", pages)
    for page, text in zip(pages, (fresh, stale), strict=True):
        page.write_text(text, encoding="utf-8")

    assert update_readme.main(["--check"]) == 1
    assert pages[1].read_text(encoding="utf-8") == stale
    assert update_readme.main([]) == 0
    assert [page.read_text(encoding="utf-8") for page in pages] == [fresh, fresh]
    assert update_readme.main(["--check"]) == 0
