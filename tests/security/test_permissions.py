"""How roles, functions and scopes add up."""

import pytest

from registry.core.access import may, permissions_of, scope_of
from registry.core.actor import Actor, Role
from registry.core.permissions import ROLE_PERMISSIONS, ROLE_WORDS, Permission, Scope


def acting(*roles: Role, functions: frozenset[str] = frozenset()) -> Actor:
    return Actor(person_id=1, name="Somebody", roles=frozenset(roles), functions=functions)


def test_nobody_may_do_anything():
    assert permissions_of(acting()) == {}


def test_the_wider_scope_of_two_roles_counts():
    both = acting(Role.VENDOR_MANAGER, Role.CISO)
    assert scope_of(acting(Role.VENDOR_MANAGER), Permission.FACTS_WRITE) is Scope.OWN
    assert scope_of(both, Permission.FACTS_WRITE) is Scope.ALL
    assert scope_of(acting(Role.AUDITOR), Permission.FACTS_WRITE) is None


@pytest.mark.parametrize("role", list(Role))
def test_legal_notes_are_for_the_function_and_for_no_role(role):
    assert Permission.INCIDENTS_LEGAL not in ROLE_PERMISSIONS[role]
    legal = acting(role, functions=frozenset({"legal"}))
    assert may(legal, Permission.INCIDENTS_LEGAL) is (role is not Role.AUDITOR)


def test_a_function_adds_nothing_to_an_auditor():
    auditor = acting(Role.AUDITOR, functions=frozenset({"legal", "executive", "operations"}))
    assert permissions_of(auditor) == dict(ROLE_PERMISSIONS[Role.AUDITOR])


def test_every_role_is_explained_and_may_keep_its_own_account():
    assert set(ROLE_WORDS) == set(Role)
    assert all(Permission.ACCOUNT_OWN in ROLE_PERMISSIONS[role] for role in Role)
