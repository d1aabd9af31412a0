"""History from a service's own spreadsheets: how to read them is proposed and kept; every row is used or listed."""
