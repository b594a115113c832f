"""Raw postings into the database: `shell` takes what spiders hand over, the other modules store it."""
