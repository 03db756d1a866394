"""`./run backup DIR` and `./run restore DIR`: copy the installation, and bring it back."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from registry.core import clock, migrate
from registry.core.actor import Actor
from registry.core.backup import make_backup, restore_backup
from registry.core.db import writing
from registry.core.errors import CoreError
from registry.core.files import SECRET_FILE, write_whole
from registry.core.sealedkeys import open_keys, seal_keys
from registry.core.work import work
from registry.settings import current_settings

__all__ = ["backup", "restore"]

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help="Copy database and evidence into a new folder DIR and check the copy; safe while people work.")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--keys", "keys_file", type=FILE, help="Also write the keys, sealed with a passphrase, to this file.")
@with_appcontext
def backup(folder: Path, keys_file: Path | None) -> None:
    """Make a backup, and leave an audit entry so that its age can be shown."""
    try:
        manifest = make_backup(current_settings(), folder.resolve(), clock.now())
        if keys_file is not None:
            passphrase = click.prompt("Passphrase for the keys", hide_input=True, confirmation_prompt=True)
            seal_keys(keys_file, passphrase, _keys())
        with writing(), work(Actor.system("backup"), "backup.make", subject="installation:1") as w:
            w.note(audit_head=str(manifest.head), files=len(manifest.files))
    except (CoreError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Backup written and checked: {folder} ({len(manifest.files)} files, {_entries(manifest.head.seq)}).")
    if keys_file is None:
        click.echo(
            "The keys are not in it; without them second factors, links and signatures must be made anew.", err=True
        )


@click.command(help="Bring a backup DIR into this installation, which must be empty; checks it before and after.")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--keys", "keys_file", type=FILE, help="The sealed keys that were written with the backup.")
@with_appcontext
def restore(folder: Path, keys_file: Path | None) -> None:
    """Restore, migrate to this release, and say what is there now."""
    try:
        keys = None
        if keys_file is not None:
            keys = open_keys(keys_file, click.prompt("Passphrase for the keys", hide_input=True))
        manifest = restore_backup(current_settings(), folder.resolve())
        if keys is not None:
            target = current_settings().data_dir / "keys" / SECRET_FILE
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(target, keys["secret_key"].encode())
        migrate.upgrade()
        with writing(), work(Actor.system("backup"), "backup.restore", subject="installation:1") as w:
            w.note(audit_head=str(manifest.head), made_at=manifest.made_at)
    except (CoreError, OSError) as error:
        raise click.ClickException(str(error)) from error
    rows = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in _telling(manifest.counts))
    click.echo(f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC: {rows}; {_entries(manifest.head.seq)}.")
    if keys is None:
        click.echo(
            "Without the keys of that installation, second factors and signatures do not work;"
            " reset a person's second factor with ./run user reset-factor.",
            err=True,
        )


def _keys() -> dict[str, str]:
    settings = current_settings()
    keys = {"secret_key": str(current_app.config["SECRET_KEY"])}
    if settings.audit_signing_key:
        keys["audit_signing_key"] = settings.audit_signing_key
    return keys


def _entries(count: int) -> str:
    return f"audit log whole, {count:,} entries"


def _telling(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(name, counts[name]) for name in ("vendor", "system", "dataset", "flow", "person") if name in counts]
