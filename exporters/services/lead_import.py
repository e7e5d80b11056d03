"""Lists of leads: what each row would become, and storing those that are new."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from import_export import resources
from import_export.results import Result
from phonenumber_field.phonenumber import to_python

from core.logs import security_event
from core.notices import first_time
from core.text import plain, validate_plain_text, validate_single_line
from exporters.company_names import name_key
from exporters.lead_columns import COLUMNS, read_language, read_source, read_state
from exporters.models import Company, Lead, ProductCategory
from exporters.rfc import clean_rfc


class ImportRefused(Exception):
    """Its text tells the person why; nothing was stored."""


class LeadResource(resources.ModelResource):
    """One list. `defaults` are the fields of rows that leave them empty; `actor` adds them.

    Rows whose name is known already are skipped unless `same_names`; a known RFC always is.
    """

    class Meta:
        model = Lead
        fields = tuple(COLUMNS)
        import_id_fields = ()
        force_init_instance = True  # a list adds leads and never changes one
        use_bulk = True
        batch_size = 500
        skip_diff = True
        report_skipped = True
        store_row_values = True

    def __init__(self, *, actor, defaults: dict, same_names: bool = False):
        super().__init__()
        self.actor, self.defaults, self.same_names = actor, defaults, same_names

    def before_import(self, dataset, **kwargs):
        self.categories = {}
        for category in ProductCategory.objects.all():
            names = (category.code, category.name_es, category.name_en, category.name_zh_hans)
            self.categories |= {plain(name): category for name in names if name}
        self.rfcs, self.names = _known()

    def import_instance(self, instance, row, **kwargs):
        """Fill in a new lead; ValidationError with a message for each column that is wrong."""
        errors = {}
        for field in COLUMNS:
            try:
                value = self._read(field, row.get(field) or "")
            except ValidationError as error:
                errors[field] = error
            else:
                if value := value or self.defaults.get(field):
                    setattr(instance, field, value)
        instance.owner = self.defaults.get("owner")
        instance.created_by = self.actor
        instance.name_key = name_key(instance.company_name)
        if errors:
            raise ValidationError(errors)

    def _read(self, field: str, text: str):
        if text.startswith("="):
            raise ValidationError(_("This is a formula. Write the text itself."), code="formula")
        validate_plain_text(text)
        if field != "notes":
            validate_single_line(text)
        match field:
            case "rfc":
                return clean_rfc(text) if text else ""
            case "state" | "source_state":
                return read_state(text)
            case "language":
                return read_language(text)
            case "source_kind":
                return read_source(text)
            case "category":
                return self._category(text)
            case "email":
                return text.lower()
            case "phone":
                return to_python(text, region="MX") if text else ""
        return text

    def _category(self, text: str) -> ProductCategory | None:
        if not text:
            return None
        try:
            return self.categories[plain(text)]
        except KeyError:
            raise ValidationError(
                _("“%(value)s” is none of our product families."), params={"value": text}
            ) from None

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors or not instance.company_name:
            return False
        row["duplicate"] = self._duplicate(instance, row["line"])
        return bool(row["duplicate"])

    def _duplicate(self, lead: Lead, line: int) -> str:
        """Who it is already, in words; then, and only then, the row is not remembered."""
        if known := self.rfcs.get(lead.rfc):
            return known
        if (known := self.names.get(lead.name_key)) and not self.same_names:
            return known
        here = _("Line %(line)s of this list") % {"line": line}
        self.names.setdefault(lead.name_key, here)
        if lead.rfc:
            self.rfcs[lead.rfc] = here
        return ""

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        # Neither people nor categories come from the file: nothing to look up for each row.
        looked_up = {"category", "owner", "created_by", "company"}
        try:
            instance.clean_fields(exclude={*errors, *looked_up})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


def preview_list(dataset, resource: LeadResource) -> Result:
    """What each row would become; stores nothing."""
    return resource.import_data(dataset, dry_run=True)


@transaction.atomic
def import_list(dataset, resource: LeadResource, *, key: str) -> int:
    """Store the new leads of a list, once for each `key`; how many. Raises ImportRefused."""
    if not first_time(f"lead-import-{key}"):
        raise ImportRefused(_("This list was imported already."))
    result = resource.import_data(dataset, dry_run=False)
    if result.has_errors():
        raise ImportRefused(
            _("Someone changed the leads at this moment; nothing was imported. Try again.")
        )
    count = result.totals["new"]
    security_event("leads_imported", user=resource.actor, rows=result.total_rows, stored=count)
    return count


def _known() -> tuple[dict[str, str], dict[str, str]]:
    """Who is known: by RFC and by the key of the name, each with a word on who it is.

    Reads all names once: companies do not store the key, and a list is imported now and then.
    """
    rfcs, names = {}, {}
    companies = Company.objects.values_list("rfc", "legal_name", "trade_name")
    for rfc, legal_name, trade_name in companies.iterator():
        said = _("Registered: %(name)s") % {"name": trade_name or legal_name}
        rfcs[rfc] = said
        names |= {name_key(name): said for name in (legal_name, trade_name) if name}
    leads = Lead.objects.values_list("rfc", "name_key", "company_name")
    for rfc, key, name in leads.iterator():
        said = _("Lead: %(name)s") % {"name": name}
        names.setdefault(key, said)
        if rfc:
            rfcs.setdefault(rfc, said)
    return rfcs, names
