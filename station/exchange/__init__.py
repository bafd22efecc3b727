"""What the rooms say to and hear from any office: documents, the outbox, freshness."""
