"""The course: what is taught, to whom, and the pages that serve it."""
