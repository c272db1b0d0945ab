"""Programs that write to groups, and programs that are told what happens."""
