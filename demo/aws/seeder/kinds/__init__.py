"""The kinds of resources, one file per family; importing a file registers its kinds."""
