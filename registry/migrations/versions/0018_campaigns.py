"""Campaigns and the assessments they began."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column(
            "launch_key", sa.String(length=64), nullable=False, comment="Of the form: sent twice, it launches once."
        ),
        sa.Column("title", sa.String(length=200), nullable=False, comment="What it is called."),
        sa.Column(
            "questionnaire", sa.String(length=200), nullable=False, comment="Title and edition of what is asked."
        ),
        sa.Column("period", sa.String(length=40), nullable=False, comment="For which time."),
        sa.Column("due", sa.Date(), nullable=False, comment="First due date of its assessments."),
        sa.Column("chosen_by", sa.Text(), nullable=False, comment="The filter of the list of vendors it began with."),
        sa.Column("by", sa.String(length=254), nullable=False, comment="Who launched it."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("launch_key", name=op.f("uq_campaign_launch_key")),
        comment="One questionnaire asked of many vendors at once.",
    )
    op.create_table(
        "campaign_assessment",
        sa.Column("id", sa.Integer(), nullable=False, comment="Given by the database."),
        sa.Column("campaign_id", sa.Integer(), nullable=False, comment="Which campaign."),
        sa.Column("assessment_id", sa.Integer(), nullable=False, comment="Which assessment."),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_campaign_assessment_assessment_id")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_assessment_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_assessment")),
        sa.UniqueConstraint("campaign_id", "assessment_id", name="uq_campaign_assessment_campaign_id_assessment_id"),
        comment="Which assessments a campaign began.",
    )
    with op.batch_alter_table("campaign_assessment", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_assessment_assessment_id", ["assessment_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("campaign_assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_assessment_assessment_id")

    op.drop_table("campaign_assessment")
    op.drop_table("campaign")
