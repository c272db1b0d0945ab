"""OpenID Connect: logging in by an account elsewhere, at the one provider that the operator named.

By the code flow with PKCE, state and nonce; the provider's tokens are checked and not kept. What a
browser brings back from there is a ticket, good for a moment and only for the client that began.
Rules: whoever the provider calls by a subject that is linked here is that user. Anybody else is let
in by their address alone, and only if the provider says that it is proved: a new account where
nobody has it; where somebody does, theirs, if they proved it here too and are linked to nobody. In
all other cases one links from inside, with a proof (accounts/proving.py). A second factor is asked
for as after a password.
SQL: sql/oidc.sql. Events: identity_updated.
"""
