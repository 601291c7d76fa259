"""JD: JOS calls. It pushes nothing that can be relied on."""
