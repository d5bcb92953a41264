"""The definition language: YAML text → checked data with places → a `ConnectorDefinition`."""
