--liquibase formatted sql

--changeset tests:1
CREATE TABLE lent_books (id INT PRIMARY KEY, reader VARCHAR(20));

--changeset tests:2
INSERT INTO lent_books VALUES (1, 'secret');
