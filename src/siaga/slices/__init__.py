"""One folder per capability, all with the same files."""
