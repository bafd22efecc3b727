"""Taking over what an ERP says."""
