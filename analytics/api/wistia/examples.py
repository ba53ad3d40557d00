"""An answer to each call, as the API's description shows it."""

from __future__ import annotations

from analytics.api.wistia import shapes

ACCOUNT: shapes.WistiaCounts = {"load_count": 1000, "play_count": 400, "hours_watched": 21.9}
PROJECT: shapes.WistiaProjectStats = {
    "load_count": 5498,
    "play_count": 3942,
    "hours_watched": 59.8,
    "number_of_videos": 8,
}
DAYS: list[shapes.WistiaDayCounts] = [
    {"date": "2026-01-30", "load_count": 40, "play_count": 17, "hours_watched": 0.9},
    {"date": "2026-01-31", "load_count": 0, "play_count": 0, "hours_watched": 0.0},
]
MEDIA: shapes.WistiaMediaStats = {
    "load_count": 100,
    "play_count": 80,
    "play_rate": 0.54,
    "hours_watched": 21.9,
    "engagement": 0.89,
    "visitors": 94,
    "actions": [{"type": "Call to Action", "action_count": 24, "impression_count": 84, "rate": 0.286}],
}
SUMMARY: shapes.WistiaMediaSummary = {
    "id": 17,
    "hashed_id": "vid_0a1b2c3d4e",
    "name": "Limits",
    "stats": {
        "pageLoads": 100,
        "visitors": 94,
        "percentOfVisitorsClickingPlay": 54,
        "plays": 80,
        "averagePercentWatched": 89,
    },
}
ENGAGEMENT: shapes.WistiaEngagement = {
    "engagement": 0.75,
    "engagement_data": [154, 152, 152, 151, 148],
    "rewatch_data": [13, 17, 19, 19, 15],
}
VISITOR: shapes.WistiaVisitor = {
    "visitor_key": "E4E7613B5C24CB0F1F7C0A1E4E874635E752263E",
    "created_at": "2012-12-12T01:51:36Z",
    "last_active_at": "2012-12-12T03:15:56Z",
    "last_event_key": "013b8cf3-d3c8-7f0e-8f4b-4d4a2b6a9c01",
    "load_count": 3,
    "play_count": 2,
    "visitor_identity": {
        "name": "Jim",
        "email": "jim@example.com",
        "org": {"name": "Jeff's Lemonade", "title": "Expert lemon squeezer"},
    },
    "user_agent_details": {"browser": "Chrome", "browser_version": "45", "platform": "mac", "mobile": False},
}
VISITORS: list[shapes.WistiaListedVisitor] = [
    {**VISITOR, "identifying_event_key": "013b8cf3-d3c8-7f0e-8f4b-4d4a2b6a9c01"}
]
EVENT: shapes.WistiaEvent = {
    "received_at": "2012-12-12T03:15:56Z",
    "event_key": "013b8cf3-d3c8-7f0e-8f4b-4d4a2b6a9c01",
    "ip": None,
    "country": "US",
    "region": "MA",
    "city": "Cambridge",
    "lat": 42.38,
    "lon": -71.1,
    "org": None,
    "email": "jim@example.com",
    "percent_viewed": 0.25,
    "embed_url": "https://example.com/course",
    "conversion_type": "turnstile",
    "conversion_data": {"email": "jim@example.com", "first_name": "Jim", "last_name": None},
    "iframe_heatmap_url": "https://viewprint.example.com/v1/stats/events/013b8cf3-d3c8-7f0e-8f4b-4d4a2b6a9c01/iframe.html"
    "?public_token=PUBLIC_TOKEN",
    "visitor_key": "E4E7613B5C24CB0F1F7C0A1E4E874635E752263E",
    "media_id": "vid_0a1b2c3d4e",
    "media_name": "Limits",
    "media_url": "https://viewprint.example.com/videos/vid_0a1b2c3d4e/",
    "thumbnail": {
        "url": "https://cdn.example.com/limits.jpg",
        "width": None,
        "height": None,
        "fileSize": None,
        "contentType": "image/jpeg",
        "type": "StillImageFile",
    },
}
FILE: shapes.WistiaMediaFile = {
    "id": 17,
    "name": "Limits",
    "type": "Video",
    "archived": False,
    "created": "2010-08-13T18:47:39+00:00",
    "updated": "2010-08-13T18:47:39+00:00",
    "hashed_id": "vid_0a1b2c3d4e",
    "description": "",
    "progress": 1.0,
    "status": "ready",
    "thumbnail": {"url": "https://cdn.example.com/limits.jpg", "width": None, "height": None},
    "assets": [
        {
            "url": "https://cdn.example.com/limits.mp4",
            "width": None,
            "height": None,
            "fileSize": None,
            "contentType": "video/mp4",
            "type": "OriginalFile",
        }
    ],
    "duration": 300.0,
}
MEDIA_FILE: shapes.WistiaMedia = {**FILE, "project": {"id": 3, "name": "Academy", "hashed_id": "proj_0a1b2c3d4e"}}
LISTED_PROJECT: shapes.WistiaProject = {
    "id": 3,
    "name": "Academy",
    "description": "",
    "mediaCount": 1,
    "created": "2010-08-13T18:47:39+00:00",
    "updated": "2010-08-13T18:47:39+00:00",
    "hashedId": "proj_0a1b2c3d4e",
    "hashed_id": "proj_0a1b2c3d4e",
    "anonymousCanUpload": False,
    "anonymousCanDownload": False,
    "public": False,
    "publicId": "proj_0a1b2c3d4e",
}
PROJECT_FILES: shapes.WistiaProjectFiles = {**LISTED_PROJECT, "medias": [FILE]}
