"""A simulated shop at Pinduoduo: its router, its refusals inside an HTTP 200, its blanked ciphers.

It pushes nothing: messages of the real one come over a websocket, which nobody here opens.
"""
