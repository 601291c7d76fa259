"""The packing table: check every item, seal the box, open it again if something is recalled."""
