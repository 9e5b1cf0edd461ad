"""Exporting: the command that writes a ledger in the layouts of other programs and event data sets.

Contract: as `communique/views/cli.py`: exit codes are 0 done, 1 failed, 2 wrong usage, 130 ended by Ctrl-C; faults go to standard error.
Only click is imported with this module; the rest is when the command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from communique.views.asking import asked, given
from communique.views.faults import failing
from communique.views.keeping import LEDGER

FORMATS = ("tidy", "polecat", "gdelt", "icews", "panel", "stata", "plover", "jsonld", "duckdb")


@click.command()
@LEDGER
@asked
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="The layout; see docs/exporting.md.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), required=True, metavar="OUT", help="The file or folder to write.")
@click.option("--texts", is_flag=True, help="Write the texts of reports too, where the layout can hold them: tidy, duckdb.")
@click.option("--overwrite", is_flag=True, help="Write over an earlier export.")
def export(ledger: Path, form: str, out: Path, texts: bool, overwrite: bool, **options: Any) -> None:
    """Write events in the layout of another program or event data set.

    tidy, gdelt and panel are folders, the others files. The options that narrow events down are those of `communique events`.

    \b
    Examples:
      communique export ledger/ --format tidy -o tables/
      communique export ledger/ --format polecat --since 2022 -o events.txt
      communique export ledger/ --format panel --type AID -o panel/
      communique export ledger/ --format stata --actor IRN -o iran.dta
    """
    with failing("nothing is written"):
        from communique.exports.write import export as run
        from communique.views.progress import writing

        with writing(form) as step:
            events = run(ledger, form, out, texts=texts, overwrite=overwrite, step=step, **given(options))
        click.echo(f"{events:>12,}  events written to {out}")


COMMANDS = (export,)
