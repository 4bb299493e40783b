"""
The HTML pages of the server itself: the landing page, the page for a wrong address, and the frame they share.

Pages are plain text with every value escaped; they run no script. Their style sheet and mark are served from `ASSETS`.
"""

from server.pages.assets import ASSETS, FAVICON, SITE_CSS, Asset
from server.pages.frame import CONTENT_SECURITY_POLICY, message_page, not_found
from server.pages.landing import LandingState, UpstreamState, landing

__all__ = [
    "ASSETS",
    "CONTENT_SECURITY_POLICY",
    "FAVICON",
    "SITE_CSS",
    "Asset",
    "LandingState",
    "UpstreamState",
    "landing",
    "message_page",
    "not_found",
]
