"""The documentation names every option, column and event type, and the README's commands are those that are run."""

import re
from pathlib import Path

import click
import pytest
from samples import report

from communique.records import PART_KINDS
from communique.views.cli import main
from communique.views.export import event_record, participant_record, place_record, relation_record, report_record

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text(encoding="utf-8")
TYPES = """
    AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT
""".split()


def options() -> list[str]:
    commands = main.commands.values()
    return sorted({option for command in commands for one in command.params if isinstance(one, click.Option) for option in one.opts})


def columns() -> list[str]:
    whole, event = report_record(report()), event_record(report().events[0])
    rows = [whole, event, relation_record(report().relations[0]), whole["parts"][0], whole["carriers"][0], whole["mentions"][0]]
    rows += [participant_record(report().events[0].actors[0]), place_record(report().events[0].place), event["trigger"], event["sentence"]]
    return sorted({column for row in rows for column in row})


@pytest.mark.parametrize("name", [*options(), *columns(), *PART_KINDS, *TYPES])
def test_it_is_in_the_documentation(name: str):
    assert f"`{name}`" in DOCS


def test_the_read_me_has_two_commands_of_set_up():
    commands = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)

    assert commands == [
        "python -m pip install . && communique read examples/report.txt",
        "python -m pip install '.[dev]' && python -m pytest",
    ]


def test_the_automatic_checks_run_the_test_command_of_the_read_me():
    assert "\npython -m pip install '.[dev]' && python -m pytest\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "communique/model/model.onnx").exists(), reason="communique/model/model.onnx is absent")
def test_the_read_me_shows_what_a_run_prints():
    from tools.update_readme import updated

    assert updated(README) == README
