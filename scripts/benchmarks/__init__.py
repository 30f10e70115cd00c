"""What scripts/bench measures, one module a part. Nothing here is a test: a slow machine fails nothing."""
