"""Use cases of complaints, one subject a module."""
