"""The marking desk: intake, marking, awards, certificates and their verification."""
