"""Second factors, as people and thieves try them."""
