"""What each driver's line may bring, to try it with. All of it is made up."""

from __future__ import annotations

from aliquot.drivers.lines.envelope import wrap
from aliquot.drivers.ng911.pidflo_write import write_pidflo

_PLACE = (42.951284, -71.904173)


def pidflo_sample() -> bytes:
    """A document as an HTTP endpoint or a spool folder brings it."""
    entity = "tel:+16035550123"
    text = write_pidflo(entity, _PLACE, 24.0, timestamp="2026-01-03T12:05:07Z")
    return wrap("/inbox/1.xml", text.encode(), "application/pidf+xml")


def held_sample() -> bytes:
    """An answer by value, with a reference for later."""
    inner = write_pidflo("pres:6035550123@lis.example.net", _PLACE, 24.0)
    text = (
        '<locationResponse xmlns="urn:ietf:params:xml:ns:geopriv:held">'
        '<locationUriSet expires="2026-01-03T13:00:00Z">'
        "<locationURI>https://lis.example.net/l/7a5f</locationURI></locationUriSet>"
        f"{inner.partition('?>')[2]}</locationResponse>"
    )
    return wrap("/held", text.encode(), "application/held+xml")


def eido_sample() -> bytes:
    """A call that another centre hands over."""
    text = (
        '{"$id":"urn:emergency:uid:incidentid:7a5f:psap.example.net",'
        '"lastUpdateTimeStamp":"2026-01-03T12:05:07Z",'
        '"updatedByAgencyReference":{"$ref":"psap.example.net"},"eidoVersion":"1.0",'
        '"issuingElementIdentification":"psap.example.net","callbackComponent":[{'
        '"$id":"c","lastUpdateTimeStamp":"2026-01-03T12:05:07Z",'
        '"updatedByAgencyReference":{"$ref":"psap.example.net"},'
        '"callBackInformationUri":["tel:+16035550123"]}],"agencyComponent":[{'
        '"$id":"psap.example.net","lastUpdateTimeStamp":"2026-01-03T12:05:07Z",'
        '"updatedByAgencyReference":{"$ref":"psap.example.net"},'
        '"agencyRoleDescriptionRegistryText":["CallReceiving"],'
        '"agencyType":["psap"]}]}'
    )
    return wrap("/eido", text.encode(), "application/json", method="WS")
