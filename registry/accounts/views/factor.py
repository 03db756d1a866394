"""Setting up, renewing and removing one's own second factor."""

from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.accounts import forms, queries, service
from registry.accounts.second_factor import new_seed, provisioning_uri, qr_picture
from registry.core import websession
from registry.core.access import Permission, current_actor, needs
from registry.core.secrets import SealBroken, keyring
from registry.models.accounts import SessionStrength

SEED = "seed"  # kept sealed in the cookie until a code proves it, so that looking at the page stores nothing
PURPOSE = "second-factor-enrolment"
ISSUER = "Vendor risk registry"


@needs(Permission.ACCOUNT_OWN, fresh=True, before_second_factor=True)
def second_factor() -> ResponseReturnValue:
    if current_user.has_second_factor:
        left = queries.open_recovery_codes(current_user.person_id)
        return render_template("accounts/second_factor.html", left=left)
    form, seed = forms.SecondFactorForm(), _seed_on_offer()
    if form.validate_on_submit():
        try:
            codes = service.confirm_second_factor(current_actor(), seed, form.code.data)
        except service.Refused as refusal:
            forms.show_refusal(form, refusal)
        else:
            person_id = current_user.person_id
            websession.end_sessions(person_id, except_hash=current_user.id_hash)
            websession.open_for(person_id, SessionStrength.SECOND_FACTOR)
            return render_template("accounts/recovery_codes.html", codes=codes)
    uri = provisioning_uri(seed, current_actor().email or current_actor().name, ISSUER)
    page = render_template("accounts/set_up_second_factor.html", form=form, picture=qr_picture(uri), seed=seed)
    return page, 422 if form.errors else 200


@needs(Permission.ACCOUNT_OWN, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    try:
        codes = service.renew_recovery_codes(current_actor())
    except service.Refused as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("accounts.second_factor"), 303)
    return render_template("accounts/recovery_codes.html", codes=codes)


@needs(Permission.ACCOUNT_OWN, fresh=True)
def remove() -> ResponseReturnValue:
    try:
        service.remove_second_factor(current_actor())
    except service.Refused as refusal:
        flash(str(refusal), "error")
    else:
        websession.open_for(current_user.person_id, SessionStrength.PASSWORD)
        flash("Your second factor is removed.", "success")
    return redirect(url_for("accounts.second_factor"), 303)


def _seed_on_offer() -> str:
    try:
        return keyring().unseal(PURPOSE, cookie[SEED])
    except (KeyError, SealBroken):
        seed = new_seed()
        cookie[SEED] = keyring().seal(PURPOSE, seed)
        return seed
