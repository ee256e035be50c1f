"""Files of both engines: generations, manifest, catalogue, saved pages."""
