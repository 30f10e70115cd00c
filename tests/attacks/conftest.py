"""The attacks are made on a small assembly whose people have all their keys."""

from tests.assemblies.conftest import founded, ready, ready_folder, scene, voting

__all__ = ["founded", "ready", "ready_folder", "scene", "voting"]
