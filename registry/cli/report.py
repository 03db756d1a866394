"""`./run report audit`: make the pack of a quarter; `./run report verify`: check one; `./run report key`: public keys."""

from pathlib import Path

import click
from flask.cli import AppGroup

from importers.base import Unreadable
from registry.core.files import write_whole
from registry.domain.register.errors import DomainError
from reports.pack_check import NoPack, PackVerdict, Standing

__all__ = ["report"]

report = AppGroup("report", help="Audit packs: make one, check one.")
_EXIT_ALTERED, _EXIT_BAD_INPUT = 1, 2


@report.command("audit")
@click.option("--quarter", required=True, metavar="2026Q4", help="Which quarter.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it (default: beside you).")
def audit_command(quarter: str, out: Path | None) -> None:
    """Make a draft of the quarter's audit pack, keep it, and write its file."""
    from registry.core.actor import Actor
    from registry.core.db import writing
    from registry.core.work import work
    from registry.reporting import service
    from registry.reporting.cut import Quarter

    actor = Actor.system("command-line")
    try:
        made = service.make(Quarter.parse(quarter), actor.name, lambda _share, _step: None)
    except DomainError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(_EXIT_BAD_INPUT) from error
    with writing(), work(actor, "audit_pack.make") as w:
        row = service.keep(w, made)
    target = out or Path(f"audit-pack-{row.quarter}-{row.number}.xlsx")
    with service.store().open(row.file_name) as source:
        try:
            write_whole(target, source.read(), mode=0o640)
        except OSError as error:
            raise click.ClickException(
                f"{target} cannot be written: {error.strerror}. The draft is kept all the same."
            ) from error
    click.echo(
        f"{target}: draft {row.quarter}-{row.number}, cut-off {row.cut_off:%Y-%m-%d %H:%M:%S} UTC, SHA-256 {row.file_sha256}",
        err=True,
    )


@report.command("key")
def key_command() -> None:
    """Print the public keys of this installation, the present one first; keep them where nobody with access here can change them."""
    from registry.reporting.keys import known_keys

    for number, key in enumerate(known_keys()):
        click.echo(f"{key}  {'present' if number == 0 else 'older'}")


@report.command("verify", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help="Public keys from elsewhere, one a line.")
@click.option(
    "--sealed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The sealed copy, to show what should stand there.",
)
def verify_command(file: Path, key: Path | None, sealed: Path | None) -> None:
    """Check a pack without any database: consistent, or the altered cells; unaltered only with a key from elsewhere."""
    from registry.reporting.checking import check_file, keys_of_file

    try:
        keys = keys_of_file(key.read_text(encoding="utf-8")) if key else ()
        verdict = check_file(file.read_bytes(), keys, sealed.read_bytes() if sealed else None)
    except OSError as error:
        _refuse(f"{error.filename} cannot be read: {error.strerror}.", error)
    except (Unreadable, NoPack, DomainError, UnicodeDecodeError) as error:
        _refuse(str(error), error)
    for line in _lines(verdict, has_key=bool(keys)):
        click.echo(line)
    if verdict.standing is Standing.ALTERED or (keys and verdict.standing is not Standing.UNALTERED):
        raise click.exceptions.Exit(_EXIT_ALTERED)


def _refuse(message: str, error: Exception) -> None:
    click.echo(message, err=True)
    raise click.exceptions.Exit(_EXIT_BAD_INPUT) from error


def _lines(verdict: PackVerdict, *, has_key: bool) -> list[str]:
    head = f"Pack {verdict.pack_id}, chain head {verdict.head}"
    if verdict.standing is Standing.ALTERED:
        return [f"ALTERED. {head}", *(f"  {each}" for each in verdict.altered)]
    if verdict.standing is Standing.UNALTERED:
        return [f"Unaltered: signed with a key you gave. {head}", f"  content {verdict.content_sha256}"]
    said = (
        "The signature was NOT made with a key you gave."
        if has_key
        else "Whoever altered it could have made its hashes and key anew; give --key."
    )
    return [f"Consistent. {head}", f"  {said}", f"  signing key on the cover: {verdict.public_key}"]
