"""The port to the office ERP: documents, outbox, inbox, one file per connector."""
