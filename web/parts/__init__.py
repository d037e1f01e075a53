"""The parts of pages, each a value that a template renders: filters, charts, chips, page links, texts, citations."""
