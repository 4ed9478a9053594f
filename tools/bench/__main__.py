"""`make bench`, `ORDERS=1000000 make bench`; ROUNDS (3) is how often each act is measured.

With more than 10,000 orders a company of 10,000 is measured first, to see what grows with the orders.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import throwaway
from tools.bench.environment import SMALL, Size, asked_for, environment
from tools.bench.table import as_data, printed
from tools.stamps import ROOT

RESULT = Path(os.environ.get("RESULT") or ROOT / "build" / "bench.json")
# Room for a million orders; still a small server.
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB", "autovacuum": "off", "statement_timeout": "0"}


def main() -> int:
    size = asked_for()
    sizes = [Size(orders, size.rounds) for orders in sorted({min(SMALL, size.orders), size.orders})]
    with tempfile.TemporaryDirectory(prefix="jiedan-bench-") as name:
        runs = [_measured(size, Path(name)) for size in sizes]
    print(f"\n{printed(runs)}", flush=True)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(as_data(runs), indent=1))
    return 0


def _measured(size: Size, folder: Path) -> dict[str, object]:
    with throwaway.postgres(**POSTGRES) as database_url, throwaway.valkey() as redis_url:
        env = environment(database_url, redis_url, throwaway.free_port(), folder)
        for command in ("migrate", "collectstatic"):
            print(f"-- {command}", flush=True)
            subprocess.run([sys.executable, "manage.py", command, "--no-input", "-v", "0"], env=env, check=True)
        result = folder / f"{size.orders}.json"
        measure = [sys.executable, "-m", "tools.bench.measure", str(size.orders), str(size.rounds), str(result)]
        subprocess.run(measure, env=env, check=True)
        return dict(json.loads(result.read_text()))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
