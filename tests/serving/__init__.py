"""The process itself: how it comes, whom it endures, how it goes; one or several, all real."""
