"""Airbyte's CDK with the manifest beside this file, through the CDK's own entry point.

Arguments: address, token, folder for the configuration.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from airbyte_cdk.cli.source_declarative_manifest import run

HERE = Path(__file__).parent


def main() -> None:
    address, token, folder = sys.argv[1:4]
    config = Path(folder) / "config.json"
    config.write_text(json.dumps({"address": address, "token": token}))
    sys.argv[1:] = [
        *("read", "--config", str(config), "--catalog", str(HERE / "catalog.json")),
        *("--manifest-path", str(HERE / "manifest.yaml")),
    ]
    run()


if __name__ == "__main__":
    main()
