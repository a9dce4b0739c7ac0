"""Run by the environment of tools.py: reads a wheel with `packaging` and `installer`, as installers do.

    read_wheel.py WHEEL FOLDER    installs into the folder; exits 1 with the reason when they refuse it
"""

import sys
from pathlib import Path

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.sources import WheelFile
from packaging.metadata import Metadata
from packaging.utils import parse_wheel_filename

path, folder = Path(sys.argv[1]), Path(sys.argv[2])
name, version, _, tags = parse_wheel_filename(path.name)
with WheelFile.open(path) as source:
    source.validate_record(validate_contents=True)
    text = source.read_dist_info("WHEEL")
    metadata = Metadata.from_email(source.read_dist_info("METADATA"), validate=True)
    places = {scheme: str(folder / scheme) for scheme in ("purelib", "platlib", "headers", "scripts", "data")}
    install(source, SchemeDictionaryDestination(places, "/usr/bin/python3", "posix"), {"INSTALLER": b"test"})
listed = {line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("Tag:")}
if listed != {str(tag) for tag in tags}:
    sys.exit(f"the file name says {sorted(map(str, tags))}, WHEEL {sorted(listed)}")
if metadata.version != version:
    sys.exit(f"the file name says {version}, METADATA {metadata.version}")
