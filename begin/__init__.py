"""What `rolewire init` and the page /setup share: answers and how each is tried, the files, the first search."""
