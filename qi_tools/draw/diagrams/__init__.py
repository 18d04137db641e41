"""The diagrams of an improvement project, each in a module of its own."""
