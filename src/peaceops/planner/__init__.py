"""Few people where they count most: problem → plan, with proof, reasons and what-ifs.

Reading and checking load no solver; solving does, so a server runs it in a process of its own
(`python -m peaceops.planner`).
"""
