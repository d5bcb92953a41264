"""Value transforms: small pure functions from one value to another, in four modules by subject."""
