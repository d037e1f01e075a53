"""Canonical URLs: two addresses of the same article become equal."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "at_")
_TRACKING = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh"}
    | {"mc_cid", "mc_eid", "_ga", "_gl", "ref_src", "ref_url", "cmpid", "ncid", "ocid", "xtor", "wt_mc"}
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The URL reduced to what selects the page, for comparing and hashing only; it may not work as a link.

    Scheme (http and https are one), `www.`, case of the host, default port, fragment, tracking parameters and the
    trailing slash are dropped; other parameters stay, in their order, since old Turkish sites address articles by
    `?id=`. Text that is not an absolute URL comes back stripped.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        host = _host(parts)
    except ValueError:  # a bad port or bracket: not a URL that can be parsed
        return text
    if not host:
        return text
    query = urlencode([(name, value) for name, value in _parameters(parts) if not _is_tracking(name)])
    path = parts.path.rstrip("/")
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    port = parts.port
    return f"{host}:{port}" if host and port and port != _DEFAULT_PORTS.get(parts.scheme) else host


def _parameters(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")


def _is_tracking(name: str) -> bool:
    lowered = name.lower()
    return lowered in _TRACKING or lowered.startswith(_TRACKING_PREFIXES)
