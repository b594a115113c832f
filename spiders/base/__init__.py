"""What spiders share, by access pattern: whole-board feeds, listings with details, and the road to the network."""
