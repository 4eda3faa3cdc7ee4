"""The dossier: what is public about the actors of the package, as facts with source and date."""
