"""An example plug-in of onroll: an authentication method, a pagination style and a target."""
