"""Files as survey systems write them: which system it was, and the table in it."""
