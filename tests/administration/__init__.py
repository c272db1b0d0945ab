"""What whoever runs the server does at the command line."""
