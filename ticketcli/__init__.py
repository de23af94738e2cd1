"""A help desk in a directory: every ticket is one TOML file, the directory is a git repository."""

__version__ = "0.1.0"
