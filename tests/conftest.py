"""What holds for every test."""

from hypothesis import settings

# A busy machine is no broken property: time is measured in benchmarks/, never in tests.
settings.register_profile("onroll", deadline=None)
settings.load_profile("onroll")
