"""The catalog and who may use it: everything that people edit. What viewers did is in analytics.models."""

from videos.models.catalog import Folder, Project, Template, Video, own_workspace
from videos.models.events import Event, Provider, Registration, Stream, Talk, TalkKind
from videos.models.invitations import Invitation
from videos.models.personalisation import AspectRatio, Personalisation
from videos.models.webhooks import DeliveryState, HookDelivery, HookState, Webhook
from videos.models.workspaces import (
    AddressKept,
    ApiToken,
    Membership,
    RetentionUnit,
    Role,
    Scope,
    User,
    Workspace,
    public_token_new,
    timezone_check,
)

__all__ = [
    "AddressKept",
    "ApiToken",
    "AspectRatio",
    "DeliveryState",
    "Event",
    "Folder",
    "HookDelivery",
    "HookState",
    "Invitation",
    "Membership",
    "Personalisation",
    "Project",
    "Provider",
    "Registration",
    "RetentionUnit",
    "Role",
    "Scope",
    "Stream",
    "Talk",
    "TalkKind",
    "Template",
    "User",
    "Video",
    "Webhook",
    "Workspace",
    "own_workspace",
    "public_token_new",
    "timezone_check",
]
