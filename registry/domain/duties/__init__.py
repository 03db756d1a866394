"""Whom a breach obliges to tell, from which moment, by when."""
