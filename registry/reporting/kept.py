"""Where packs lie, and the name of the job that makes one: what acts and pages both know."""

from registry.core.files import EvidenceStore
from registry.models.packs import AuditPack
from registry.reporting.content import unpack_bytes
from registry.settings import current_settings
from reports.audit_pack import PackContent

__all__ = ["MAKE_PACK_NAME", "content_of", "store"]

MAKE_PACK_NAME = "audit_pack.make"


def store() -> EvidenceStore:
    """Return where packs lie: with the evidence, which every backup takes along."""
    return EvidenceStore(current_settings().data_dir / "evidence")


def content_of(row: AuditPack) -> PackContent:
    """Return what a pack holds."""
    with store().open(row.content_name) as source:
        return unpack_bytes(source.read())
