"""The writing side of the engines that can hold an index."""
