"""The demo's data: invented, made through the same services that people use."""
