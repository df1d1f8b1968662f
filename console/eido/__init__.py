"""EIDO: an incident handed over to another agency, as a document. Not a release."""
