"""`aliquot mappings`: which exports of other CADs are known by name."""

from __future__ import annotations

import click

from aliquot.console.cli.output import emit


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mapping.")
def mappings(as_json: bool) -> None:
    """List the bundled mappings for `aliquot calls import` and foreign sources.

    \b
    Examples:
      aliquot mappings
      aliquot mappings --json
    """
    from aliquot.drivers.incidents.mapping import bundled_mappings

    for name, mapping in bundled_mappings().items():
        if as_json:
            emit(
                {
                    "name": name,
                    "title": mapping.title,
                    "source": mapping.source,
                    "time_zone": mapping.time_zone,
                    "crs": mapping.crs,
                    "columns": {
                        field: list(columns)
                        for field, columns in mapping.columns.items()
                    },
                }
            )
        else:
            click.echo(f"{name}\t{mapping.title}")
