"""What templates say of vendors' texts."""

from django import template

from pavilion import languages

register = template.Library()


@register.simple_tag
def wording(row, name):
    """A text of `row` and its language; shown by components/in_language.html."""
    return languages.wording(row, name)
