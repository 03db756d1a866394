"""Questionnaires, answers, scores, and the risk and tier that follow for a vendor."""
