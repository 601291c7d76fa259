"""Taobao as its open platform TOP shows it, over the market."""
