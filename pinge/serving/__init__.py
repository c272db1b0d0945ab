"""Serving: listen, watch over connections, and leave in order; in one process or in several."""
