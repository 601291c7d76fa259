"""The phone and the scanner of the warehouse: few pages, one step each."""
