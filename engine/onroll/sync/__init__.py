"""From a listing to a plan, and from a plan to a changed directory, journalled."""
