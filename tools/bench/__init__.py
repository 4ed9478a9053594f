"""`make bench`: how fast the real server is, measured against what its parts could do at best in the same run.

Two yardsticks, because a shared machine is never the same twice: the floor (the same rows written and read by bare
psycopg2) and the ceiling (an empty authenticated REST view under the same server).
"""
