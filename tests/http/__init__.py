"""What all endpoints have in common."""
