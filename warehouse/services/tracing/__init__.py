"""Where parcels are, by the word of their carriers: asked for, pushed, kept, and acted upon."""
