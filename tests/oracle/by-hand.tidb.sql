create database other;
create table `Orders` (
    id bigint not null auto_increment primary key,
    name varchar(20) not null default 'ab''c\\',
    state enum('new', 'it''s done') not null default 'new',
    amount decimal(10,2) not null default 1.5,
    free decimal(65,30),
    at timestamp(6) null default current_timestamp(6),
    day datetime(3) default '2000-01-01',
    doc json,
    tags json,
    `key` char(36) default (uuid()),
    yes tinyint(1) not null default true,
    bits bit(3) default b'101',
    note longtext,
    twice decimal(12,2) generated always as (amount * 2) stored,
    parent bigint,
    unique key (name, state),
    constraint named check (name in ('x', 'y') and amount > 0),
    foreign key (parent) references `Orders` (id) on delete cascade
);
create unique index one_free on `Orders` ((case when free is null then name end));
create unique index one_note on `Orders` (yes, amount);
create index by_lower on `Orders` ((lower(name)));
create index by_note on `Orders` (note(191), amount desc);
create table parts (
    id int not null,
    part smallint not null,
    `order` bigint,
    primary key (id, part),
    foreign key (`order`) references `Orders` (id) on update restrict
);
create table other.thing (id int not null auto_increment primary key, raw longblob);
create view names as select id, name from `Orders`
