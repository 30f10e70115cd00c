"""Use cases of an owners' assembly, one subject a module."""
