"""The reading side of the engines that can hold an index, behind one protocol (`base.LiveIndex`)."""
