"""The operations of the service, one module for each family; ``registry`` lists them."""
