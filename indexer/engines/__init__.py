"""One small interface, two engines."""
