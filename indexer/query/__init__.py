"""What the user typed, as a tree: parsed, rendered, widened, expanded to index terms."""
