"""Learning and proving: demo, training bench, simulator, measurements, gallery."""
