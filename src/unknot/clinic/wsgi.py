"""The application a server runs: ``gunicorn unknot.clinic.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unknot.clinic.settings")

application = get_wsgi_application()
