"""Doudian as its Go SDK describes it: signed calls, fen, pages from 0, pushes in an array."""
