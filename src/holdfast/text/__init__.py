"""Pure functions over strings: fold, transliterate, tokenise, check digits."""
