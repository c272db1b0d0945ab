"""The bus between processes, as processes see it."""
