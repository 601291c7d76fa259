"""The buyer's pages: no account, no script, nothing shown that the buyer does not hold already."""
