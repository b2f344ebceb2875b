"""The census: calendar, cut, fold, versions and reports."""
