"""Pure decisions: facts in, answers out."""
