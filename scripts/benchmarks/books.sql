-- Two years of fees of several communities, made where they are stored. Everything in it is invented.
-- bench.communities, bench.large, bench.small (homes of the first community and of each other one), bench.months,
-- bench.first (the first month's first day) and bench.secret are set before. Each home gets five bills a month and
-- pays them at once, a twentieth of the homes the last one but for one yuan: 16 postings for a home and a month.

CREATE FUNCTION pg_temp.key(kind text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN substr(md5(kind || number), 1, 20);
CREATE FUNCTION pg_temp.key64(kind text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN encode(sha256((kind || number)::bytea), 'hex');

SET LOCAL session_replication_role = replica;  -- the rows fit each other by construction: the books are checked

CREATE TEMP TABLE place AS
SELECT c AS number, c + 1 AS ledger, pg_temp.key('community', c) AS community, homes,
  sum(homes) OVER (ORDER BY c) - homes AS before
FROM (SELECT c, CASE c WHEN 0 THEN current_setting('bench.large') ELSE current_setting('bench.small') END::int
  AS homes FROM generate_series(0, current_setting('bench.communities')::int - 1) AS c) AS sized;
CREATE TEMP TABLE person AS
SELECT before + h AS number, place.number AS place, ledger, community, homes, h AS home,
  pg_temp.key('unit', before + h) AS unit, pg_temp.key('owner', before + h) AS owner,
  h / 200 + 1 AS building, h % 200 / 100 + 1 AS stair, 100 + h % 100 AS room, 6000 + h * 37 % 9000 AS area
FROM place, generate_series(0, homes - 1) AS h;
CREATE TABLE bench_owners AS SELECT number, unit AS id FROM person;  -- whom the bench calls by a number
CREATE TEMP TABLE item AS
SELECT n AS number, name, basis, split, price FROM (VALUES
  (1, '物业服务费', 'area_month', 'area', 18500), (2, '电梯费', 'area_month', 'area', 3000),
  (3, '垃圾清运费', 'unit_month', 'area', 50000), (4, '秩序维护费', 'unit_month', 'area', 120000),
  (5, '公摊电费', 'shared', 'area', 0)) AS kind (n, name, basis, split, price);
CREATE TEMP TABLE month AS
SELECT m AS number, (current_setting('bench.first')::date + m * interval '1 month')::date AS first,
  (current_setting('bench.first')::date + (m + 1) * interval '1 month')::date AS until
FROM generate_series(0, current_setting('bench.months')::int - 1) AS m;

INSERT INTO organisations (id, name, kind, created_at)
VALUES (pg_temp.key('firm', 0), '演示物业公司', 'firm', now() - interval '4 years');
INSERT INTO communities (id, name, created_at)
SELECT community, '演示小区' || number, now() - interval '4 years' FROM place;
INSERT INTO community_bodies (id, community_id, organisation_id, duty, department, since)
SELECT pg_temp.key('body', number), community, pg_temp.key('firm', 0), 'firm', '', now() - interval '4 years'
FROM place;
INSERT INTO accounts (id, phone, phone_hash, created_at)
SELECT pg_temp.key('account', number), current_setting('bench.secret'), pg_temp.key64('phone', number), now()
FROM (SELECT number FROM person UNION ALL SELECT 1000000) AS everybody;
INSERT INTO tokens (id, account_id, token_hash, issued_at, expires_at)
SELECT pg_temp.key('token', number), pg_temp.key('account', number),
  encode(sha256(('yishiting/token|bench-' || number)::bytea), 'hex'), now(), now() + interval '30 days'
FROM (SELECT number FROM person UNION ALL SELECT 1000000) AS everybody;
INSERT INTO role_grants (id, account_id, role, organisation_id, granted_at)
VALUES (pg_temp.key('grant', 0), pg_temp.key('account', 1000000), 'firm_dispatcher', pg_temp.key('firm', 0), now());
INSERT INTO units (id, community_id, label, building, stair, room, kind, area, area_source, status)
SELECT unit, community, building || '-' || stair || '-' || room, building, stair, room, 'HOME', area,
  'REGISTERED', 'DELIVERED'
FROM person;
INSERT INTO owners (id, community_id, name, document, document_hash)
SELECT owner, community, current_setting('bench.secret'), current_setting('bench.secret'),
  pg_temp.key64('document', number)
FROM person;
INSERT INTO owner_phones (owner_id, phone_hash, community_id, phone, position)
SELECT owner, pg_temp.key64('phone', number), community, current_setting('bench.secret'), 0 FROM person;
INSERT INTO ownerships (unit_id, owner_id, community_id, position) SELECT unit, owner, community, 0 FROM person;

INSERT INTO fee_items (id, community_id, name, basis, split_by, kinds, buildings, created_at)
SELECT pg_temp.key('item', place.number * 10 + item.number), community, name, basis, split, 'HOME', '', now()
FROM place, item;
INSERT INTO fee_prices (id, item_id, first_day, until, price_e4, clause, created_at)
SELECT pg_temp.key('price', place.number * 10 + item.number), pg_temp.key('item', place.number * 10 + item.number),
  '2000-01-01', '9999-12-31', price, '演示合同第 8 条', now()
FROM place, item WHERE price > 0;
-- Accounts: a home's from 1 on, then the items', then that of transfers.
INSERT INTO ledgers (id, community_id, last_entry, last_account)
SELECT ledger, community, homes * 6 * (SELECT count(*) FROM month), homes + 6 FROM place;
INSERT INTO ledger_accounts (id, ledger_id, name, kind, key, unit_id)
SELECT ledger * 1000000000::bigint + home + 1, ledger, 'receivable:' || unit || ':0', 'receivable', '0', unit FROM person
UNION ALL
SELECT ledger * 1000000000::bigint + homes + item.number, ledger,
  'income::' || pg_temp.key('item', place.number * 10 + item.number), 'income',
  pg_temp.key('item', place.number * 10 + item.number), NULL FROM place, item
UNION ALL
SELECT ledger * 1000000000::bigint + homes + 6, ledger, 'clearing::transfer', 'clearing', 'transfer', NULL FROM place;

-- What is billed; an entry's number follows the month, the home and the item, and the payment comes sixth.
CREATE TEMP TABLE billed AS
SELECT month.number AS month, month.first, month.until, item.number AS item, person.ledger, person.place, home, homes, unit,
  ledger * 1000000000::bigint + (month.number * homes + home) * 6::bigint + item.number AS id,
  CASE item.number WHEN 1 THEN area * 185 / 100 WHEN 2 THEN area * 30 / 100 WHEN 3 THEN 500 WHEN 4 THEN 1200
    ELSE 900 + month.number * 10 END AS fen, area, price, item.number = 5 AND home % 20 = 0 AS is_short
FROM month, person, item ORDER BY month, place, home, item;
INSERT INTO journal_entries (id, ledger_id, kind, business_key, day, memo, recorded_at, recorded_by)
SELECT id, ledger, 'charge', 'charge:' || pg_temp.key('item', place * 10 + item) || ':' || first || ':' || until || ':'
  || unit || ':0:0', first, '', first, 'bench' FROM billed ORDER BY id;
INSERT INTO journal_entries (id, ledger_id, kind, business_key, day, memo, recorded_at, recorded_by)
SELECT id + 1, ledger, 'payment', 'payment:transfer:' || id, first + 20, id::text, first, 'bench'
FROM billed WHERE item = 5 ORDER BY id;
INSERT INTO charge_runs (id, community_id, first_day, until, day, due_day, bills, amount_fen, at, recorded_by)
SELECT pg_temp.key('run', place * 1000 + month), pg_temp.key('community', place), first, until, first, until - 1,
  count(*), sum(fen), first, 'bench' FROM billed GROUP BY place, month, first, until;
INSERT INTO bills (id, unit_id, item_id, tenure, first_day, until, due_day, amount_fen, run_id, lines)
SELECT id, unit, pg_temp.key('item', place * 10 + item), 0, first, until, until - 1, fen,
  pg_temp.key('run', place * 1000 + month), format('[["%s","%s","%s","%s","1",%s,%s]]', first, until,
    to_char(area / 100.0, 'FM990.00'), to_char(price / 10000.0, 'FM990.00'), until - first, fen)
FROM billed ORDER BY id;
INSERT INTO payments (id, unit_id, tenure, method, amount_fen, reference)
SELECT max(id) + 1, unit, 0, 'transfer', sum(fen) - max(is_short::int) * 100, max(id)::text
FROM billed GROUP BY ledger, month, unit ORDER BY 1;
INSERT INTO postings (entry_id, line, account_id, amount_fen, day, bill_id)
SELECT id, 1, ledger * 1000000000::bigint + home + 1, fen, first, id FROM billed
UNION ALL
SELECT id, 2, ledger * 1000000000::bigint + homes + item, -fen, first, NULL FROM billed
UNION ALL
SELECT id - item + 6, item + 1, ledger * 1000000000::bigint + home + 1, is_short::int * 100 - fen, first + 20, id FROM billed
UNION ALL
SELECT max(id) + 1, 1, max(ledger * 1000000000::bigint + homes + 6), sum(fen) - max(is_short::int) * 100, max(first) + 20,
  NULL FROM billed GROUP BY ledger, month, home
ORDER BY 1, 2;
