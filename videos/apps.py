from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class VideosConfig(AppConfig):
    name = "videos"
    verbose_name = "Catalog"


class MemberAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site as `admin.site`, which every app registers with."""

    default = False
    default_site = "videos.member_site.MemberSite"
