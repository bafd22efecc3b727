"""The station's own API for any ERP or shop system: tokens, documents in, confirmations out."""
