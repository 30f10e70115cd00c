-- A city's complaints of three years, made where they are stored. Everything in it is invented.
-- Ids are hashes, as scattered as real ones; rows lie in the order of time, as in a real table.
-- bench.tickets, bench.end (midnight that ends the last day), bench.secret and bench.promises are set before.

CREATE FUNCTION pg_temp.key(kind text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN substr(md5(kind || number), 1, 20);
CREATE FUNCTION pg_temp.key64(kind text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN encode(sha256((kind || number)::bytea), 'hex');
-- How long something takes that takes so many hours on average.
CREATE FUNCTION pg_temp.some(hours double precision) RETURNS interval LANGUAGE sql VOLATILE
  RETURN -ln(1 - random()) * hours * interval '1 hour';

SELECT setseed(0.5);
SET LOCAL session_replication_role = replica;  -- the rows fit each other by construction: see the checks below
TRUNCATE tickets, ticket_events, ticket_bodies, ticket_whistles CASCADE;

-- 500 communities of 200 homes; 50 firms, 25 streets, 100 community parties, 5 departments.
CREATE TEMP TABLE place AS
SELECT c AS number, pg_temp.key('community', c) AS community, pg_temp.key('firm', c % 50) AS firm,
  pg_temp.key('party', c / 5) AS party, pg_temp.key('street', c / 20) AS street,
  pg_temp.key('department', c / 100) AS department
FROM generate_series(0, 499) AS c;
CREATE INDEX ON place (number);

INSERT INTO organisations (id, name, kind, created_at)
SELECT DISTINCT ON (id) id, name || substr(id, 1, 4), kind, now() - interval '4 years' FROM (
  SELECT firm, '演示物业公司', 'firm' FROM place UNION ALL SELECT party, '演示社区', 'community_party' FROM place
  UNION ALL SELECT street, '演示街道', 'street' FROM place
  UNION ALL SELECT department, '演示执法队', 'department' FROM place
) AS body (id, name, kind);
INSERT INTO communities (id, name, created_at)
SELECT community, '演示小区' || number, now() - interval '4 years' FROM place;
INSERT INTO community_bodies (id, community_id, organisation_id, duty, department, since)
SELECT pg_temp.key(duty, number), community, organisation, duty, department, now() - interval '4 years'
FROM (
  SELECT number, community, firm, 'firm', '' FROM place
  UNION ALL SELECT number, community, party, 'community', '' FROM place
  UNION ALL SELECT number, community, street, 'street', '' FROM place
  UNION ALL SELECT number, community, department, 'department', 'urban-management' FROM place
) AS service (number, community, organisation, duty, department);

-- One owner for each home, with a phone, an account and a token; and one person at work for each body.
CREATE TEMP TABLE person AS
SELECT h AS number, h / 200 AS place, pg_temp.key('account', h) AS account, pg_temp.key('unit', h) AS unit,
  pg_temp.key('owner', h) AS owner, pg_temp.key64('phone', h) AS phone_hash,
  h % 200 / 50 + 1 AS building, h % 50 / 25 + 1 AS stair, 100 + h % 25 AS room
FROM generate_series(0, 99999) AS h;
CREATE INDEX ON person (number);
CREATE TEMP TABLE worker AS
SELECT row_number() OVER (ORDER BY id) + 1000000 AS number, id AS organisation, CASE kind
  WHEN 'firm' THEN 'firm_dispatcher' WHEN 'community_party' THEN 'community_officer'
  WHEN 'street' THEN 'street_officer' ELSE 'department_officer' END AS role
FROM organisations;
-- Of one district, for three streets: one street alone has no 100,000 tickets.
INSERT INTO worker SELECT DISTINCT 2000000, street, 'street_officer' FROM place WHERE number < 60;

INSERT INTO accounts (id, phone, phone_hash, created_at)
SELECT pg_temp.key('account', number), current_setting('bench.secret'), pg_temp.key64('phone', number),
  now() - interval '4 years'
FROM (SELECT number FROM person UNION SELECT number FROM worker) AS everybody;
INSERT INTO tokens (id, account_id, token_hash, issued_at, expires_at)
SELECT pg_temp.key('token', number), pg_temp.key('account', number),
  encode(sha256(('yishiting/token|bench-' || number)::bytea), 'hex'), now(), now() + interval '30 days'
FROM (SELECT number FROM person UNION SELECT number FROM worker) AS everybody;
CREATE TABLE bench_people AS  -- whom the bench calls by a number
SELECT number, pg_temp.key('account', number) AS account_id
FROM (SELECT number FROM person UNION SELECT number FROM worker) AS everybody;
INSERT INTO role_grants (id, account_id, role, organisation_id, granted_at)
SELECT substr(md5(number || organisation), 1, 20), pg_temp.key('account', number), role, organisation, now()
FROM worker;
INSERT INTO units (id, community_id, label, building, stair, room, kind, area, area_source, status)
SELECT unit, community, building || '-' || stair || '-' || room, building, stair, room, 'dwelling', 9000,
  'certificate', 'delivered'
FROM person JOIN place ON place.number = person.place;
INSERT INTO owners (id, community_id, name, document, document_hash)
SELECT owner, community, current_setting('bench.secret'), current_setting('bench.secret'),
  pg_temp.key64('document', person.number)
FROM person JOIN place ON place.number = person.place;
INSERT INTO owner_phones (owner_id, phone_hash, community_id, phone, position)
SELECT owner, phone_hash, community, current_setting('bench.secret'), 0
FROM person JOIN place ON place.number = person.place;
INSERT INTO ownerships (unit_id, owner_id, community_id, position)
SELECT unit, owner, community, 0 FROM person JOIN place ON place.number = person.place;

-- What is reported: some kinds, communities and people more often than others.
CREATE TEMP TABLE matter AS
SELECT row_number() OVER (ORDER BY code) - 1 AS number, code, priority, department <> '' AS is_for_department,
  (ARRAY[1, 10, 60, 150])[substr(priority, 2)::int] AS hours,
  (ARRAY[interval '15 minutes', '30 minutes', '2 hours', '1 day'])[substr(priority, 2)::int] AS response,
  (ARRAY[interval '2 hours', '1 day', '7 days', '15 days'])[substr(priority, 2)::int] AS resolution
FROM complaint_categories WHERE parent IS NOT NULL;

CREATE TEMP TABLE report AS
SELECT n AS number, pg_temp.key('ticket', n) AS id, place, place * 200 + home AS person,
  floor(kinds * random())::int AS matter, at, random() AS way_in, random() AS spot, random() AS fate,
  random() AS opinion, CASE WHEN random() < 0.2 THEN ceil(4 * random())::int ELSE 0 END AS joined
FROM (
  SELECT n, floor(500 * power(random(), 1.2))::int AS place, floor(200 * power(random(), 1.5))::int AS home,
    (SELECT count(*) FROM matter) AS kinds,
    current_setting('bench.end')::timestamptz - interval '1 day' * (1095 - (n - 1) * 1095 / tickets)
      + interval '6 hours' + (random() + random()) * interval '8 hours' AS at
  FROM (SELECT current_setting('bench.tickets')::bigint AS tickets) AS wanted,
    generate_series(1, tickets) AS n
) AS drawn;

-- What became of it. A twentieth is merged or rejected, a hundredth hangs for a year.
CREATE TEMP TABLE story AS
SELECT told.*, coalesce(early, CASE
    WHEN resolved_at IS NOT NULL AND (opinion < 0.5 OR resolved_at + interval '7 days' < ends) THEN 'confirmed'
    WHEN resolved_at IS NOT NULL THEN 'resolved'
    WHEN responded_at IS NULL THEN 'submitted'
    WHEN opinion < 0.2 THEN 'acknowledged' WHEN opinion < 0.8 THEN 'in_progress' ELSE 'waiting' END) AS state,
  least(coalesce(responded_at, ends), at + response) = at + response AS is_late
FROM (
  SELECT going.*, CASE WHEN responding < ends THEN responding END AS responded_at,
    CASE WHEN early IS NULL AND responding < ends AND resolving < ends THEN resolving END AS resolved_at
  FROM (
    SELECT report.*, code, priority, is_for_department, response, resolution, hours,
      CASE WHEN fate < 0.02 AND report.number > 5000 THEN 'merged' WHEN fate < 0.05 THEN 'rejected' END AS early,
      at + pg_temp.some(least(hours / 6.0, 1)) AS responding,
      at + pg_temp.some(least(hours / 6.0, 1)) + interval '1 minute'
        + CASE WHEN fate > 0.99 THEN interval '400 days' ELSE pg_temp.some(hours) END AS resolving,
      current_setting('bench.end')::timestamptz AS ends
    FROM report JOIN matter ON matter.number = report.matter
  ) AS going
) AS told;

-- The steps of each life, in their order; `moment` says when.
CREATE TEMP TABLE step (path text, number int, kind text, party text, moment text);
INSERT INTO step
SELECT path, number, kind, CASE kind WHEN 'submitted' THEN 'reporter' WHEN 'confirmed' THEN 'reporter'
    WHEN 'reopened' THEN 'reporter' WHEN 'missed' THEN 'system' WHEN 'escalated' THEN 'system'
    ELSE 'dispatcher' END,
  CASE kind WHEN 'submitted' THEN 'at' WHEN 'missed' THEN 'due' WHEN 'escalated' THEN 'due'
    WHEN 'acknowledged' THEN 'responded' WHEN 'started' THEN 'responded' WHEN 'waited' THEN 'responded'
    WHEN 'rejected' THEN 'responded' WHEN 'merged' THEN 'responded' ELSE 'resolved' END
FROM (VALUES
  ('submitted', 'submitted'), ('acknowledged', 'submitted acknowledged'),
  ('in_progress', 'submitted acknowledged started'), ('waiting', 'submitted acknowledged started waited'),
  ('resolved', 'submitted acknowledged resolved'),
  ('confirmed', 'submitted acknowledged resolved confirmed'),
  ('again', 'submitted acknowledged resolved reopened acknowledged resolved confirmed'),
  ('rejected', 'submitted rejected'), ('merged', 'submitted merged')
) AS life (name, kinds),
LATERAL (VALUES (name, kinds), (name || '-late', replace(kinds, 'submitted', 'submitted missed escalated')))
  AS lives (path, all_kinds),
LATERAL unnest(string_to_array(all_kinds, ' ')) WITH ORDINALITY AS steps (kind, number);

CREATE TEMP TABLE life AS
SELECT story.*, CASE WHEN state = 'confirmed' AND fate BETWEEN 0.05 AND 0.09 THEN 'again' ELSE state END
    || CASE WHEN is_late THEN '-late' ELSE '' END AS path,
  state IN ('submitted', 'acknowledged', 'in_progress', 'waiting') AS is_open,
  CASE WHEN is_for_department THEN 4 WHEN is_late THEN 2 ELSE 1 END AS level,
  CASE WHEN state = 'confirmed' AND opinion < 0.55 THEN 5 - floor(power(opinion / 0.55, 3) * 5)::int END AS rating,
  CASE WHEN state IN ('submitted', 'acknowledged', 'in_progress', 'waiting')
    THEN at + CASE WHEN responded_at IS NULL THEN response ELSE resolution END
    ELSE timestamptz '9999-01-01 00:00:00+00' END AS next_due,
  way_in < 0.75 AS is_by_app
FROM story;

INSERT INTO tickets (id, number, community_id, channel, place_kind, building, unit_id, spot, lat_e7, long_e7,
  text, text_sha256, answers, photos, reporter_id, entered_by, contact_phone, submitted_at, category, state,
  priority, level, firm_id, street_id, merged_into, whistles, reopened, responded_at, response_due_at,
  response_met, resolved_at, resolution_due_at, resolution_met, closed_at, satisfaction, solved, callback,
  appeal_open, publication, updated_at, wake_at, events)
SELECT id, to_char(at, 'YYYYMMDD-') || lpad(life.number::text, 8, '0'), community,
  CASE WHEN is_by_app THEN 'mini_program' WHEN way_in < 0.9 THEN 'phone' WHEN way_in < 0.97 THEN '12345'
    ELSE 'walk_in' END,
  CASE WHEN spot < 0.5 THEN 'unit' WHEN spot < 0.8 THEN 'building' ELSE 'spot' END,
  CASE WHEN spot < 0.8 THEN building::text ELSE '' END, CASE WHEN spot < 0.5 THEN unit END,
  CASE WHEN spot < 0.8 THEN '' ELSE '小区北门外的花坛旁边' END,
  CASE WHEN spot >= 0.8 THEN 399000000 + place.number * 1000 END,
  CASE WHEN spot >= 0.8 THEN 1163000000 + place.number * 1000 END,
  (ARRAY['楼道灯已经三天不亮，老人上下楼不方便，请尽快来修。', '垃圾桶满了没有人清运，天热味道很大，已经影响到一层住户。',
    '地下车库的坡道有积水，昨天有人滑倒，请安排疏通并放警示牌。', '门禁刷卡没有反应，快递和访客都进不来，打过电话还没有人到。'])
    [life.number % 4 + 1] || '演示工单' || life.number,
  pg_temp.key64('text', life.number), '{}', '[]', CASE WHEN is_by_app THEN account END,
  CASE WHEN NOT is_by_app THEN pg_temp.key('account', 1000001) END,
  CASE WHEN NOT is_by_app THEN current_setting('bench.secret') END, at, code, state, priority, level, firm,
  street, CASE WHEN state = 'merged' THEN pg_temp.key('ticket', life.number - 5000) END, 1 + joined,
  (path LIKE 'again%')::int, responded_at, at + response,
  CASE WHEN is_late THEN false WHEN responded_at IS NOT NULL THEN true END, resolved_at, at + resolution,
  CASE WHEN least(coalesce(resolved_at, ends), at + resolution) = at + resolution THEN false
    WHEN resolved_at IS NOT NULL THEN true END,
  coalesce(resolved_at, CASE WHEN state = 'rejected' THEN responded_at END), rating, rating >= 3,
  CASE WHEN state = 'confirmed' AND rating IS NULL AND opinion < 0.75
    THEN (ARRAY['solved', 'unsolved', 'unreached', 'impossible'])[life.number % 4 + 1] END,
  false, CASE WHEN fate < 0.5 THEN 'shown' ELSE 'pending' END, coalesce(resolved_at, responded_at, at),
  CASE WHEN is_open THEN next_due WHEN state = 'resolved' THEN resolved_at + interval '7 days' END, steps
FROM life JOIN place ON place.number = life.place JOIN person ON person.number = life.person
JOIN (SELECT path, count(*) AS steps FROM step GROUP BY path) AS lengths USING (path)
ORDER BY life.number;

INSERT INTO ticket_bodies (ticket_id, organisation_id, level, part, is_open, due_at, submitted_at)
SELECT id, organisation, body.level, part, is_open, next_due, at
FROM life JOIN place ON place.number = life.place, LATERAL (VALUES
  (1, firm, CASE WHEN is_for_department THEN 'informed' WHEN is_late THEN 'assist' ELSE 'lead' END, true),
  (2, party, 'lead', is_late AND NOT is_for_department), (4, department, 'lead', is_for_department)
) AS body (level, organisation, part, is_there)
WHERE is_there;

INSERT INTO ticket_whistles (ticket_id, account_id, at, is_reporter)
SELECT id, pg_temp.key('account', place * 200 + (person + one * 41) % 200), at + one * interval '1 hour', one = 0
FROM life, generate_series(CASE WHEN is_by_app THEN 0 ELSE 1 END, joined) AS one;

INSERT INTO ticket_events (ticket_id, number, kind, at, party, account_id, organisation_id, text, facts, photos)
SELECT id, step.number, kind, CASE moment WHEN 'at' THEN at WHEN 'due' THEN at + response
    WHEN 'responded' THEN coalesce(responded_at, at) ELSE resolved_at END,
  party, CASE party WHEN 'reporter' THEN pg_temp.key('account', person) WHEN 'dispatcher'
    THEN pg_temp.key('account', 1000001) END, CASE WHEN party = 'dispatcher' THEN firm END,
  CASE kind WHEN 'acknowledged' THEN '已收到，安排人员上门查看。' WHEN 'resolved' THEN '已处理完毕，现场恢复正常，请您确认。'
    ELSE '' END,
  CASE kind WHEN 'submitted' THEN format('{"category": "%s", "priority": "%s", "level": %s, "bodies": [{"organisation": '
      '"%s", "level": %s, "part": "lead"}], "promises": %s}', code, priority,
      CASE WHEN is_for_department THEN 4 ELSE 1 END, CASE WHEN is_for_department THEN department ELSE firm END,
      CASE WHEN is_for_department THEN 4 ELSE 1 END, promises)
    WHEN 'reopened' THEN format('{"level": %s, "promises": %s}', level, promises)
    WHEN 'missed' THEN '{"clock": "response"}'
    WHEN 'escalated' THEN format('{"cause": "response", "level": %s, "body": {"organisation": "%s", "level": 2, '
      '"part": "lead"}}', level, party_id)
    WHEN 'waited' THEN '{"wait": "parts"}' WHEN 'rejected' THEN '{"reason": "unfounded"}'
    WHEN 'confirmed' THEN format('{"satisfaction": %s, "solved": %s}', coalesce(rating::text, 'null'),
      coalesce((rating >= 3)::text, 'null'))
    WHEN 'merged' THEN format('{"into": "%s"}', pg_temp.key('ticket', life.number - 5000)) ELSE '{}' END::json,
  '[]'
FROM life JOIN step USING (path) JOIN (SELECT number AS place, firm, department, party AS party_id FROM place)
  AS place USING (place)
JOIN json_each_text(current_setting('bench.promises')::json) AS promised (priority, promises) USING (priority);
