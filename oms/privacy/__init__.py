"""Personal data: encrypted at rest, compared by keyed fingerprint, shown as a mask."""
