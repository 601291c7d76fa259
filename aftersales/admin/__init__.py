"""The back office's pages of after-sales."""

from aftersales.admin.cases import CaseAdmin

__all__ = ["CaseAdmin"]
