"""What somebody is about to say."""
