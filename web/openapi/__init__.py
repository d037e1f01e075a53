"""The endpoint described as OpenAPI 3.1, made from the same tables that the program runs on."""
