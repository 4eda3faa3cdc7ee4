"""The model-validation run: whether what is listed is found, also when it is written otherwise, and what clean names alert."""
