"""The training bench: a handheld beside the things on the floor."""
