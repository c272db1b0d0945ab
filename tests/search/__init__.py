"""Search, through the front door."""
