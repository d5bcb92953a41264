"""An example plug-in of onroll: the authentication method `signature`, the style `each_value`."""
