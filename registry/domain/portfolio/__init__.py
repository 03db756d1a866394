"""All vendors together: how often, the league, a year of events, and the best plan within a budget."""
