"""What templates say of vendors' texts, and of the filters of a list."""

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from core.templatetags.portal import motif
from pavilion import languages

register = template.Library()


@register.simple_tag
def facet_values(facet):
    """The links of a filter (pavilion.facet_panel); a template takes five times as long for them."""
    return mark_safe("".join(map(_facet_value, facet.values)))  # noqa: S308 - escaped below


def _facet_value(value) -> str:
    current = ' aria-current="true"' if value.is_set else ""
    drawing = "check" if value.is_set else value.code
    icon = motif(drawing, "motif-sm") if drawing else ""
    count = f' <span class="num">{escape(value.count)}</span>' if value.count else ""
    return (
        f'<li><a href="{escape(value.query)}" rel="nofollow"{current}>{icon}'
        f'<span class="label">{escape(value.label)}</span>{count}</a></li>'
    )


@register.simple_tag
def wording(row, name):
    """A text of `row` and its language; shown by components/in_language.html."""
    return languages.wording(row, name)
