"""Every URL by every role.

ok   the page, or what was asked for was done and leads on to the next page
in   to the log-in page
->   to another page, since there is nothing to see or do here
no   403: this is not for your role
--   404: for you it does not exist (another company's objects, a pavilion that is not open)
405  not by this method
422  understood, and refused: the form that was sent is empty
"""

import logging
import uuid
from http.cookies import SimpleCookie

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from post_office.models import Attachment, Email, Log

from core import tasks
from exporters.enums import CorrectionTarget, DocumentKind
from exporters.models import Application, MarketAccessRule
from exporters.services import review, team
from exporters.services.decisions import stage_decision
from exporters.services.desk import keep_filter, record_export
from exporters.services.messages import check_attachment
from memberships.models import ProgrammeFact
from memberships.services.offers import offer_membership
from memberships.services.register import publish_register
from pavilion.models import Enquiry, LaunchRecord, WaitingBuyer
from pavilion.services import buyers, launch
from pavilion.services.handover import order_handover
from tests import factories
from tests.money import Desk

ROLES = ("anonymous", "own", "other", "coordinator", "finance", "manager", "auditor", "superuser")

# Pages of the desk whose address names one row.
OF_ONE_ROW = {
    "allocate", "change", "checks", "delete", "discard", "download", "history", "messages", "note",
    "refuse", "release", "reoffer", "verify",
}  # fmt: skip

OF_ONE_MEMBERSHIP = (
    "memberships:membership", "memberships:offer_accept", "memberships:offer_decline",
    "memberships:payment_report", "memberships:support_claim",
)  # fmt: skip

OF_ONE_PICTURE = ("frame", "move", "texts", "remove")

# The exporter “own” is an owner of the company; the exporter “other” is in another company. The
# application waits for changes, so that it is open for editing. The pavilion waits.
TABLE = """
# The project                                       anon  own   other coord fin   man   aud   super
GET  healthz                                        ok    ok    ok    ok    ok    ok    ok    ok
GET  readyz                                         ok    ok    ok    ok    ok    ok    ok    ok
GET  media                                          --    --    --    --    --    --    --    --
GET  robots                                         ok    ok    ok    ok    ok    ok    ok    ok
GET  sitemap_index                                  ok    ok    ok    ok    ok    ok    ok    ok
GET  sitemap                                        ok    ok    ok    ok    ok    ok    ok    ok
GET  home                                           ok    ok    ok    ok    ok    ok    ok    ok
GET  privacy                                        ok    ok    ok    ok    ok    ok    ok    ok
POST robots                                         405   405   405   405   405   405   405   405
POST sitemap_index                                  405   405   405   405   405   405   405   405
POST sitemap                                        405   405   405   405   405   405   405   405
POST home                                           405   405   405   405   405   405   405   405
# Exporters                                         anon  own   other coord fin   man   aud   super
GET  exporters:dashboard                            in    ok    ok    ok    ok    ok    ok    ok
GET  exporters:eligibility                          ok    ok    ok    ok    ok    ok    ok    ok
GET  exporters:apply                                ok    ->    ->    ok    ok    ok    ok    ok
GET  exporters:access_request                       in    405   405   405   405   405   405   405
GET  exporters:application_start                    in    405   405   405   405   405   405   405
GET  exporters:company                              in    ok    --    --    --    --    --    --
GET  exporters:products                             in    ok    --    --    --    --    --    --
GET  exporters:company_product_add                  in    ->    --    --    --    --    --    --
GET  exporters:company_product_preview              in    405   --    --    --    --    --    --
GET  exporters:company_product_edit                 in    ->    --    --    --    --    --    --
GET  exporters:company_product_delete               in    ->    --    --    --    --    --    --
GET  exporters:company_product_submit               in    ->    --    --    --    --    --    --
GET  exporters:company_product_take_back            in    405   --    --    --    --    --    --
GET  exporters:company_product_take_down            in    405   --    --    --    --    --    --
GET  exporters:team                                 in    ok    --    --    --    --    --    --
GET  exporters:team_hand_over                       in    ok    --    --    --    --    --    --
GET  exporters:member_role                          in    ->    --    --    --    --    --    --
GET  exporters:member_remove                        in    ->    --    --    --    --    --    --
GET  exporters:invitation_revoke                    in    ->    --    --    --    --    --    --
GET  exporters:invitation                           in    ok    ok    ok    ok    ok    ok    ok
GET  exporters:lead_invitation                      ok    ok    ok    ok    ok    ok    ok    ok
GET  exporters:application_detail                   in    ok    --    --    --    --    --    --
GET  exporters:application_submit                   in    405   --    --    --    --    --    --
GET  exporters:application_withdraw                 in    ok    --    --    --    --    --    --
GET  exporters:application_summary                  in    ok    --    ok    ok    ok    ok    ok
GET  exporters:approval_letter                      in    --    --    ok    ok    ok    ok    ok
GET  exporters:verify                               ok    ok    ok    ok    ok    ok    ok    ok
GET  exporters:verify_code                          ok    ok    ok    ok    ok    ok    ok    ok
GET  exporters:correction_answer                    in    ->    --    --    --    --    --    --
GET  exporters:section_company                      in    ok    --    --    --    --    --    --
GET  exporters:section_experience                   in    ok    --    --    --    --    --    --
GET  exporters:section_products                     in    ok    --    --    --    --    --    --
GET  exporters:section_documents                    in    ok    --    --    --    --    --    --
GET  exporters:section_declarations                 in    ok    --    --    --    --    --    --
GET  exporters:product_add                          in    ok    --    --    --    --    --    --
GET  exporters:product_edit                         in    ok    --    --    --    --    --    --
GET  exporters:product_delete                       in    ok    --    --    --    --    --    --
GET  exporters:document_remove                      in    ->    --    --    --    --    --    --
GET  exporters:document_upload                      in    ->    --    --    --    --    --    --
GET  exporters:messages                             in    ok    --    --    --    --    --    --
GET  exporters:message_attachment                   in    ok    --    ok    ok    ok    ok    ok
GET  exporters:document                             in    ok    --    ok    ok    ok    ok    ok
GET  exporters:document_page                        in    ok    --    ok    ok    ok    ok    ok
GET  exporters:product_pictures                     in    ok    --    --    --    --    --    --
GET  exporters:picture_frame                        in    ok    --    --    --    --    --    --
GET  exporters:picture_move                         in    ->    --    --    --    --    --    --
GET  exporters:picture_texts                        in    ->    --    --    --    --    --    --
GET  exporters:picture_remove                       in    ok    --    --    --    --    --    --
GET  exporters:picture_original                     in    ok    --    ok    ok    ok    ok    ok
GET  exporters:certificates                         in    ok    --    --    --    --    --    --
GET  exporters:certificate_edit                     in    ok    --    --    --    --    --    --
GET  exporters:certificate_remove                   in    ok    --    --    --    --    --    --
GET  exporters:certificate_file                     in    ok    --    ok    ok    ok    ok    ok
GET  exporters:certificate_page                     in    ok    --    ok    ok    ok    ok    ok
POST exporters:dashboard                            in    405   405   405   405   405   405   405
POST exporters:eligibility                          422   422   422   422   422   422   422   422
POST exporters:apply                                ok    422   422   422   422   422   422   422
POST exporters:access_request                       in    ok    ok    ok    ok    ok    ok    ok
POST exporters:application_start                    in    ok    --    --    --    --    --    --
POST exporters:company                              in    422   --    --    --    --    --    --
POST exporters:products                             in    405   --    --    --    --    --    --
POST exporters:company_product_add                  in    ok    --    --    --    --    --    --
POST exporters:company_product_preview              in    ok    --    --    --    --    --    --
POST exporters:company_product_edit                 in    ok    --    --    --    --    --    --
POST exporters:company_product_delete               in    ok    --    --    --    --    --    --
POST exporters:company_product_submit               in    ok    --    --    --    --    --    --
POST exporters:company_product_take_back            in    ok    --    --    --    --    --    --
POST exporters:company_product_take_down            in    ok    --    --    --    --    --    --
POST exporters:team                                 in    422   --    --    --    --    --    --
POST exporters:team_hand_over                       in    422   --    --    --    --    --    --
POST exporters:member_role                          in    ok    --    --    --    --    --    --
POST exporters:member_remove                        in    ok    --    --    --    --    --    --
POST exporters:invitation_revoke                    in    ok    --    --    --    --    --    --
POST exporters:invitation                           in    ok    ok    ok    ok    ok    ok    ok
POST exporters:lead_invitation                      ok    ok    ok    ok    ok    ok    ok    ok
POST exporters:application_detail                   in    405   --    --    --    --    --    --
POST exporters:application_submit                   in    ok    --    --    --    --    --    --
POST exporters:application_withdraw                 in    ok    --    --    --    --    --    --
POST exporters:application_summary                  in    405   405   405   405   405   405   405
POST exporters:approval_letter                      in    405   405   405   405   405   405   405
POST exporters:verify                               405   405   405   405   405   405   405   405
POST exporters:verify_code                          405   405   405   405   405   405   405   405
POST exporters:correction_answer                    in    422   --    --    --    --    --    --
POST exporters:section_company                      in    422   --    --    --    --    --    --
POST exporters:section_experience                   in    ok    --    --    --    --    --    --
POST exporters:section_products                     in    405   --    --    --    --    --    --
POST exporters:section_documents                    in    405   --    --    --    --    --    --
POST exporters:section_declarations                 in    ok    --    --    --    --    --    --
POST exporters:product_add                          in    422   --    --    --    --    --    --
POST exporters:product_edit                         in    422   --    --    --    --    --    --
POST exporters:product_delete                       in    ok    --    --    --    --    --    --
POST exporters:document_remove                      in    ok    --    --    --    --    --    --
POST exporters:document_upload                      in    422   --    --    --    --    --    --
POST exporters:messages                             in    422   --    --    --    --    --    --
POST exporters:message_attachment                   in    405   405   405   405   405   405   405
POST exporters:document                             in    405   405   405   405   405   405   405
POST exporters:document_page                        in    405   405   405   405   405   405   405
POST exporters:product_pictures                     in    422   --    --    --    --    --    --
POST exporters:picture_frame                        in    405   --    --    --    --    --    --
POST exporters:picture_move                         in    ok    --    --    --    --    --    --
POST exporters:picture_texts                        in    422   --    --    --    --    --    --
POST exporters:picture_remove                       in    ok    --    --    --    --    --    --
POST exporters:picture_original                     in    405   405   405   405   405   405   405
POST exporters:certificates                         in    422   --    --    --    --    --    --
POST exporters:certificate_edit                     in    422   --    --    --    --    --    --
POST exporters:certificate_remove                   in    ok    --    --    --    --    --    --
POST exporters:certificate_file                     in    405   405   405   405   405   405   405
POST exporters:certificate_page                     in    405   405   405   405   405   405   405
# Memberships and pavilion                          anon  own   other coord fin   man   aud   super
GET  memberships:price                              ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:membership                         in    ok    --    --    --    --    --    --
GET  memberships:offer_accept                       in    405   --    --    --    --    --    --
GET  memberships:offer_decline                      in    ->    --    --    --    --    --    --
GET  memberships:payment_report                     in    ->    --    --    --    --    --    --
GET  memberships:support_claim                      in    ->    --    --    --    --    --    --
GET  memberships:payment_proof                      in    ok    --    ok    ok    ok    ok    ok
GET  memberships:claim_document                     in    ok    --    ok    ok    ok    ok    ok
GET  memberships:company_statement                  in    ok    --    ok    ok    ok    ok    ok
GET  memberships:register                           ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:register_file                      ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:register_dictionary                ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:dictionary_file                    ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:register_quarters                  ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:quarter_file                       ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:programme                          ok    ok    ok    ok    ok    ok    ok    ok
GET  memberships:fund_report                        ok    ok    ok    ok    ok    ok    ok    ok
GET  pavilion:showcase                              ok    ok    ok    ok    ok    ok    ok    ok
GET  pavilion:suggestions                           --    --    --    --    --    ok    --    ok
GET  pavilion:category                              --    --    --    --    --    ok    --    ok
GET  pavilion:company                               --    --    --    --    --    ok    --    ok
GET  pavilion:product                               --    --    --    --    --    ok    --    ok
GET  pavilion:compare                               --    --    --    --    --    ok    --    ok
GET  pavilion:shortlist                             --    --    --    --    --    ok    --    ok
GET  pavilion:feed                                  --    --    --    --    --    ok    --    ok
GET  pavilion:press                                 --    --    --    --    --    ok    --    ok
GET  pavilion:fact_sheet                            --    --    --    --    --    ok    --    ok
GET  pavilion:press_pictures                        --    --    --    --    --    ok    --    ok
GET  pavilion:press_picture                         --    --    --    --    --    ok    --    ok
GET  pavilion:company_feed                          in    ok    --    --    --    --    --    --
GET  pavilion:company_feed_file                     in    ok    --    --    --    --    --    --
GET  pavilion:enquiry_new                           --    --    --    --    --    ok    --    ok
GET  pavilion:enquiry                               ok    ok    ok    ok    ok    ok    ok    ok
GET  pavilion:enquiry_confirm                       ->    ->    ->    ->    ->    ->    ->    ->
GET  pavilion:enquiry_erase                         ok    ok    ok    ok    ok    ok    ok    ok
GET  pavilion:enquiries                             in    ok    --    --    --    --    --    --
GET  pavilion:enquiry_thread                        in    ok    --    --    --    --    --    --
GET  pavilion:buyer_confirm                         ok    ok    ok    ok    ok    ok    ok    ok
GET  pavilion:buyer_forget                          ok    ok    ok    ok    ok    ok    ok    ok
POST memberships:price                              405   405   405   405   405   405   405   405
POST memberships:membership                         in    405   --    --    --    --    --    --
POST memberships:offer_accept                       in    ok    --    --    --    --    --    --
POST memberships:offer_decline                      in    ok    --    --    --    --    --    --
POST memberships:payment_report                     in    ok    --    --    --    --    --    --
POST memberships:support_claim                      in    422   --    --    --    --    --    --
POST memberships:payment_proof                      in    405   405   405   405   405   405   405
POST memberships:claim_document                     in    405   405   405   405   405   405   405
POST memberships:company_statement                  in    405   405   405   405   405   405   405
POST memberships:register                           405   405   405   405   405   405   405   405
POST memberships:register_file                      405   405   405   405   405   405   405   405
POST memberships:register_dictionary                405   405   405   405   405   405   405   405
POST memberships:dictionary_file                    405   405   405   405   405   405   405   405
POST memberships:register_quarters                  405   405   405   405   405   405   405   405
POST memberships:quarter_file                       405   405   405   405   405   405   405   405
POST memberships:programme                          405   405   405   405   405   405   405   405
POST memberships:fund_report                        405   405   405   405   405   405   405   405
POST pavilion:showcase                              422   422   422   422   422   422   422   422
POST pavilion:suggestions                           --    --    --    --    --    405   --    405
POST pavilion:category                              --    --    --    --    --    405   --    405
POST pavilion:company                               --    --    --    --    --    405   --    405
POST pavilion:product                               --    --    --    --    --    405   --    405
POST pavilion:compare                               --    --    --    --    --    405   --    405
POST pavilion:shortlist                             --    --    --    --    --    no    --    no
POST pavilion:feed                                  --    --    --    --    --    405   --    405
POST pavilion:press                                 --    --    --    --    --    405   --    405
POST pavilion:fact_sheet                            --    --    --    --    --    405   --    405
POST pavilion:press_pictures                        --    --    --    --    --    405   --    405
POST pavilion:press_picture                         --    --    --    --    --    405   --    405
POST pavilion:company_feed                          in    405   --    --    --    --    --    --
POST pavilion:company_feed_file                     in    405   --    --    --    --    --    --
POST pavilion:enquiry_new                           --    --    --    --    --    422   --    422
POST pavilion:enquiry                               --    --    --    --    --    --    --    --
POST pavilion:enquiry_confirm                       ok    ok    ok    ok    ok    ok    ok    ok
POST pavilion:enquiry_erase                         ok    ok    ok    ok    ok    ok    ok    ok
POST pavilion:enquiries                             in    405   --    --    --    --    --    --
POST pavilion:enquiry_thread                        in    422   --    --    --    --    --    --
POST pavilion:buyer_confirm                         ok    ok    ok    ok    ok    ok    ok    ok
POST pavilion:buyer_forget                          ok    ok    ok    ok    ok    ok    ok    ok
# The public API: the pavilion waits                 anon  own   other coord fin   man   aud   super
GET  pavilion:api_reference                         ok    ok    ok    ok    ok    ok    ok    ok
GET  api:index                                      ok    ok    ok    ok    ok    ok    ok    ok
GET  api:pavilion                                   ok    ok    ok    ok    ok    ok    ok    ok
GET  api:categories                                 ok    ok    ok    ok    ok    ok    ok    ok
GET  api:companies                                  ok    ok    ok    ok    ok    ok    ok    ok
GET  api:company                                    --    --    --    --    --    --    --    --
GET  api:products                                   ok    ok    ok    ok    ok    ok    ok    ok
GET  api:product                                    --    --    --    --    --    --    --    --
GET  api:openapi-json                               ok    ok    ok    ok    ok    ok    ok    ok
GET  api:openapi-view                               ->    ->    ->    ->    ->    ->    ->    ->
GET  api:api-root                                   ok    ok    ok    ok    ok    ok    ok    ok
POST pavilion:api_reference                         405   405   405   405   405   405   405   405
POST api:index                                      405   405   405   405   405   405   405   405
POST api:pavilion                                   405   405   405   405   405   405   405   405
POST api:categories                                 405   405   405   405   405   405   405   405
POST api:companies                                  405   405   405   405   405   405   405   405
POST api:company                                    405   405   405   405   405   405   405   405
POST api:products                                   405   405   405   405   405   405   405   405
POST api:product                                    405   405   405   405   405   405   405   405
POST api:openapi-json                               405   405   405   405   405   405   405   405
POST api:openapi-view                               405   405   405   405   405   405   405   405
POST api:api-root                                   405   405   405   405   405   405   405   405
# Accounts                                          anon  own   other coord fin   man   aud   super
GET  account_login                                  ok    ->    ->    ->    ->    ->    ->    ->
GET  account_logout                                 ->    ok    ok    ok    ok    ok    ok    ok
GET  account_inactive                               ok    ok    ok    ok    ok    ok    ok    ok
GET  account_signup                                 ok    ->    ->    ->    ->    ->    ->    ->
GET  account_reauthenticate                         in    ok    ok    ok    ok    ok    ok    ok
GET  account_email                                  in    ok    ok    ok    ok    ok    ok    ok
GET  account_email_verification_sent                ok    ok    ok    ok    ok    ok    ok    ok
GET  account_change_password                        in    ok    ok    ok    ok    ok    ok    ok
GET  account_set_password                           in    ->    ->    ->    ->    ->    ->    ->
GET  account_reset_password                         ok    ok    ok    ok    ok    ok    ok    ok
GET  account_confirm_login_code                     in    ->    ->    ->    ->    ->    ->    ->
GET  account_confirm_email                          ok    ok    ok    ok    ok    ok    ok    ok
GET  account_reset_password_from_key_done           ok    ok    ok    ok    ok    ok    ok    ok
GET  account_reset_password_from_key                ok    ok    ok    ok    ok    ok    ok    ok
GET  account_reset_password_done                    ok    ok    ok    ok    ok    ok    ok    ok
GET  mfa_index                                      in    ok    ok    ok    ok    ok    ok    ok
GET  mfa_authenticate                               in    ->    ->    ->    ->    ->    ->    ->
GET  mfa_reauthenticate                             in    ->    ok    ->    ->    ->    ->    ->
GET  mfa_activate_totp                              in    ->    ->    ->    ->    ->    ->    ->
GET  mfa_deactivate_totp                            in    --    ->    --    --    --    --    --
GET  mfa_view_recovery_codes                        in    --    --    --    --    --    --    --
GET  mfa_generate_recovery_codes                    in    ->    ->    ->    ->    ->    ->    ->
GET  mfa_download_recovery_codes                    in    --    --    --    --    --    --    --
GET  mfa_list_webauthn                              in    ok    ok    ok    ok    ok    ok    ok
GET  mfa_add_webauthn                               in    ->    ->    ->    ->    ->    ->    ->
GET  mfa_reauthenticate_webauthn                    in    ->    ->    ->    ->    ->    ->    ->
GET  mfa_remove_webauthn                            in    ->    ->    ->    ->    ->    ->    ->
GET  mfa_edit_webauthn                              in    ->    ->    ->    ->    ->    ->    ->
GET  usersessions_list                              in    ok    ok    ok    ok    ok    ok    ok
POST account_login                                  ok    ok    ok    ok    ok    ok    ok    ok
POST account_logout                                 ok    ok    ok    ok    ok    ok    ok    ok
POST account_signup                                 ok    ok    ok    ok    ok    ok    ok    ok
POST account_reset_password                         ok    ok    ok    ok    ok    ok    ok    ok
# The desk                                          anon  own   other coord fin   man   aud   super
GET  admin:exporters_application_move               in    in    in    ok    no    ok    no    ok
GET  admin:exporters_application_messages           in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_application_keep_filter        in    in    in    405   405   405   405   405
GET  admin:exporters_application_drop_filter        in    in    in    405   405   405   405   405
GET  admin:exporters_application_export             in    in    in    ok    no    ok    ok    ok
GET  admin:exporters_application_changelist         in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_application_add                in    in    in    no    no    no    no    no
GET  admin:exporters_application_history            in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_application_delete             in    in    in    no    no    no    no    no
GET  admin:exporters_application_change             in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_application_checks             in    in    in    ->    ->    ->    ->    ->
GET  admin:exporters_stageddecision_release         in    in    in    405   405   405   405   405
GET  admin:exporters_stageddecision_discard         in    in    in    405   405   405   405   405
GET  admin:exporters_stageddecision_changelist      in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_stageddecision_add             in    in    in    no    no    no    no    no
GET  admin:exporters_stageddecision_history         in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_stageddecision_delete          in    in    in    no    no    no    no    no
GET  admin:exporters_stageddecision_change          in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_marketaccessrule_changelist    in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_marketaccessrule_add           in    in    in    ok    no    ok    no    ok
GET  admin:exporters_marketaccessrule_history       in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_marketaccessrule_simple_history in   in    in    ok    ok    ok    ok    ok
GET  admin:exporters_marketaccessrule_delete        in    in    in    no    no    no    no    no
GET  admin:exporters_marketaccessrule_change        in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_product_move                   in    in    in    ok    no    ok    no    ok
GET  admin:exporters_product_changelist             in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_product_add                    in    in    in    no    no    no    no    no
GET  admin:exporters_product_history                in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_product_delete                 in    in    in    no    no    no    no    no
GET  admin:exporters_product_change                 in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_certificate_changelist         in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_certificate_add                in    in    in    no    no    no    no    no
GET  admin:exporters_certificate_history            in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_certificate_delete             in    in    in    no    no    no    no    no
GET  admin:exporters_certificate_change             in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_certificate_verify             in    in    in    no    no    no    no    no
GET  admin:exporters_certificate_refuse             in    in    in    no    no    no    no    no
GET  admin:exporters_productcategory_changelist     in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_productcategory_add            in    in    in    no    no    no    no    no
GET  admin:exporters_productcategory_history        in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_productcategory_delete         in    in    in    no    no    no    no    no
GET  admin:exporters_productcategory_change         in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_queueexport_changelist         in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_queueexport_add                in    in    in    no    no    no    no    no
GET  admin:exporters_queueexport_history            in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_queueexport_delete             in    in    in    no    no    no    no    no
GET  admin:exporters_queueexport_change             in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_company_changelist             in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_company_add                    in    in    in    no    no    no    no    no
GET  admin:exporters_company_history                in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_company_delete                 in    in    in    no    no    no    no    no
GET  admin:exporters_company_change                 in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_lead_move                      in    in    in    ok    no    ok    no    ok
GET  admin:exporters_lead_changelist                in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_lead_add                       in    in    in    ok    no    ok    no    ok
GET  admin:exporters_lead_history                   in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_lead_delete                    in    in    in    no    no    no    no    no
GET  admin:exporters_lead_change                    in    in    in    ok    ok    ok    ok    ok
GET  admin:exporters_lead_import                    in    in    in    ok    no    ok    no    ok
GET  admin:exporters_lead_process_import            in    in    in    405   405   405   405   405
GET  admin:exporters_lead_import_template           in    in    in    ok    no    ok    no    ok
GET  admin:memberships_plan_changelist              in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_plan_add                     in    in    in    no    no    no    no    ok
GET  admin:memberships_plan_history                 in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_plan_delete                  in    in    in    no    no    no    no    no
GET  admin:memberships_plan_change                  in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_promotionperiod_move         in    in    in    no    no    ok    no    ok
GET  admin:memberships_promotionperiod_changelist   in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_promotionperiod_add          in    in    in    no    no    ok    no    ok
GET  admin:memberships_promotionperiod_history      in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_promotionperiod_delete       in    in    in    no    no    no    no    no
GET  admin:memberships_promotionperiod_change       in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_promotionperiod_note         in    in    in    no    no    ok    no    ok
GET  admin:memberships_subsidyfund_allocate         in    in    in    no    no    ok    no    ok
GET  admin:memberships_subsidyfund_changelist       in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_subsidyfund_add              in    in    in    no    no    ok    no    ok
GET  admin:memberships_subsidyfund_history          in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_subsidyfund_delete           in    in    in    no    no    no    no    no
GET  admin:memberships_subsidyfund_change           in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_membership_reoffer           in    in    in    ok    no    ok    no    ok
GET  admin:memberships_membership_move              in    in    in    ok    no    ok    no    ok
GET  admin:memberships_subsidyfund_overview         in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_fundentry_changelist         in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_fundentry_add                in    in    in    no    no    no    no    no
GET  admin:memberships_fundentry_history            in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_fundentry_delete             in    in    in    no    no    no    no    no
GET  admin:memberships_fundentry_change             in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_fundentry_download           in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_programmefact_changelist     in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_programmefact_add            in    in    in    no    no    no    no    no
GET  admin:memberships_programmefact_history        in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_programmefact_simple_history in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_programmefact_delete         in    in    in    no    no    no    no    no
GET  admin:memberships_programmefact_change         in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_membership_changelist        in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_membership_add               in    in    in    no    no    no    no    no
GET  admin:memberships_membership_history           in    in    in    ->    ->    ->    ->    ->
GET  admin:memberships_membership_delete            in    in    in    no    no    no    no    no
GET  admin:memberships_membership_change            in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_subsidyclaim_move            in    in    in    ok    no    ok    no    ok
GET  admin:memberships_subsidyclaim_changelist      in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_subsidyclaim_add             in    in    in    no    no    no    no    no
GET  admin:memberships_subsidyclaim_history         in    in    in    ->    ->    ->    ->    ->
GET  admin:memberships_subsidyclaim_delete          in    in    in    no    no    no    no    no
GET  admin:memberships_subsidyclaim_change          in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_paymentbatch_ready           in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_paymentbatch_export          in    in    in    no    ok    no    no    ok
GET  admin:memberships_paymentbatch_answer          in    in    in    no    ok    no    no    ok
GET  admin:memberships_paymentbatch_confirm         in    in    in    405   405   405   405   405
GET  admin:memberships_paymentbatch_settle          in    in    in    no    ok    no    no    ok
GET  admin:memberships_subsidyclaim_recover         in    in    in    no    ok    no    no    ok
GET  admin:memberships_paymentbatch_changelist      in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_paymentbatch_add             in    in    in    no    no    no    no    no
GET  admin:memberships_paymentbatch_history         in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_paymentbatch_delete          in    in    in    no    no    no    no    no
GET  admin:memberships_paymentbatch_change          in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_exchangerate_import          in    in    in    no    ok    ok    no    ok
GET  admin:memberships_exchangerate_process_import  in    in    in    405   405   405   405   405
GET  admin:memberships_exchangerate_changelist      in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_exchangerate_add             in    in    in    no    ok    ok    no    ok
GET  admin:memberships_exchangerate_history         in    in    in    ok    ok    ok    ok    ok
GET  admin:memberships_exchangerate_delete          in    in    in    no    no    no    no    no
GET  admin:memberships_exchangerate_change          in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_pavilion_move                   in    in    in    no    no    ok    no    ok
GET  admin:pavilion_pavilion_changelist             in    in    in    ->    ->    ->    ->    ->
GET  admin:pavilion_pavilion_add                    in    in    in    no    no    no    no    no
GET  admin:pavilion_pavilion_history                in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_pavilion_delete                 in    in    in    no    no    no    no    no
GET  admin:pavilion_pavilion_change                 in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_pavilion_rehearsal              in    in    in    no    no    ok    no    ok
GET  admin:pavilion_pavilion_rehearsal_file         in    in    in    no    no    ok    no    ok
GET  admin:pavilion_pavilion_remind                 in    in    in    no    no    405   no    405
GET  admin:pavilion_launchrecord_changelist         in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_launchrecord_add                in    in    in    no    no    no    no    no
GET  admin:pavilion_launchrecord_history            in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_launchrecord_delete             in    in    in    no    no    no    no    no
GET  admin:pavilion_launchrecord_change             in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_handover_changelist             in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_handover_add                    in    in    in    no    no    no    no    no
GET  admin:pavilion_handover_history                in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_handover_delete                 in    in    in    no    no    no    no    no
GET  admin:pavilion_handover_change                 in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_handover_make                   in    in    in    no    no    ok    no    ok
GET  admin:pavilion_handover_order                  in    in    in    no    no    ->    no    ->
GET  admin:pavilion_handover_download               in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_enquirythread_rates             in    in    in    ok    no    ok    no    ok
GET  admin:pavilion_enquirythread_changelist        in    in    in    ok    no    ok    no    ok
GET  admin:pavilion_enquirythread_add               in    in    in    no    no    no    no    no
GET  admin:pavilion_enquirythread_history           in    in    in    ok    no    ok    no    ok
GET  admin:pavilion_enquirythread_delete            in    in    in    no    no    no    no    no
GET  admin:pavilion_enquirythread_change            in    in    in    ok    no    ok    no    ok
GET  admin:pavilion_waitingbuyer_changelist         in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_waitingbuyer_add                in    in    in    no    no    no    no    no
GET  admin:pavilion_waitingbuyer_history            in    in    in    ok    ok    ok    ok    ok
GET  admin:pavilion_waitingbuyer_delete             in    in    in    no    no    no    no    no
GET  admin:pavilion_waitingbuyer_change             in    in    in    ok    ok    ok    ok    ok
POST admin:exporters_application_move               in    in    in    ok    no    ok    no    ok
POST admin:exporters_application_messages           in    in    in    422   no    422   no    422
POST admin:exporters_application_add                in    in    in    no    no    no    no    no
POST admin:exporters_application_delete             in    in    in    no    no    no    no    no
POST admin:exporters_application_change             in    in    in    ok    ok    ok    ok    ok
POST admin:exporters_application_checks             in    in    in    ok    ok    ok    ok    ok
POST admin:exporters_stageddecision_release         in    in    in    ok    ok    ok    ok    ok
POST admin:exporters_stageddecision_discard         in    in    in    ok    ok    ok    ok    ok
POST admin:exporters_stageddecision_add             in    in    in    no    no    no    no    no
POST admin:exporters_stageddecision_delete          in    in    in    no    no    no    no    no
POST admin:exporters_stageddecision_change          in    in    in    no    no    no    no    no
POST admin:exporters_marketaccessrule_add           in    in    in    ok    no    ok    no    ok
POST admin:exporters_marketaccessrule_simple_history in   in    in    ok    no    ok    no    ok
POST admin:exporters_marketaccessrule_delete        in    in    in    no    no    no    no    no
POST admin:exporters_marketaccessrule_change        in    in    in    ok    no    ok    no    ok
POST admin:exporters_product_move                   in    in    in    ok    no    ok    no    ok
POST admin:exporters_product_add                    in    in    in    no    no    no    no    no
POST admin:exporters_product_delete                 in    in    in    no    no    no    no    no
POST admin:exporters_product_change                 in    in    in    ok    no    ok    no    ok
POST admin:exporters_certificate_add                in    in    in    no    no    no    no    no
POST admin:exporters_certificate_delete             in    in    in    no    no    no    no    no
POST admin:exporters_certificate_change             in    in    in    no    no    no    no    no
POST admin:exporters_certificate_verify             in    in    in    ok    no    ok    no    ok
POST admin:exporters_certificate_refuse             in    in    in    422   no    422   no    422
POST admin:exporters_productcategory_add            in    in    in    no    no    no    no    no
POST admin:exporters_productcategory_delete         in    in    in    no    no    no    no    no
POST admin:exporters_productcategory_change         in    in    in    ok    no    ok    no    ok
POST admin:exporters_application_keep_filter        in    in    in    422   422   422   422   422
POST admin:exporters_application_drop_filter        in    in    in    ok    --    --    --    --
POST admin:exporters_application_export             in    in    in    422   no    422   422   422
POST admin:exporters_queueexport_add                in    in    in    no    no    no    no    no
POST admin:exporters_queueexport_delete             in    in    in    no    no    no    no    no
POST admin:exporters_queueexport_change             in    in    in    no    no    no    no    no
POST admin:exporters_company_add                    in    in    in    no    no    no    no    no
POST admin:exporters_company_delete                 in    in    in    no    no    no    no    no
POST admin:exporters_company_change                 in    in    in    no    no    no    no    no
POST admin:exporters_lead_move                      in    in    in    ok    no    ok    no    ok
POST admin:exporters_lead_add                       in    in    in    ok    no    ok    no    ok
POST admin:exporters_lead_delete                    in    in    in    no    no    no    no    no
POST admin:exporters_lead_change                    in    in    in    ok    no    ok    no    ok
POST admin:exporters_lead_import                    in    in    in    422   no    422   no    422
POST admin:exporters_lead_process_import            in    in    in    ok    no    ok    no    ok
POST admin:memberships_plan_add                     in    in    in    no    no    no    no    ok
POST admin:memberships_plan_delete                  in    in    in    no    no    no    no    no
POST admin:memberships_plan_change                  in    in    in    no    no    ok    no    ok
POST admin:memberships_promotionperiod_move         in    in    in    no    no    ok    no    ok
POST admin:memberships_promotionperiod_add          in    in    in    no    no    ok    no    ok
POST admin:memberships_promotionperiod_delete       in    in    in    no    no    no    no    no
POST admin:memberships_promotionperiod_change       in    in    in    no    no    ok    no    ok
POST admin:memberships_promotionperiod_note         in    in    in    no    no    422   no    422
POST admin:memberships_subsidyfund_allocate         in    in    in    no    no    ok    no    ok
POST admin:memberships_subsidyfund_add              in    in    in    no    no    ok    no    ok
POST admin:memberships_subsidyfund_delete           in    in    in    no    no    no    no    no
POST admin:memberships_subsidyfund_change           in    in    in    no    no    ok    no    ok
POST admin:memberships_membership_reoffer           in    in    in    422   no    422   no    422
POST admin:memberships_membership_move              in    in    in    422   no    422   no    422
POST admin:memberships_subsidyfund_overview         in    in    in    405   405   405   405   405
POST admin:memberships_fundentry_add                in    in    in    no    no    no    no    no
POST admin:memberships_fundentry_delete             in    in    in    no    no    no    no    no
POST admin:memberships_fundentry_change             in    in    in    no    no    no    no    no
POST admin:memberships_fundentry_download           in    in    in    405   405   405   405   405
POST admin:memberships_programmefact_add            in    in    in    no    no    no    no    no
POST admin:memberships_programmefact_simple_history in    in    in    no    no    ok    no    ok
POST admin:memberships_programmefact_delete         in    in    in    no    no    no    no    no
POST admin:memberships_programmefact_change         in    in    in    no    no    ok    no    ok
POST admin:memberships_membership_add               in    in    in    no    no    no    no    no
POST admin:memberships_membership_delete            in    in    in    no    no    no    no    no
POST admin:memberships_membership_change            in    in    in    no    no    no    no    no
POST admin:memberships_subsidyclaim_move            in    in    in    422   no    422   no    422
POST admin:memberships_subsidyclaim_add             in    in    in    no    no    no    no    no
POST admin:memberships_subsidyclaim_delete          in    in    in    no    no    no    no    no
POST admin:memberships_subsidyclaim_change          in    in    in    no    no    no    no    no
POST admin:memberships_paymentbatch_ready           in    in    in    no    422   no    no    422
POST admin:memberships_paymentbatch_export          in    in    in    405   405   405   405   405
POST admin:memberships_paymentbatch_answer          in    in    in    no    422   no    no    422
POST admin:memberships_paymentbatch_confirm         in    in    in    no    ok    no    no    ok
POST admin:memberships_paymentbatch_settle          in    in    in    no    422   no    no    422
POST admin:memberships_subsidyclaim_recover         in    in    in    no    422   no    no    422
POST admin:memberships_paymentbatch_add             in    in    in    no    no    no    no    no
POST admin:memberships_paymentbatch_delete          in    in    in    no    no    no    no    no
POST admin:memberships_paymentbatch_change          in    in    in    no    no    no    no    no
POST admin:memberships_exchangerate_import          in    in    in    no    422   422   no    422
POST admin:memberships_exchangerate_process_import  in    in    in    no    ok    ok    no    ok
POST admin:memberships_exchangerate_add             in    in    in    no    ok    ok    no    ok
POST admin:memberships_exchangerate_delete          in    in    in    no    no    no    no    no
POST admin:memberships_exchangerate_change          in    in    in    no    ok    ok    no    ok
POST admin:pavilion_pavilion_move                   in    in    in    no    no    ok    no    ok
POST admin:pavilion_pavilion_add                    in    in    in    no    no    no    no    no
POST admin:pavilion_pavilion_delete                 in    in    in    no    no    no    no    no
POST admin:pavilion_pavilion_change                 in    in    in    no    no    ok    no    ok
POST admin:pavilion_enquirythread_rates             in    in    in    405   no    405   no    405
POST admin:pavilion_enquirythread_add               in    in    in    no    no    no    no    no
POST admin:pavilion_enquirythread_delete            in    in    in    no    no    no    no    no
POST admin:pavilion_enquirythread_change            in    in    in    no    no    no    no    no
POST admin:pavilion_waitingbuyer_add                in    in    in    no    no    no    no    no
POST admin:pavilion_waitingbuyer_delete             in    in    in    no    no    no    no    no
POST admin:pavilion_waitingbuyer_change             in    in    in    no    no    no    no    no
POST admin:pavilion_pavilion_rehearsal              in    in    in    no    no    ok    no    ok
POST admin:pavilion_pavilion_rehearsal_file         in    in    in    no    no    405   no    405
POST admin:pavilion_pavilion_remind                 in    in    in    no    no    ok    no    ok
POST admin:pavilion_launchrecord_change             in    in    in    no    no    no    no    no
POST admin:pavilion_handover_change                 in    in    in    no    no    no    no    no
POST admin:pavilion_handover_make                   in    in    in    no    no    422   no    422
POST admin:pavilion_handover_order                  in    in    in    no    no    405   no    405
POST admin:pavilion_handover_download               in    in    in    405   405   405   405   405
# Plumbing of the desk, for superusers              anon  own   other coord fin   man   aud   super
GET  admin:index                                    in    in    in    ok    ok    ok    ok    ok
GET  admin:login                                    in    no    no    ->    ->    ->    ->    ->
GET  admin:logout                                   ->    ->    ->    405   405   405   405   405
GET  admin:password_change                          in    in    in    ->    ->    ->    ->    ->
GET  admin:password_change_done                     in    in    in    ok    ok    ok    ok    ok
GET  admin:autocomplete                             in    in    in    no    no    no    no    no
GET  admin:jsi18n                                   in    in    in    ok    ok    ok    ok    ok
GET  admin:view_on_site                             in    in    in    --    --    --    --    --
GET  admin:auth_group_changelist                    in    in    in    no    no    no    no    ok
GET  admin:auth_group_add                           in    in    in    no    no    no    no    ok
GET  admin:auth_group_history                       in    in    in    no    no    no    no    ok
GET  admin:auth_group_delete                        in    in    in    no    no    no    no    ok
GET  admin:auth_group_change                        in    in    in    no    no    no    no    ok
GET  admin:account_emailaddress_changelist          in    in    in    no    no    no    no    ok
GET  admin:account_emailaddress_add                 in    in    in    no    no    no    no    ok
GET  admin:account_emailaddress_history             in    in    in    no    no    no    no    ok
GET  admin:account_emailaddress_delete              in    in    in    no    no    no    no    ok
GET  admin:account_emailaddress_change              in    in    in    no    no    no    no    ok
GET  admin:mfa_authenticator_changelist             in    in    in    no    no    no    no    ok
GET  admin:mfa_authenticator_add                    in    in    in    no    no    no    no    no
GET  admin:mfa_authenticator_history                in    in    in    no    no    no    no    ok
GET  admin:mfa_authenticator_delete                 in    in    in    no    no    no    no    ok
GET  admin:mfa_authenticator_change                 in    in    in    no    no    no    no    ok
GET  admin:usersessions_usersession_changelist      in    in    in    no    no    no    no    ok
GET  admin:usersessions_usersession_add             in    in    in    no    no    no    no    ok
GET  admin:usersessions_usersession_history         in    in    in    no    no    no    no    ok
GET  admin:usersessions_usersession_delete          in    in    in    no    no    no    no    ok
GET  admin:usersessions_usersession_change          in    in    in    no    no    no    no    ok
GET  admin:post_office_email_changelist             in    in    in    no    no    no    no    ok
GET  admin:post_office_email_add                    in    in    in    no    no    no    no    no
GET  admin:post_office_email_history                in    in    in    no    no    no    no    ok
GET  admin:post_office_email_delete                 in    in    in    no    no    no    no    no
GET  admin:post_office_email_change                 in    in    in    no    no    no    no    ok
GET  admin:post_office_log_changelist               in    in    in    no    no    no    no    ok
GET  admin:post_office_log_add                      in    in    in    no    no    no    no    ok
GET  admin:post_office_log_history                  in    in    in    no    no    no    no    ok
GET  admin:post_office_log_delete                   in    in    in    no    no    no    no    ok
GET  admin:post_office_log_change                   in    in    in    no    no    no    no    ok
GET  admin:post_office_attachment_changelist        in    in    in    no    no    no    no    ok
GET  admin:post_office_attachment_add               in    in    in    no    no    no    no    ok
GET  admin:post_office_attachment_history           in    in    in    no    no    no    no    ok
GET  admin:post_office_attachment_delete            in    in    in    no    no    no    no    ok
GET  admin:post_office_attachment_change            in    in    in    no    no    no    no    ok
GET  admin:auth_user_password_change                in    in    in    no    no    no    no    ok
GET  admin:core_user_changelist                     in    in    in    no    no    no    no    ok
GET  admin:core_user_add                            in    in    in    no    no    no    no    ok
GET  admin:core_user_history                        in    in    in    no    no    no    no    ok
GET  admin:core_user_delete                         in    in    in    no    no    no    no    ok
GET  admin:core_user_change                         in    in    in    no    no    no    no    ok
GET  admin:app_list                                 in    in    in    ok    ok    ok    ok    ok
POST admin:logout                                   ok    ok    ok    ok    ok    ok    ok    ok
POST admin:auth_group_change                        in    in    in    no    no    no    no    ok
POST admin:auth_user_password_change                in    in    in    no    no    no    no    ok
POST admin:core_user_add                            in    in    in    no    no    no    no    ok
POST admin:core_user_delete                         in    in    in    no    no    no    no    ok
POST admin:core_user_change                         in    in    in    no    no    no    no    ok
# The demo                                          anon  own   other coord fin   man   aud   super
GET  demo:mailbox                                   ok    ok    ok    ok    ok    ok    ok    ok
GET  demo:message                                   ok    ok    ok    ok    ok    ok    ok    ok
"""


def names(patterns=None, namespace="") -> list[str]:
    """Every URL name of the resolver."""
    found = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                found.append(namespace + pattern.name)
        else:
            inner = namespace + (f"{pattern.namespace}:" if pattern.namespace else "")
            found += names(pattern.url_patterns, inner)
    return found


class World:
    """One row of everything, and a person of each role."""

    def __init__(self):
        self.coordinator = factories.coordinator()
        factories.fund()
        self.application = factories.application("in_review", reviewer=self.coordinator)
        everything = [factories.correction_draft(target) for target in CorrectionTarget.values]
        review.request_changes(self.application, actor=self.coordinator, items=everything)
        self.application.refresh_from_db()
        self.company = self.application.company
        self.people = {
            "own": factories.owner_of(self.company),
            "other": factories.exporter(factories.company()),
            "coordinator": self.coordinator,
            "finance": factories.finance(),
            "manager": factories.manager(),
            "auditor": factories.auditor(),
            "superuser": factories.superuser(),
        }
        reviewed = factories.application("in_review", reviewer=self.coordinator)
        self.staged = stage_decision(
            reviewed, "reject", actor=self.coordinator, reason_code="other", reason_text="No."
        )
        self.rule = MarketAccessRule.objects.first()
        self.rule.save()  # the first version of its history
        self.document = factories.document(
            self.application, DocumentKind.ADDRESS, content=factories.pdf()
        )
        self.document.pages.create(number=1, file=self.document.file.name)
        message = factories.message(self.application, uploads=[factories.clean_pdf()])
        self.attachment = message.attachments.get()
        check_attachment(self.attachment)
        self.product = self.company.products.first()
        self.picture = factories.product_picture(self.product)
        self.certificate = factories.certificate(self.company)
        self.colleague = self.company.team.get(user=factories.exporter(self.company, "editor"))
        self.invitation = team.invite_colleague(
            self.company, email="ana@mail.example", role="editor", actor=self.people["own"]
        )
        self.vendor = factories.application("approved")
        self.membership = self.vendor.memberships.get()
        self.support = self.returned_claim()
        claim = Desk().claim()
        self.promotion = factories.promotion("proposed")
        desk = Desk()
        desk.fund = desk.membership.fund  # of two, the one that it got
        self.payment = desk.send(desk.claim("approved"))
        self.fact = ProgrammeFact.objects.first()
        publish_register(2017, 4)
        buyers.wait_for_opening("buyer@mail.example", language="es")
        self.buyer = WaitingBuyer.objects.get()
        self.order = order_handover(
            None,
            language="en",
            format="json",
            actor=self.people["manager"],
            key=uuid.uuid4(),
        )
        self.enquiry = Enquiry.objects.create(
            name="Li Wei", country="CN", email="li@mail.example", text="?", confirmed_at=Now()
        )
        self.thread = self.enquiry.threads.create(
            company=self.company, status="answered", received_at=Now(), buyer_wrote_at=Now()
        )
        self.lead = factories.lead("invited")
        self.mail = Email.objects.first()
        Log.objects.create(email=self.mail, date=self.mail.created, status=0, message="x")
        TOTP.activate(self.people["other"], "JBSWY3DPEHPK3PXP")
        session = UserSession.objects.create(
            user=self.people["other"], ip="127.0.0.1", user_agent="x", session_key="x"
        )
        tasks.beat_heart()
        attachment = Attachment.objects.create(name="x", mimetype="text/plain", file="x")
        self.saved_filter = keep_filter(self.coordinator, name="Mío", query="desk=mine")
        export = record_export(
            [self.application.pk], query="", format="csv", actor=self.coordinator
        )
        self.rows = {
            "mfa_authenticator": Authenticator.objects.get().pk,
            "usersessions_usersession": session.pk,
            "post_office_email": self.mail.pk,
            "post_office_log": Log.objects.get().pk,
            "post_office_attachment": attachment.pk,
            "core_user": self.people["other"].pk,
            "auth_group": self.coordinator.groups.get().pk,
            "exporters_application": self.application.pk,
            "exporters_stageddecision": self.staged.pk,
            "exporters_marketaccessrule": self.rule.pk,
            "exporters_company": self.company.pk,
            "exporters_queueexport": export.pk,
            "exporters_product": self.product.pk,
            "exporters_certificate": self.certificate.pk,
            "exporters_productcategory": factories.category().pk,
            "exporters_lead": self.lead.pk,
            "memberships_plan": factories.plan().pk,
            "memberships_promotionperiod": self.promotion.pk,
            "memberships_subsidyfund": self.membership.fund.pk,
            "memberships_membership": self.membership.pk,
            "memberships_subsidyclaim": claim.pk,
            "memberships_paymentbatch": self.payment.batch_id,
            "memberships_exchangerate": self.payment.batch.rate_id,
            "memberships_fundentry": self.membership.fund_entries.first().pk,
            "memberships_programmefact": self.fact.pk,
            "pavilion_pavilion": 1,
            "pavilion_waitingbuyer": self.buyer.pk,
            "pavilion_launchrecord": LaunchRecord.objects.create(
                pavilion_id=1, figures=launch.figures_of(launch.get_pavilion())
            ).pk,
            "pavilion_handover": self.order.handover_id,
            "pavilion_enquirythread": self.thread.pk,
        }
        user = self.people["own"]
        address = user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        self.rows["account_emailaddress"] = address.pk

    def returned_claim(self):
        """Of the exporter “own”, with a proof of payment and its documents."""
        desk = Desk.of(offer_membership(self.application, actor=self.coordinator))
        return desk.claim("returned")

    MOVES = {
        "exporters_application": "claim", "exporters_product": "publish",
        "exporters_lead": "interest",
        "memberships_promotionperiod": "negotiate", "pavilion_pavilion": "reopen",
        "memberships_membership": "cancel", "memberships_subsidyclaim": "verify",
    }  # fmt: skip

    def address(self, name: str) -> str:
        if name.startswith("admin:"):
            return reverse(name, args=self.admin_arguments(name.removeprefix("admin:")))
        reference, slug = self.application.reference, self.company.slug
        one_picture = [slug, self.product.pk, self.picture.public_id]
        arguments = {
            "media": ["x.webp"],
            "sitemap": ["portal"],
            "exporters:product_pictures": one_picture[:2],
            **{f"exporters:picture_{do}": one_picture for do in OF_ONE_PICTURE},
            "exporters:picture_original": [self.picture.public_id],
            "exporters:certificates": [slug],
            "exporters:certificate_edit": [slug, self.certificate.public_id],
            "exporters:certificate_remove": [slug, self.certificate.public_id],
            "exporters:certificate_file": [self.certificate.public_id],
            "exporters:certificate_page": [self.certificate.public_id, 1],
            "memberships:payment_proof": [self.support.membership.proofs.get().public_id],
            "memberships:claim_document": [self.support.documents.first().public_id],
            "memberships:company_statement": [slug],
            **{name: [self.support.membership.pk] for name in OF_ONE_MEMBERSHIP},
            "exporters:application_start": [slug],
            "exporters:company": [slug],
            "exporters:products": [slug],
            "exporters:company_product_add": [slug],
            "exporters:company_product_preview": [slug],
            **{
                f"exporters:company_product_{step}": [slug, self.product.pk]
                for step in ("edit", "delete", "submit", "take_back", "take_down")
            },
            "exporters:team": [slug],
            "exporters:team_hand_over": [slug],
            "exporters:member_role": [slug, self.colleague.pk],
            "exporters:member_remove": [slug, self.colleague.pk],
            "exporters:invitation_revoke": [slug, self.invitation.pk],
            "exporters:approval_letter": [self.vendor.reference],
            "exporters:verify_code": [self.vendor.letter_code],
            "exporters:invitation": [self.invitation.token],
            "exporters:lead_invitation": [self.lead.invitations.get().token],
            "exporters:correction_answer": [reference, self.application.corrections.first().pk],
            "exporters:product_edit": [reference, self.product.pk],
            "exporters:product_delete": [reference, self.product.pk],
            "exporters:document_remove": [reference, self.document.public_id],
            "exporters:document_upload": [reference, "address"],
            "exporters:messages": [reference],
            "exporters:message_attachment": [self.attachment.public_id],
            "exporters:document": [self.document.public_id],
            "exporters:document_page": [self.document.public_id, 1],
            "memberships:register_file": ["csv"],
            "memberships:dictionary_file": ["json"],
            "memberships:quarter_file": [2017, 4, "json"],
            "memberships:fund_report": [self.membership.fund.pk],
            "pavilion:category": ["avocado"],
            "pavilion:company": [self.vendor.company.slug],
            "pavilion:product": [self.vendor.company.products.get().slug],
            "pavilion:press_picture": ["mark.svg"],
            "pavilion:company_feed": [slug],
            "pavilion:company_feed_file": [slug, "json"],
            "pavilion:enquiry": [self.enquiry.token],
            "pavilion:enquiry_confirm": [self.enquiry.token],
            "pavilion:enquiry_erase": [self.enquiry.token],
            "pavilion:enquiries": [slug],
            "pavilion:enquiry_thread": [slug, self.thread.public_id],
            "pavilion:buyer_confirm": [self.buyer.token],
            "pavilion:buyer_forget": [self.buyer.token],
            "api:company": [self.vendor.company.slug],
            "api:product": [self.vendor.company.products.get().slug],
            "account_confirm_email": ["key"],
            "account_reset_password_from_key": ["1", "key"],
            "mfa_remove_webauthn": [1],
            "mfa_edit_webauthn": [1],
            "demo:message": [self.mail.pk],
        }
        if name in arguments:
            return reverse(name, args=arguments[name])
        of_application = ("application_", "section_", "product_add")
        if name.removeprefix("exporters:").startswith(of_application):
            return reverse(name, args=[reference])
        return reverse(name)

    def admin_arguments(self, name: str) -> list:
        special = {
            "app_list": ["exporters"],
            "password_change": [],
            "auth_user_password_change": [self.rows["core_user"]],
            "view_on_site": [1, 1],
            "exporters_marketaccessrule_simple_history": [
                self.rule.pk,
                self.rule.history.get().history_id,
            ],
            "memberships_fundentry_download": [self.rows["memberships_subsidyfund"]],
            "memberships_programmefact_simple_history": [
                self.fact.pk,
                self.fact.history.get().history_id,
            ],
            "exporters_application_keep_filter": [],
            "pavilion_handover_order": [self.order.idempotency_key],
            "memberships_paymentbatch_export": [self.payment.batch_id],
            "memberships_paymentbatch_answer": [self.payment.batch_id],
            "memberships_paymentbatch_confirm": [self.payment.batch_id],
            "memberships_paymentbatch_settle": [self.payment.batch_id, self.payment.pk],
            "memberships_subsidyclaim_recover": [self.payment.claim_id],
            "exporters_application_drop_filter": [self.saved_filter.pk],
        }
        if name in special:
            return special[name]
        model, _, action = name.rpartition("_")
        if action == "move":
            return [self.rows[model], self.MOVES[model]]
        if action in OF_ONE_ROW:
            return [self.rows[model]]
        return []


def outcome(client: Client, method: str, address: str) -> str:
    """The cell of the table; whatever was done is undone."""
    with transaction.atomic():
        answer = getattr(client, method.lower())(address)
        if answer.streaming:  # read to its end, so that the file is closed
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    if answer.status_code == 302:
        if answer.url.startswith((reverse("account_login"), reverse("admin:login"))):
            return "in"
        return "ok" if method == "POST" else "->"
    return {200: "ok", 403: "no", 404: "--"}.get(answer.status_code, str(answer.status_code))


def rows() -> list[list[str]]:
    return [line.split() for line in TABLE.strip().splitlines() if not line.startswith("#")]


def test_every_url_has_its_row():
    in_table = {row[1] for row in rows()}
    assert in_table == set(names())


@pytest.fixture
def quiet():
    """Two hundred refusals need no log line each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("role", ROLES)
def test_every_url_answers_this_role_as_the_table_says(db, quiet, role):
    world = World()
    column = 2 + ROLES.index(role)
    client, wrong = Client(raise_request_exception=False), []
    if role != "anonymous":
        client.force_login(world.people[role])
    cookies = client.cookies.output(header="")
    for row in rows():
        client.cookies = SimpleCookie(cookies)
        found = outcome(client, row[0], world.address(row[1]))
        if found != row[column]:
            wrong.append(f"{row[0]} {row[1]}: expected {row[column]}, found {found}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_table_has_no_objects_that_do_not_exist(db):
    """The rows that say “--” for others say so because of who asks, not of what is asked for."""
    world = World()
    assert Application.objects.visible_to(world.people["own"]).get() == world.application
    assert not Application.objects.visible_to(world.people["other"]).exists()
