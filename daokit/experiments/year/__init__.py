"""A year of many people's funds and agreements on a chain of its own, against a model in plain integers."""
