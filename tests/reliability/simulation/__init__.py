"""The storefront's functions in a world of our own: its time, its network, its crashes, all from one seed."""
