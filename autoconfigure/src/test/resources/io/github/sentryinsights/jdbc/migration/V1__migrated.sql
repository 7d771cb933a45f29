CREATE TABLE migrated (name VARCHAR(20));
INSERT INTO migrated VALUES ('done');
