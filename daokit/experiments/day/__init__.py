"""One person's day on a chain of its own, a scene a file: `daokit demo --story day`."""
