"""Production, with an empty view to compare with, a counter around every request, and limits nobody reaches."""

from config.settings.production import *

ROOT_URLCONF = "tools.bench.urls"
MIDDLEWARE = ["tools.bench.meter.Meter", *MIDDLEWARE]
# Counted as ever, in the shared cache; only the figures are out of reach.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"anon": "1000000/s", "burst": "1000000/10s", "sustained": "10000000/min"}
