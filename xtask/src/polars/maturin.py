"""Stands in for the build backend, so that pip downloads the source and does not build it.

pip asks a source distribution for its metadata before it keeps the file; the real backend
would compile all of Polars for that.
"""

import os


def get_requires_for_build_wheel(config=None):
    return []


def prepare_metadata_for_build_wheel(directory, config=None):
    name = os.environ["POLAROID_SOURCE_NAME"]
    version = os.environ["POLAROID_SOURCE_VERSION"]
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    os.makedirs(os.path.join(directory, info), exist_ok=True)
    with open(os.path.join(directory, info, "METADATA"), "w") as file:
        file.write(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    with open(os.path.join(directory, info, "WHEEL"), "w") as file:
        file.write("Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: false\nTag: py3-none-any\n")
    return info
