"""The built-in targets, one module or package per kind. Plug-ins without privilege."""
