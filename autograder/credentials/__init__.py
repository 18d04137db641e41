"""Credentials: keys, badges, their signatures, the list of withdrawn ones, and the printed page.

A badge is an Open Badges 3.0 credential (a W3C Verifiable Credential 2.0) with one Data Integrity
proof. It is written by `documents`, signed by `proof`, and read back by `profile`, which knows
exactly what a badge of ours may hold and refuses everything else.
"""
