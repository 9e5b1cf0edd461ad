"""The documentation names every option, column and event type, and the README's commands are those that are run."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from samples import report

from communique.ledger.rows import event_record, participant_record, place_record, relation_record, report_record
from communique.ledger.schema import SCHEMAS
from communique.records import PART_KINDS
from communique.views.cli import main
from tools.update_readme import PAGES, updated

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text(encoding="utf-8")
TYPES = """
    AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT
""".split()


def commands(group: click.Group = main) -> Iterator[click.Command]:
    """All commands, those of groups within the group too."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands(command)
        else:
            yield command


def options() -> list[str]:
    given = (one for command in commands() for one in command.params if isinstance(one, click.Option))
    return sorted({option for one in given for option in (*one.opts, *one.secondary_opts)})


def columns() -> list[str]:
    whole, event = report_record(report()), event_record(report().events[0])
    rows = [whole, event, relation_record(report().relations[0]), whole["parts"][0], whole["carriers"][0], whole["mentions"][0]]
    rows += [participant_record(report().events[0].actors[0]), place_record(report().events[0].place), event["trigger"], event["sentence"]]
    return sorted({column for row in (*rows, *map(set, (schema.names for schema in SCHEMAS.values()))) for column in row})


def test_the_options_of_commands_within_groups_are_looked_at():
    assert {"read", "check", "add", "events"} <= {command.name for command in commands()}
    assert {"--jsonl", "--strict", "--examples", "--no-examples"} <= set(options())


@pytest.mark.parametrize("name", [*options(), *columns(), *PART_KINDS, *TYPES])
def test_it_is_in_the_documentation(name: str):
    assert f"`{name}`" in DOCS


def test_the_read_me_has_two_commands_of_set_up():
    assert re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL) == [
        "python -m pip install . && communique read examples/report.txt",
        "python -m pip install '.[dev]' && python -m pytest",
    ]


def test_the_automatic_checks_run_the_test_command_of_the_read_me():
    assert "\npython -m pip install '.[dev]' && python -m pytest\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_pages_with_output_of_runs_are_the_read_me_and_how_a_sentence_is_coded():
    assert [page.relative_to(ROOT).as_posix() for page in PAGES] == ["README.md", "docs/coding.md"]
    assert all("\n<!-- run: " in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "communique/model/model.onnx").exists(), reason="communique/model/model.onnx is absent")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_a_run_prints(page: Path):
    text = page.read_text(encoding="utf-8")

    assert updated(text) == text
