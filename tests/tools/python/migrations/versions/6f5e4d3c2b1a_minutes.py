import sqlalchemy as sa
from alembic import op

revision = "6f5e4d3c2b1a"
down_revision = "1a2b3c4d5e6f"


def upgrade():
    op.add_column("recipes", sa.Column("minutes", sa.Integer))


def downgrade():
    op.drop_column("recipes", "minutes")
