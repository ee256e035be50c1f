"""What each page shows, as its template takes it."""
