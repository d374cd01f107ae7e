"""What daokit is tried on: the story of a collective, real ballots replayed, and measurements."""
