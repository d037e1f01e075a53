"""What holds for every answer, whatever it shows: who may ask, headers, caches, compression, logs, metrics, health."""
