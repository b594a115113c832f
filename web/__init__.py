"""Pages and the public JSON: read postings, show the health of sources, stop one's own alerts."""
