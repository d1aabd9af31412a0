"""The edges: HTTP and the command line. Translation only, no rules."""
