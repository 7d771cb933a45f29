insert into product (id, name, price, stock)
select 1, 'Espresso machine', 249.00, 1000000 where not exists (select 1 from product where id = 1);

insert into product (id, name, price, stock)
select 2, 'Coffee grinder', 129.50, 1000000 where not exists (select 1 from product where id = 2);

insert into product (id, name, price, stock)
select 3, 'Milk jug, hand made', 34.90, 2 where not exists (select 1 from product where id = 3);
