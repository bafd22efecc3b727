"""Every text a worker may see, the roles, the languages."""
