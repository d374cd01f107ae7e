"""Hyperlane: the engine that carries messages between chains. Nothing of it is rebuilt here: these modules put up its
own contracts, speak their forms, and start its own relayer.

What is kept in `data` comes from the npm packages that `data/manifest.json` names, with their hashes and licences.
"""

from __future__ import annotations
