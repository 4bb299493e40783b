"""What all requests share."""

from datetime import UTC, datetime, timedelta, timezone

from ecs.client.signing import Signer
from tests.unit.ecs.client.upstreams import config


def test_time_is_sent_in_utc() -> None:
    """A local time would be refused as expired, or accepted hours late."""
    instant = datetime(2026, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)

    parameters = Signer(config()).with_identity(
        {"Operation": "CartGet"}, instant.astimezone(timezone(timedelta(hours=9)))
    )

    assert parameters["Timestamp"] == "2026-03-04T05:06:07Z"


def test_identity_cannot_be_overridden() -> None:
    """A search parameter given by a caller must not change who asks."""
    parameters = Signer(config()).with_identity(
        {"AssociateTag": "other-20", "Version": "1"}, datetime(2026, 3, 4, tzinfo=UTC)
    )

    assert (parameters["AssociateTag"], parameters["Version"]) == ("tag-20", "2013-08-01")


def test_the_signature_follows_encoded() -> None:
    """Base64 has plus, slash and equals signs; the method is part of what is signed."""
    got, posted = (Signer(config()).signed("Operation=CartGet", method) for method in ("GET", "POST"))

    assert got.startswith("Operation=CartGet&Signature=")
    assert got.endswith("%3D")
    assert not set("+/=") & set(got.removeprefix("Operation=CartGet&Signature="))
    assert got != posted
