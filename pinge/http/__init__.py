"""HTTP plumbing that every feature shares: what comes in, what goes out, who is asking."""
