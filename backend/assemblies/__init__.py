"""Owners' assemblies: from a draft to the final result. Other capabilities import from here only."""
