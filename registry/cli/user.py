"""`./run user`: accounts from the machine itself, for the first administrator and for whoever is locked out."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from registry.accounts import queries, service
from registry.accounts.service.second_factors import reset_second_factor
from registry.core.actor import Actor, Role
from registry.core.db import writing
from registry.core.errors import CoreError
from registry.core.permissions import PersonFunction
from registry.settings import current_settings

__all__ = ["user"]

user = AppGroup("user", help="People who sign in.")
ACTOR = Actor.system("command line")
LINK_PATH = "/sign-in/link/"


@user.command("add")
@click.argument("email")
@click.option("--name", prompt="Name", help="As shown on pages and in the audit log.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), help="May be repeated."
)
@click.option(
    "--function",
    "functions",
    multiple=True,
    type=click.Choice([f.value for f in PersonFunction]),
    help="What the person stands for in an incident; can repeat.",
)
@click.option("--password", "ask_password", is_flag=True, help="Ask for a password here instead of printing a link.")
def add(email: str, name: str, roles: tuple[str, ...], functions: tuple[str, ...], *, ask_password: bool) -> None:
    """Add a person; without --role they become an administrator. Prints a one-time link to choose a password."""
    details = service.PersonDetails(
        name=name,
        email=email,
        roles=frozenset(Role(role) for role in roles) or frozenset({Role.ADMINISTRATOR}),
        functions=frozenset(PersonFunction(function) for function in functions),
    )
    with _said(), writing():
        _, token = service.add_person(ACTOR, details)
        if ask_password:
            service.use_link(token, click.prompt("Password", hide_input=True, confirmation_prompt=True))
            click.echo(f"{name} is added and signs in with {email}.")
        else:
            _tell_link(name, token)


@user.command("list")
@click.option("--all", "with_disabled", is_flag=True, help="Disabled accounts too.")
def list_people(*, with_disabled: bool) -> None:
    """List the people who can sign in."""
    for person in queries.people(with_disabled=with_disabled):
        marks = [mark for mark, holds in _marks(person) if holds]
        click.echo("\t".join([person.email, person.name, person.role_words, ", ".join(marks)]))


@user.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a one-time link with which a person chooses a new password."""
    with _said(), writing():
        person = queries.person(queries.person_id_of(email))
        _tell_link(person.name, service.make_link(ACTOR, person.id))


@user.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Let a person try again at once after too many attempts."""
    with _said(), writing():
        service.unlock(ACTOR, queries.person_id_of(email))
        click.echo(f"{email} can try again.")


@user.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Take a lost second factor away; the person sets up a new one at the next sign-in."""
    with _said(), writing():
        reset_second_factor(ACTOR, queries.person_id_of(email))
        click.echo(f"The second factor of {email} is gone.")


@user.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Close an account and end its sessions."""
    with _said(), writing():
        service.disable_person(ACTOR, queries.person_id_of(email))
        click.echo(f"{email} is disabled.")


@user.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Open a closed account again."""
    with _said(), writing():
        service.enable_person(ACTOR, queries.person_id_of(email))
        click.echo(f"{email} is enabled.")


def _tell_link(name: str, token: str) -> None:
    click.echo(f"Give {name} this link. It works once and is told only now:")
    click.echo(f"{current_settings().public_url}{LINK_PATH}{token}")


def _marks(person: queries.PersonView) -> list[tuple[str, bool]]:
    return [
        ("disabled", not person.is_active),
        ("no password yet", not person.has_password),
        ("second factor", person.has_second_factor),
    ]


@contextmanager
def _said() -> Iterator[None]:
    """Turn what the services refuse into a sentence and exit code 1."""
    try:
        yield
    except CoreError as error:
        raise click.ClickException(str(error)) from error
