"""Forms: what a caller says becomes an incident; drafts, rebids."""
