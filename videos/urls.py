"""The catalog's paths outside of /v1/ and /admin/."""

from __future__ import annotations

from django.urls import path, re_path

from videos.media import media_file
from videos.pages.embed import embed_page
from videos.pages.invitation import invitation_page
from videos.pages.members import (
    invitation_resent,
    invitation_withdrawn,
    member_removed,
    member_role_changed,
    members_page,
)
from videos.pages.passwords import ChangedView, MailedView, NewPasswordView
from videos.pages.scripts import player_script
from videos.pages.switch import workspace_switch
from videos.pages.tokens import token_revoked, tokens_page
from videos.pages.webhooks import (
    delete_webhook_page,
    delivery_repeated,
    edit_webhook_page,
    new_webhook_page,
    webhook_page,
    webhook_paused,
    webhook_resumed,
    webhook_secret_renewed,
    webhook_tested,
    webhooks_page,
)
from videos.pages.workspace import workspace_page

app_name = "videos"
urlpatterns = [
    path("embed/<str:public_id>", embed_page, name="embed"),
    re_path(r"^(?P<name>viewprint\.js|viewprint\.mjs|embed\.mjs|viewprint-embed\.mjs)$", player_script, name="script"),
    path("media/<path:path>", media_file, name="media"),
    path("invitations/<str:token>", invitation_page, name="invitation"),
    path("password/mailed", MailedView.as_view(), name="password_mailed"),
    path("password/changed", ChangedView.as_view(), name="password_changed"),
    path("password/new/<str:uidb64>/<str:token>", NewPasswordView.as_view(), name="new_password"),
    path("settings/members", members_page, name="members"),
    path("settings/members/<int:member_id>/role", member_role_changed, name="member_role"),
    path("settings/members/<int:member_id>/remove", member_removed, name="remove_member"),
    path("settings/invitations/<int:invitation_id>/resend", invitation_resent, name="resend_invitation"),
    path("settings/invitations/<int:invitation_id>/withdraw", invitation_withdrawn, name="withdraw_invitation"),
    path("settings/tokens", tokens_page, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke", token_revoked, name="revoke_token"),
    path("settings/workspace", workspace_page, name="workspace"),
    path("settings/webhooks", webhooks_page, name="webhooks"),
    path("settings/webhooks/new", new_webhook_page, name="new_webhook"),
    path("settings/webhooks/<str:public_id>", webhook_page, name="webhook"),
    path("settings/webhooks/<str:public_id>/edit", edit_webhook_page, name="edit_webhook"),
    path("settings/webhooks/<str:public_id>/delete", delete_webhook_page, name="delete_webhook"),
    path("settings/webhooks/<str:public_id>/pause", webhook_paused, name="pause_webhook"),
    path("settings/webhooks/<str:public_id>/resume", webhook_resumed, name="resume_webhook"),
    path("settings/webhooks/<str:public_id>/secret", webhook_secret_renewed, name="renew_webhook_secret"),
    path("settings/webhooks/<str:public_id>/test", webhook_tested, name="test_webhook"),
    path("settings/webhooks/<str:public_id>/messages/<str:message_id>", delivery_repeated, name="redeliver"),
    path("workspaces/<int:workspace_id>/switch", workspace_switch, name="switch"),
]
