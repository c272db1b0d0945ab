"""The load generator: drives a running server from outside and says what it carries.

It uses nothing but the wire contract, so it measures any Pinge it can reach; it makes its own
accounts and leaves them behind, which is why it belongs in front of a throw-away database.
"""

from __future__ import annotations
