"""How long commands take on desks of many sizes, beside floors and other tools: `python -m tests.benchmarks`."""
