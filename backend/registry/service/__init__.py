"""Use cases of the registry. Each says who may call it; what is not said is refused."""
