"""The real thing: everything comes from the environment, and what is missing is named at start."""

from config.settings.base import *
