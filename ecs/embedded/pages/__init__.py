"""Pages for people: the purchase page, a product's page, and the drawn covers."""
