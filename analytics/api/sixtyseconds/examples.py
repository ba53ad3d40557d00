"""The reference's examples, as the API's description shows them."""

from __future__ import annotations

from analytics.api.sixtyseconds.shapes import AccountAnalytics, TemplateAnalytics, VideoAnalytics

VIDEO: VideoAnalytics = {
    "video_id": "vid_12345abcde",
    "title": "Welcome Message for John",
    "created_at": "2025-02-15T10:30:00Z",
    "metrics": {
        "views": 42,
        "unique_viewers": 38,
        "total_watch_time": 1845.3,
        "average_watch_time": 43.9,
        "completion_rate": 0.76,
        "engagement_score": 8.2,
    },
    "watch_time_distribution": [
        {"segment": "0-25%", "viewers": 42},
        {"segment": "25-50%", "viewers": 38},
        {"segment": "50-75%", "viewers": 35},
        {"segment": "75-100%", "viewers": 32},
    ],
    "engagement": {"clicks": 8, "shares": 3, "reactions": {"like": 12, "love": 5, "curious": 2}},
    "viewer_demographics": {
        "devices": {"mobile": 65, "desktop": 30, "tablet": 5},
        "browsers": {"chrome": 55, "safari": 30, "firefox": 10, "other": 5},
        "countries": {"US": 45, "UK": 15, "CA": 10, "DE": 8, "other": 22},
    },
}
ACCOUNT: AccountAnalytics = {
    "period": {"start_date": "2025-02-01", "end_date": "2025-02-28"},
    "summary": {
        "total_videos": 28,
        "total_views": 3845,
        "unique_viewers": 1652,
        "average_completion_rate": 0.72,
        "average_engagement_score": 7.8,
        "total_interactions": 476,
    },
    "trends": [
        {"date": "2025-02-01", "views": 120, "completion_rate": 0.68, "engagement_score": 7.2},
        {"date": "2025-02-08", "views": 205, "completion_rate": 0.71, "engagement_score": 7.5},
        {"date": "2025-02-15", "views": 310, "completion_rate": 0.74, "engagement_score": 8.1},
        {"date": "2025-02-22", "views": 286, "completion_rate": 0.73, "engagement_score": 7.9},
    ],
    "top_videos": [
        {"video_id": "vid_12345abcde", "title": "Welcome Message for John", "views": 245, "engagement_score": 8.7},
        {"video_id": "vid_67890fghij", "title": "Product Demo for Enterprise", "views": 186, "engagement_score": 8.2},
        {"video_id": "vid_abcdef12345", "title": "Feature Announcement", "views": 142, "engagement_score": 7.9},
    ],
}
TEMPLATE: TemplateAnalytics = {
    "template_id": "tmpl_welcome_message",
    "name": "Welcome Message",
    "total_videos": 120,
    "total_views": 3240,
    "average_completion_rate": 0.81,
    "average_engagement_score": 8.4,
    "metrics_distribution": {
        "completion_rate": {"min": 0.62, "max": 0.94, "median": 0.82, "quartiles": [0.75, 0.82, 0.88]},
        "engagement_score": {"min": 6.5, "max": 9.2, "median": 8.5, "quartiles": [7.8, 8.5, 8.9]},
        "watch_time": {"min": 32.4, "max": 58.2, "median": 48.6, "quartiles": [42.3, 48.6, 52.1]},
    },
    "top_performing_videos": [
        {
            "video_id": "vid_12345abcde",
            "title": "Welcome Message for John",
            "views": 245,
            "completion_rate": 0.92,
            "engagement_score": 9.1,
        },
        {
            "video_id": "vid_67890fghij",
            "title": "Welcome Message for Sarah",
            "views": 186,
            "completion_rate": 0.89,
            "engagement_score": 8.8,
        },
    ],
}
