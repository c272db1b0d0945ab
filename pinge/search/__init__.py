"""Search: messages by what is in them, people by their name or address.

Rules: only one's own conversations, only what one may read at this moment; people by their whole
address or how their name begins, if they want to be found.
How: q is read (wording.py), and each text decides by itself, folded as what is sought (folding.py),
whether it is found (matching.py). Which texts are worth reading say blocks, each the signature of a
few messages (signatures.py). They are made beside everything else (keeping.py, signing.py): where
they are late, a search reads more and finds the same. What they let through is merged, newest
first, a page at a time (pages.py).
SQL: sql/search.sql. Events: none.
"""
