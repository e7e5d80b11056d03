"""The name of a company without what varies in writing it: what a duplicate is found by."""

import re

from core.text import fold

# S.A. de C.V., S.A.P.I., S.A.S., S. de R.L., S.P.R., S.C., A.C. and their kin, spaced or not.
_LEGAL_FORM = re.compile(
    r"( s ?a( ?p ?i| ?b| ?s)?| s ?de ?r ?l| s ?p ?r| s ?c| a ?c| s ?n ?c)"
    r"( ?de ?r ?l)?( ?m ?i)?( ?de ?c ?v)?$"
)


def name_key(name: str) -> str:
    """“Mieles Ibáñez, S.A. de C.V.” and “MIELES IBAÑEZ SA DE CV” give the same key."""
    words = " ".join(re.sub(r"[\W_]+", " ", fold(name)).split())
    return _LEGAL_FORM.sub("", words) or words
