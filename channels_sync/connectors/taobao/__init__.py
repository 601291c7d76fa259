"""Taobao and Tmall: TOP calls, and the message service TMC."""
