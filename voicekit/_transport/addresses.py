"""Which network addresses a link in a reply may lead to. Pure; imports nothing of ours.

`ipaddress.is_global` alone is not enough: it lets NAT64 (64:ff9b::/96), IPv4-compatible (::/96), site-local and all
multicast addresses pass, and 6to4 and IPv4-mapped ones on some versions of Python. For IPv6 the rule is therefore a
list of what is allowed: the one block that global unicast addresses are given out from, less the parts of it that
lead elsewhere.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")  # IANA, "IPv6 Address Space": Global Unicast
_ELSEWHERE_6 = (
    IPv6Network("2001::/23"),  # IETF protocol assignments, with Teredo and ORCHID
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4 carries an IPv4 address
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
)
_ELSEWHERE_4 = (
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
)


def is_public(text: str) -> bool:
    """Say whether an address, as a resolver gives it, is a host on the public internet.

    >>> is_public("8.8.8.8"), is_public("64:ff9b::7f00:1"), is_public("0x7f000001")
    (True, False, False)
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _ELSEWHERE_4)
    if address.scope_id is not None:
        return False
    return address in _UNICAST and not any(address in network for network in _ELSEWHERE_6)
