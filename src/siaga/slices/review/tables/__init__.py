"""What reviews read and write: incidents as far as they are compared, what was advised, findings, lessons."""
