"""Flask views: the routes of the pages, the API, feeds, exports and metrics."""
