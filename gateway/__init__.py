"""HTTP for school systems and reporting jobs. Nothing is served from here yet."""
