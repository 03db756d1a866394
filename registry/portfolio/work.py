"""Working out the portfolio: a job, since a year of all vendors takes longer than a person waits."""

import json
from collections.abc import Mapping
from typing import Any

import networkx as nx
from flask import url_for

from registry.administration.queries import parameters_in_force
from registry.core import clock
from registry.core.actor import Actor
from registry.core.dutyrules import rules_in_force
from registry.core.jobrun import JobRun
from registry.core.jobs import JobKind, Outcome, enqueue
from registry.core.register import current
from registry.core.work import Work, retried, work
from registry.domain.exposure.concentration import concentration
from registry.domain.exposure.exposure import build
from registry.domain.portfolio.portfolio import YEARS, Question, portfolio
from registry.domain.portfolio.portfolio_json import portfolio_json
from registry.domain.register.facts import Register
from registry.domain.register.vocabulary import Relationship, ScenarioKind
from registry.domain.scenario.scenario import with_changed_parameters
from registry.models.portfolio import PortfolioRun
from registry.portfolio.reach import reach_of_vendors

__all__ = ["PORTFOLIO", "ask", "enqueue_portfolio"]

MOST_CONCENTRATIONS = 200


@retried
def ask(actor: Actor, *, years: int = YEARS) -> int:
    """Ask for the portfolio of the register as it will be when the job begins; return the number of the job."""
    with work(actor, "portfolio.ask") as w:
        job_id = enqueue_portfolio(w, years=years)
        w.note(job=job_id)
        return job_id


def enqueue_portfolio(w: Work, *, years: int = YEARS) -> int:
    """Put the portfolio into the queue within another act."""
    return enqueue(w, "portfolio.run", {"years": years, "seed": 1})


def _perform(run: JobRun) -> Outcome:
    facts = current()
    parameters = with_changed_parameters(facts.register, parameters_in_force())
    question = Question(as_of=clock.today(), years=int(run.params["years"]), seed=int(run.params["seed"]))
    answer = portfolio(
        facts.register,
        parameters,
        question,
        progress=lambda done, whole: run.progress(0.98 * done / max(1, whole), f"World {done:,} of {whole:,}"),
    )
    graph = build(facts.register, parameters, kind=ScenarioKind.DATA_THEFT, as_of=question.as_of)
    result = portfolio_json(answer) | {"concentration": _concentrations(facts.register, graph)}
    reach = reach_of_vendors(facts.register, graph, question.as_of, rules_in_force())
    result["vendors"] = [row | reach[row["code"]] for row in result["vendors"]]
    made_at = clock.now()
    row = {
        "made_at": made_at,
        "as_of": question.as_of,
        "revision": facts.revision,
        "years": question.years,
        "seed": question.seed,
        "parameters": parameters.content_hash(),
        "person_name": run.actor.name,
        "expected_loss": answer.figures.expected.value,
        "result": json.dumps(result),
    }
    return lambda w: {"run": w.add(PortfolioRun(**row)).id}


def _concentrations(register: Register, graph: "nx.DiGraph[str]") -> list[dict[str, Any]]:
    platforms = {row.code for row in register.vendors if row.relationship is Relationship.PLATFORM}
    found = concentration(graph, platforms)[:MOST_CONCENTRATIONS]
    return [
        {"code": row.code, "name": row.name, "rank": row.rank, "is_platform": row.code in platforms,
         "direct_vendors": row.direct_vendors, "datasets": row.datasets, "people": row.people}
        for row in found
    ]  # fmt: skip


def _page_of(_params: Mapping[str, Any], _result: Mapping[str, Any]) -> str:
    return url_for("portfolio.index")


PORTFOLIO = JobKind(
    name="portfolio.run", words="Portfolio of all vendors", perform=_perform, at_once=1, waiting=3, url=_page_of
)
