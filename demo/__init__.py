"""The whole of rolewire on embedded sample boards: no network and no accounts."""
