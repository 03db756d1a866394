"""What a person says when a pack is asked for, signed or withdrawn."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from registry.facts.fields import LongTextField, TextField
from registry.reporting.service import SignPack

__all__ = ["SignForm", "WithdrawForm"]


class SignForm(FlaskForm):
    """A signature under the hash that was on the screen."""

    exceptions = LongTextField(
        "Exceptions",
        validators=[Length(max=4_000)],
        description="What you do not vouch for; empty: none. It stands on the sign-off sheet.",
    )
    content_sha256 = HiddenField(validators=[DataRequired()])
    version = HiddenField(validators=[DataRequired()])

    def to_command(self) -> SignPack:
        """Return what is signed."""
        return SignPack(str(self.content_sha256.data), self.exceptions.data or None)


class WithdrawForm(FlaskForm):
    """Why a pack is taken out of use."""

    reason = TextField("Why", validators=[DataRequired("Say why; it stays in the history."), Length(max=500)])
    version = HiddenField(validators=[DataRequired()])
