"""`./run demo`: fill an empty register with the demo company, or with a random register of any size."""

import os
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from registry.accounts.service.demo import DemoAccount, create_demo_people
from registry.core import clock, factstore
from registry.core.actor import Actor
from registry.core.db import db, reading, writing
from registry.core.work import work
from registry.demo.company import build_company
from registry.demo.generator import generate
from registry.demo.people import DOMAIN
from registry.domain.register.facts import Register
from registry.models.accounts import Person
from registry.models.vendors import Vendor
from registry.portfolio.work import enqueue_portfolio
from registry.settings import current_settings

__all__ = ["ACCOUNTS_FILE", "demo", "is_empty", "load"]

ACCOUNTS_FILE = "demo-accounts.txt"  # also read by the bootstrap, which cannot import this
DEMO_ZONE = "Europe/Dublin"


@click.command(help="Fill an empty register with the demo company, or with random facts.")
@click.option(
    "--vendors", type=click.IntRange(min=2), help="Random facts instead of the demo company: so many vendors."
)
@click.option("--flows", type=click.IntRange(min=0), help="So many flows, with --vendors (default ten per vendor).")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed gives other random facts.")
@click.option("--if-empty", is_flag=True, help="Do nothing, and say so, when the register holds something already.")
@with_appcontext
def demo(vendors: int | None, flows: int | None, seed: int, *, if_empty: bool) -> None:
    """Fill the register; the people of the demo company come along in both cases."""
    if not is_empty():
        message = "The register is not empty; nothing was added. Use another folder: ./run --data DIR"
        if not if_empty:
            raise click.ClickException(message)
        click.echo(message, err=True)
        return
    if flows is not None and vendors is None:
        raise click.UsageError("--flows needs --vendors.")
    today = clock.today(DEMO_ZONE)
    if vendors is None:
        register = build_company(today)
    else:
        register = generate(vendors=vendors, flows=10 * vendors if flows is None else flows, seed=seed, today=today)
    accounts_file = current_settings().data_dir / ACCOUNTS_FILE
    load(register, accounts_file)
    counts = f"{len(register.vendors):,} vendors, {len(register.flows):,} flows"
    click.echo(f"{register.organisation.name}: {counts}. Sign-ins: {accounts_file}", err=True)


def is_empty() -> bool:
    """Whether nobody can sign in and no vendor is registered."""
    with reading():
        counts = [db.session.scalar(select(func.count()).select_from(model)) for model in (Person, Vendor)]
    return not any(counts)


def load(register: Register, accounts_file: Path) -> list[DemoAccount]:
    """Write the facts and the demo people in one act; the passwords go to a file that only this user can read."""
    with writing():
        try:
            with work(Actor.system("demo"), "register.fill") as w:
                accounts = create_demo_people(w, domain=DOMAIN, timezone=DEMO_ZONE)
                factstore.insert_register(w, register)
                enqueue_portfolio(w)  # worked out while the first visitor looks around
                write_accounts(accounts, accounts_file)  # before the commit: accounts without passwords help nobody
        except BaseException:
            accounts_file.unlink(missing_ok=True)
            raise
    return accounts


def write_accounts(accounts: list[DemoAccount], file: Path) -> None:
    """Write one line per sign-in: role, address, password."""
    width = max(len(account.email) for account in accounts) + 2
    lines = [f"{account.role:<16}{account.email:<{width}}{account.password}" for account in accounts]
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")
