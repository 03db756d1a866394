"""Reading untrusted files apart, as features know it; how it is done stands in `importers.apart`."""

from importers.apart import Allowance, read_apart, run_apart

__all__ = ["Allowance", "read_apart", "run_apart"]
