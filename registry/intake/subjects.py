"""Notices of new sub-processors as matters that people are reminded of: until they are decided."""

from collections.abc import Collection, Iterator
from datetime import date

from registry.core.reminding import OpenMatter, Subject
from registry.intake.queries import notices
from registry.models.intake import NoticeState

__all__ = ["SUBJECTS"]


def open_notices(_today: date, only: Collection[str] | None) -> Iterator[OpenMatter]:
    """Return notices that wait for a decision, by their last day to object."""
    for each in notices():
        row = each.row
        if row.state is not NoticeState.OPEN or (only is not None and str(row.id) not in only):
            continue
        title = f"{each.vendor_name} takes {each.newcomer_name} as a sub-processor: object or agree"
        yield OpenMatter(key=str(row.id), due=row.object_by, title=title, vendor=row.vendor)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        name="subprocessor_notice", words="Notice of a new sub-processor", matters=open_notices,
        page=lambda key: f"/sub-processor-notices/{key}",
    ),
)  # fmt: skip
