"""The report: composed once as a document, then rendered."""
