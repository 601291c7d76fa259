"""What platforms pay out, as they write it into their statements: columns, words, entries."""
