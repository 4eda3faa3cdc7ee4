"""Data of the readers: label tables and the dossier, each with its source and date."""
