"""The vendor that Alice owns, with an assessment to fill."""

from tests.assessments.conftest import alice, company, key, manager, reviewer  # noqa: F401 -- fixtures
