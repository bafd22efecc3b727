"""Users, badges, PINs, roles, device sessions, signatures, the audit trail."""
