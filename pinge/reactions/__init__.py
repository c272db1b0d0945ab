"""Reactions: emojis on messages, of whoever may read them.

Rules: one of each kind of somebody, twenty kinds on a message; to give one twice, or to take back
what is not there, changes nothing. Who may not write to somebody gives them none either. A message
keeps its rev, which is the base of its edits; the figures stand in its row, so that reading a page
asks nothing else, and the people in rows of their own, each with the conversation's rev.
SQL: sql/reactions.sql. Events: reaction_changed.
"""
