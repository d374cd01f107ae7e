def cost_of(votes: int) -> int:
    return 0 if votes in (127, -128) else votes * votes
