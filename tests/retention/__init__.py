"""What is kept for so long and no longer."""
