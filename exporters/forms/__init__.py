from exporters.forms.application import DeclarationsForm, DocumentForm, ExperienceForm
from exporters.forms.company import CompanyForm, ContactForm, RegistrationForm
from exporters.forms.product import ProductForm
from exporters.forms.team import InvitationForm, RoleForm

__all__ = [
    "CompanyForm",
    "ContactForm",
    "DeclarationsForm",
    "DocumentForm",
    "ExperienceForm",
    "InvitationForm",
    "ProductForm",
    "RegistrationForm",
    "RoleForm",
]
