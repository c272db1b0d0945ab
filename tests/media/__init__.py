"""Files and pictures."""
