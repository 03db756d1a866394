"""Operating figures for a monitoring system, in Prometheus' text format: the outbox, jobs, and the scheduler's pulse."""

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import func, select

from registry.core import clock, heartbeat
from registry.core.access import Permission, needs
from registry.core.db import session
from registry.models.jobs import Job, JobState
from registry.models.mail import Mail, MailState, Reminder, ReminderState

__all__ = ["blueprint"]

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@needs(Permission.METRICS_READ)
def figures() -> Response:
    """Answer with figures read just now; five short queries, nothing is kept in between."""
    known = CollectorRegistry()
    for name, words, column, states in (
        ("registry_mails", "Messages of the outbox by state", Mail.state, MailState),
        ("registry_reminders", "Reminders by state", Reminder.state, ReminderState),
        ("registry_jobs", "Long work by state", Job.state, JobState),
    ):
        gauge = Gauge(name, words, ["state"], registry=known)
        counts = {row[0]: row[1] for row in session().execute(select(column, func.count()).group_by(column))}
        for state in states:
            gauge.labels(state.value).set(counts.get(state, 0))
    _ages(known)
    return Response(generate_latest(known), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _ages(known: CollectorRegistry) -> None:
    now = clock.now()
    oldest = session().scalar(select(func.min(Mail.dated_at)).where(Mail.state == MailState.PENDING))
    waiting = Gauge("registry_oldest_pending_mail_seconds", "Age of the oldest message that waits", registry=known)
    waiting.set((now - oldest).total_seconds() if oldest else 0)
    silent = Gauge("registry_tick_age_seconds", "Seconds since a tick last ran", ["tick"], registry=known)
    for pulse in heartbeat.pulses():
        silent.labels(pulse.tick).set((now - pulse.ran_at).total_seconds())
