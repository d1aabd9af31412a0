"""The tables of reports: what was said, who stands for it, and the views."""
