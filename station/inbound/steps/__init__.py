"""The scan steps of arrival, stage 1, stage 2 and signing: one file per process."""
