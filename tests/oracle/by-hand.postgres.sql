CREATE SCHEMA other;
CREATE TYPE state AS ENUM ('new', 'it''s done');
CREATE TABLE "Orders" (
    id bigserial PRIMARY KEY,
    name varchar(20) NOT NULL DEFAULT 'ab''c\',
    state state NOT NULL DEFAULT 'new',
    amount numeric(10,2) NOT NULL DEFAULT 1.5,
    free numeric,
    at timestamptz DEFAULT now(),
    day timestamp(3) DEFAULT '2000-01-01',
    doc jsonb,
    tags text[],
    key uuid DEFAULT gen_random_uuid(),
    yes bool NOT NULL DEFAULT true,
    bits bit(3) DEFAULT B'101',
    note text,
    twice numeric(12,2) GENERATED ALWAYS AS (amount * 2) STORED,
    parent bigint REFERENCES "Orders" ON DELETE CASCADE,
    UNIQUE (name, state),
    CONSTRAINT named CHECK (name IN ('x', 'y') AND amount > 0)
);
CREATE UNIQUE INDEX one_free ON "Orders" (name) WHERE free IS NULL;
CREATE UNIQUE INDEX one_note ON "Orders" (yes, amount) NULLS NOT DISTINCT;
CREATE INDEX by_lower ON "Orders" (lower(name));
CREATE INDEX by_note ON "Orders" (note, amount DESC);
CREATE TABLE parts (
    id int NOT NULL,
    part smallint NOT NULL,
    "order" bigint,
    PRIMARY KEY (id, part),
    FOREIGN KEY ("order") REFERENCES "Orders" (id) ON UPDATE RESTRICT
);
CREATE TABLE other.thing (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, raw bytea);
CREATE VIEW names AS SELECT id, name FROM "Orders";
\echo meta commands and data are left to psql
COPY parts (id, part) FROM stdin;
1	2
\.
