"""The vendor that Alice owns, with an assessment she filled and Rita reviews."""

from tests.assessments.conftest import alice, company, key, manager, reviewer  # noqa: F401 -- fixtures
