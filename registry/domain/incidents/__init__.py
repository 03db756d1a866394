"""Incidents: their states, their clocks, and what customer service has to expect."""
