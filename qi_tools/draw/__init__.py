"""Pictures of results: the only place that loads matplotlib."""
