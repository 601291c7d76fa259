"""What the order desk does to orders, one or many: whether it can, and the doing."""
