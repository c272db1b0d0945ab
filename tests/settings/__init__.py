"""Settings: what they look like, and what follows from them."""
