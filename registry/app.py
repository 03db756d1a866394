"""Builds the web application; reads as its table of contents."""

import os

from flask import Blueprint, Flask

from registry import (
    acceptances,
    accessreviews,
    accounts,
    administration,
    assessments,
    auditlog,
    blast,
    campaigns,
    cli,
    controls,
    datamap,
    datasets,
    evidenced,
    expiring,
    facts,
    findings,
    flows,
    home,
    importing,
    incidents,
    intake,
    joblist,
    mywork,
    organisation,
    outbox,
    portal,
    portfolio,
    quality,
    questionnaires,
    received,
    reminders,
    reporting,
    savedviews,
    scenarios,
    sector,
    systems,
    tour,
    vendors,
)
from registry import help as help_pages
from registry.assessments.subjects import SUBJECTS as ASSESSMENT_SUBJECTS
from registry.core import access, clock, db, files, jobs, lately, logs, mailer, mailtext, reminding, websession, work
from registry.core import outbox as messages
from registry.core.migrate import migrate
from registry.findings.subjects import SUBJECTS as FINDING_SUBJECTS
from registry.importing import longwork
from registry.incidents.mails import TEMPLATES as INCIDENT_TEMPLATES
from registry.incidents.service.telling import LINKS as INCIDENT_LINKS
from registry.intake.subjects import SUBJECTS as INTAKE_SUBJECTS
from registry.portfolio.budget import BUDGET
from registry.portfolio.work import PORTFOLIO
from registry.reminders.recheck import RECHECKS
from registry.reminders.subjects import SUBJECTS as REGISTER_SUBJECTS
from registry.reminders.templates_of_mail import TEMPLATES as REMINDER_TEMPLATES
from registry.reporting.service import MAKE_PACK
from registry.reporting.subjects import SUBJECTS as PACK_SUBJECTS
from registry.sector import letters as breach_letters
from registry.settings import Settings
from registry.web import shell

# Features, in the order of the menu; each adds one line here.
BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    mywork.blueprint,
    savedviews.blueprint,
    facts.blueprint,
    *vendors.blueprints,
    *flows.blueprints,
    *systems.blueprints,
    *datasets.blueprints,
    *controls.blueprints,
    *organisation.blueprints,
    datamap.blueprint,
    quality.blueprint,
    assessments.blueprint,
    portal.blueprint,
    portal.recipients_blueprint,
    questionnaires.blueprint,
    campaigns.blueprint,
    evidenced.blueprint,
    expiring.blueprint,
    accessreviews.blueprint,
    intake.blueprint,
    findings.blueprint,
    acceptances.blueprint,
    blast.blueprint,
    scenarios.blueprint,
    sector.blueprint,
    received.blueprint,
    portfolio.blueprint,
    incidents.blueprint,
    reporting.blueprint,
    importing.blueprint,
    reminders.blueprint,
    outbox.blueprint,
    joblist.blueprint,
    auditlog.blueprint,
    administration.blueprint,
    accounts.blueprint,
    accounts.people_blueprint,
    help_pages.blueprint,
    tour.blueprint,
)

# Kinds of long work, each described in its feature; see `registry.core.jobs`.
JOB_KINDS: tuple[jobs.JobKind, ...] = (
    scenarios.SCENARIO_RUN,
    PORTFOLIO,
    BUDGET,
    MAKE_PACK,
    longwork.READ,
    longwork.WRITE,
)
# What people are reminded of; see `registry.core.reminding`.
SUBJECTS: tuple[reminding.Subject, ...] = (
    *ASSESSMENT_SUBJECTS,
    *FINDING_SUBJECTS,
    *INTAKE_SUBJECTS,
    *PACK_SUBJECTS,
    *REGISTER_SUBJECTS,
)
MAIL_TEMPLATES: tuple[mailtext.MailTemplate, ...] = (
    *REMINDER_TEMPLATES,
    breach_letters.LETTER,
    *portal.TEMPLATES,
    *INCIDENT_TEMPLATES,
)
# Kinds of personal links in mails -> who makes them anew at each sending.
MAIL_LINKS: dict[str, messages.LinkMaker] = {**portal.LINKS, **INCIDENT_LINKS}


def build_app(settings: Settings) -> Flask:
    """Put the application together; opens no connection and starts no thread."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask(
        "registry",
        instance_path=str(settings.data_dir.resolve()),
        static_folder="web/static",
        template_folder="web/templates",
    )
    app.extensions["settings"] = settings
    # read by numba when the first simulation loads it; the sources may not be writable
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.data_dir.resolve() / "numba"))
    app.config.update(
        SECRET_KEY=settings.secret_key or files.installation_secret(settings.data_dir),
        MAX_CONTENT_LENGTH=settings.upload_max,
        PREFERRED_URL_SCHEME=settings.public_url.partition(":")[0],
    )

    # mechanisms
    logs.configure(settings)
    clock.set_clock(app.extensions, clock.system_clock)
    logs.init_app(app)
    db.init_app(app, settings)
    work.init_app(app)
    migrate.init_app(app, db.db)
    shell.init_app(app)  # its gate against bad input stands in front of whatever reads a form
    websession.install(app, settings)
    access.install(app)
    jobs.init_app(app, JOB_KINDS)
    mailtext.init_app(app, MAIL_TEMPLATES)
    messages.init_app(app, MAIL_LINKS)
    mailer.init_app(app, RECHECKS | breach_letters.RECHECKS | portal.RECHECKS)
    reminding.init_app(app, SUBJECTS)
    lately.init_app(app, (quality.prepare,))

    # features
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    cli.init_app(app)
    return app
