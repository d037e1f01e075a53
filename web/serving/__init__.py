"""What holds for every answer, whatever it shows: access, headers, caching, compression, logs, metrics, health."""
