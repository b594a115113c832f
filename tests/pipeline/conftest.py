from hypothesis import settings

# Data files load on first use, so that a single example's time says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
