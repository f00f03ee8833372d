"""Api to Python: names, modules, annotations, decoding decisions."""
