"""One module for each step of the schema, named by its revision. A step that was released is never edited."""
