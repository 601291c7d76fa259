"""The product as its web server runs it, the bare views of the baselines beside it."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings")
django.setup()
settings.DEBUG = False
settings.ROOT_URLCONF = "tests.benchmarks.urls"
application = WSGIHandler()
