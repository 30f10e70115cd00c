"""Use cases of disclosure, one subject a module."""
