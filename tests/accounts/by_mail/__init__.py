"""What is done by links in mails."""
