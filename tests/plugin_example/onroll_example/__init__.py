"""An example plug-in of onroll: an authentication method, a style, a format and a target."""
