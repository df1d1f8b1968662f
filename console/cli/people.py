"""`aliquot people`: who may sit at the desk, and their keys."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from aliquot.console.cli.answers import done_or_raise, read_views
from aliquot.console.cli.output import say
from aliquot.console.clock import SystemClock
from aliquot.console.domain.commands import AddPerson
from aliquot.console.domain.people import Role
from aliquot.console.problems import EXIT_USAGE, KnownProblem, in_words
from aliquot.console.profile import Profile


@click.group()
def people() -> None:
    """People, roles and their keys."""


@people.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What the person may do.",
)
@click.option(
    "--password-file",
    required=True,
    metavar="F",
    help="File whose first line is the password; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="The new person as JSON.")
@click.pass_context
def add(
    ctx: click.Context, name: str, role: str, password_file: str, as_json: bool
) -> None:
    """Add NAME with an Ed25519 key that the password seals.

    \b
    Examples:
      aliquot people add 'Ann Lee' --role dispatcher --password-file ann.txt
      pass show desk | aliquot people add Ann --role supervisor --password-file -
    """
    from aliquot.console.remote import carry_out

    profile = Profile.open(ctx.obj["profile"])
    command = AddPerson(name=name, role=role, password=read_password(password_file))
    result = done_or_raise(carry_out(profile, SystemClock(), command))
    if as_json:
        said = {"person_id": result["person_id"], "name": result["name"], "role": role}
        click.echo(json.dumps(said))
    else:
        say(f"Added {result['name']}, {role}.")


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="One person a line as JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List who was added, in that order.

    \b
    Examples:
      aliquot people list
      aliquot people list --json
    """
    with read_views(Profile.open(ctx.obj["profile"])) as views:
        for row in views.people() if views is not None else ():
            if as_json:
                said = {
                    "person_id": row.person_id,
                    "name": row.name,
                    "role": row.role,
                    "public_key": row.public_key.hex(),
                }
                click.echo(json.dumps(said))
            else:
                click.echo(f"{row.name}\t{row.role}")


def read_password(file: str) -> str:
    """The first line of a file, or of standard input for ``-``. Raises
    ``KnownProblem`` ``no_password`` (exit 2)."""
    try:
        if file == "-":
            text = sys.stdin.readline()
        else:
            text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        text = f"The password file {file} cannot be read: {in_words(why)}."
        raise KnownProblem("no_password", text, EXIT_USAGE) from why
    lines = text.splitlines()
    if not lines or not lines[0]:
        text = (
            f"The password file {file} is empty: write the password on its first line."
        )
        raise KnownProblem("no_password", text, EXIT_USAGE)
    return lines[0]
