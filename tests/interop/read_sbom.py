"""Run by the environment of tools.py: is a file valid CycloneDX 1.6, by the standard's own schema, nothing unknown in it?

    read_sbom.py FILE    exits 1 with the reason when it is not
"""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text())
if fault:
    sys.exit(str(fault))
