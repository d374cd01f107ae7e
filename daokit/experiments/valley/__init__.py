"""Federations three levels deep on two chains, a scene a file: `daokit demo --story federation`."""
