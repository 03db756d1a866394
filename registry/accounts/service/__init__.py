"""The write verbs of accounts, one file per group."""

from registry.accounts.service.commands import AddDeputy, PersonDetails, Profile
from registry.accounts.service.demo import DemoAccount, create_demo_people
from registry.accounts.service.links import make_link, use_link
from registry.accounts.service.own import change_password, change_profile
from registry.accounts.service.people import (
    add_deputy,
    add_person,
    change_person,
    disable_person,
    enable_person,
    end_deputy,
)
from registry.accounts.service.refusals import Refused, WrongCredentials
from registry.accounts.service.second_factors import (
    check_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
)
from registry.accounts.service.signing_in import check_again, check_password, note_sign_in, note_sign_out, unlock

__all__ = [
    "AddDeputy",
    "DemoAccount",
    "PersonDetails",
    "Profile",
    "Refused",
    "WrongCredentials",
    "add_deputy",
    "add_person",
    "change_password",
    "change_person",
    "change_profile",
    "check_again",
    "check_password",
    "check_second_factor",
    "confirm_second_factor",
    "create_demo_people",
    "disable_person",
    "enable_person",
    "end_deputy",
    "make_link",
    "note_sign_in",
    "note_sign_out",
    "remove_second_factor",
    "renew_recovery_codes",
    "unlock",
    "use_link",
]
