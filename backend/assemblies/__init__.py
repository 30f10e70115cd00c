"""Owners' assemblies: from a draft to the final result. Other capabilities import from here only."""

from __future__ import annotations

from backend.assemblies.service.decisions import Decision, decisions_of, get_decision

__all__ = ["Decision", "decisions_of", "get_decision"]
