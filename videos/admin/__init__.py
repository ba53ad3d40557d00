"""The members' pages for the catalog and the workspace."""
