"""What is offered besides the answer: suggestions while typing, likelier spellings, similar articles."""
