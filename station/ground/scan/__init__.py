"""One scan: what it says (`codes`), where the worker stands (`workflow`), what comes of it (`door`)."""
