"""Risk of vendors: inherent risk and tier from what each could expose, residual risk after its safeguards; kept current by itself."""

from registry.risk.service import refresh

__all__ = ["refresh"]
