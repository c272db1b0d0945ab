"""What is said, and who has read it."""
