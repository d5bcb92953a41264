"""Pagination styles, one small file per style. All are pure functions of the page before."""
