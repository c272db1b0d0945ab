"""Mail, as it arrives at a real SMTP server."""
