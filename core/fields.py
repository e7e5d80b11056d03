from django.db import models


class WebAddressField(models.URLField):
    """A URL; in forms one typed without its scheme is taken as https."""

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https", **kwargs})
