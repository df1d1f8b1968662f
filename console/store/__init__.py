"""The log, its folds, and the read side of them.

sqlite_utils binds, at import, to whatever module is called ``pysqlite3``. Putting
sqlcipher3 under that name here, before any module of this package can import
sqlite_utils, makes both use one SQLite: the one whose version is checked.
"""

import sys

import sqlcipher3
import sqlcipher3.dbapi2

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)
