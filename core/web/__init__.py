"""The learners' door: pages over HTTP (aiohttp), and whether this process is in health."""
