import pytest
from django.template import Context, Origin, Template, engines

from tests.strict_variables import OURS


def render(source: str, folder: str) -> str:
    engine = engines["django"].engine
    template = Template(source, origin=Origin(f"{folder}/x.html"), engine=engine)
    return template.render(Context({"there": "x"}))


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ there.missing }}", "{{ missing|upper }}"])
def test_missing_variable_of_a_template_of_ours_fails(source):
    with pytest.raises(pytest.fail.Exception, match="missing"):
        render(source, OURS)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ missing|default:'—' }}", "—"),
        ("{% if missing %}a{% endif %}", ""),
        ("{{ there }}", "x"),
    ],
)
def test_variable_that_may_be_missing_does_not_fail(source, text):
    assert render(source, OURS) == text


def test_templates_of_other_packages_are_left_alone():
    assert render("{{ missing|default_if_none:'a' }}{{ missing|upper }}", "/elsewhere") == ""
