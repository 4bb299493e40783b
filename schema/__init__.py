"""The GraphQL face of the storefront: types, inputs, payloads and roots. Strawberry lives here and nowhere else."""
