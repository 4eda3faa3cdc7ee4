"""Tables of words and letters, each with its source and date in its first lines."""
