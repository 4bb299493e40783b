"""The only SQL: which customer has which cart, the cart's lines as last seen, and the schema they live in."""
