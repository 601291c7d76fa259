"""Keys of these tests; they protect nothing."""

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
INDEX_KEYS = {1: OLD}
