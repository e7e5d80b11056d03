import pytest
from django.contrib.auth.models import Group

READ = """
exporters.view_application exporters.view_applicationtransition exporters.view_certificate
exporters.view_company
exporters.view_correction exporters.view_document exporters.view_invitation
exporters.view_marketaccessrule exporters.view_message exporters.view_product
exporters.view_productcategory exporters.view_productpicture exporters.view_producttransition exporters.view_queueexport
exporters.view_stageddecision exporters.view_submission exporters.view_teamevent
exporters.view_teammember exporters.view_verification
exporters.view_lead exporters.view_leadinvitation exporters.view_leadobjection
exporters.view_leadtransition
memberships.view_claimdocument memberships.view_claimtransition memberships.view_exchangerate
memberships.view_fundentry memberships.view_membership memberships.view_membershiptransition
memberships.view_paymentbatch memberships.view_paymentline memberships.view_paymentproof
memberships.view_plan memberships.view_planfee memberships.view_programmefact memberships.view_promotionnote
memberships.view_promotionperiod memberships.view_promotiontransition
memberships.view_registersnapshot memberships.view_subsidyclaim memberships.view_subsidyfund
pavilion.view_enquirythread pavilion.view_enquirytransition pavilion.view_handover
pavilion.view_launchrecord
pavilion.view_pavilion pavilion.view_paviliontransition pavilion.view_waitingbuyer
"""
EXPORT = " exporters.export_application"
REVIEW = """
exporters.add_marketaccessrule exporters.change_marketaccessrule
exporters.change_certificate
exporters.change_product exporters.change_productcategory exporters.review_application
exporters.add_lead exporters.change_lead
exporters.add_leadobjection exporters.change_leadobjection exporters.delete_leadobjection
memberships.manage_membership memberships.verify_subsidyclaim
pavilion.watch_enquiries
"""
RATES = """
memberships.add_exchangerate memberships.change_exchangerate
"""
PAY = """
memberships.pay_subsidyclaim
"""
MANAGE = """
exporters.assign_application exporters.override_checks exporters.release_decision
exporters.suspend_application
memberships.add_planfee memberships.add_promotionnote memberships.approve_subsidyclaim
memberships.change_planfee memberships.change_programmefact
memberships.add_promotionperiod memberships.add_subsidyfund memberships.allocate_subsidyfund
memberships.change_plan memberships.change_promotionperiod memberships.change_subsidyfund
memberships.decide_promotionperiod
pavilion.make_handover pavilion.preview_pavilion pavilion.steer_pavilion
"""


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("Auditors", READ + EXPORT),
        ("Coordinators", READ + EXPORT + REVIEW),
        ("Finance", READ + RATES + PAY),
        ("Managers", READ + EXPORT + REVIEW + RATES + MANAGE),
    ],
)
def test_role_has_exactly_these_permissions(db, role, permissions):
    granted = Group.objects.get(name=role).permissions.values_list(
        "content_type__app_label", "codename"
    )
    assert sorted(f"{app}.{name}" for app, name in granted) == sorted(permissions.split())


def test_there_are_no_other_roles(db):
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Auditors", "Coordinators", "Finance", "Managers",
    }  # fmt: skip
