"""Effects: writing, comparing and pruning what was rendered."""
