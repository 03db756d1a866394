"""The permission matrix, shown from the same rows that decide."""

from flask import render_template
from flask.typing import ResponseReturnValue

from registry.accounts import queries
from registry.core.access import Permission, needs
from registry.core.actor import Role
from registry.core.permissions import FUNCTION_PERMISSIONS, PERMISSION_ROWS, ROLE_WORDS


@needs(Permission.PERMISSIONS_READ)
def permissions() -> ResponseReturnValue:
    words = {row.permission: row.words for row in PERMISSION_ROWS}
    functions = [
        (function.value.replace("_", " "), sorted(words[permission] for permission in granted))
        for function, granted in FUNCTION_PERMISSIONS.items()
    ]
    roles = [ROLE_WORDS[role] for role in Role]
    return render_template("accounts/permissions.html", roles=roles, rows=queries.matrix(), functions=functions)
