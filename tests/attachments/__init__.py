"""Files: uploaded, sent, had and gone."""
