"""What users' values look like in a log, and everywhere they can stand in one.

`<<kind>>` is a place for a value of its own (see KINDS); `<<name>>` is a place for a name, which
may be kept. A name is what PostgreSQL's scanner calls an identifier, where it is one: of a table, a
column, a user, a database, an application. What stands in quotes of a string, a number, a comment
or a bare word where a setting or a password is expected is a value, also in text that no parser
takes.
"""

# {} is the part that is searched for; a number has digits there.
KINDS = {
    'word': '{}',
    'email': '{}@example.org',
    'jwt': 'eyJhbGciOiJIUzI1NiJ9.{}.dBjftJeZ4CVP',
    'key': 'sk_live_{}',
    'card': '{}',
    'name': '{}',
}

SQL = [
    "SELECT * FROM users WHERE email = '<<email>>'",
    "SELECT * FROM users WHERE token = E'<<jwt>>\\'s' AND name = U&'<<word>>\\0041' AND n = N'<<word>>'",
    "SELECT * FROM users WHERE note = $$<<word>> it's$$ OR note = $tag$<<key>>$tag$",
    'SELECT * FROM cards WHERE number = <<card>> OR number = -<<card>> OR limits < <<card>>.25',
    "SELECT * FROM cards WHERE number IN (<<card>>, <<card>>) AND holder = ANY (ARRAY['<<email>>'])",
    "SELECT * FROM cards WHERE number='<<card>>'::numeric AND day = date '<<word>>' LIMIT <<card>>",
    "SELECT '{\"token\": \"<<jwt>>\"}'::jsonb ->> '<<word>>', x'<<card>>', 1e<<card>>",
    'SELECT 1 -- called by <<email>>',
    'SELECT /* <<email>> /* <<word>> */ <<key>> */ 2',
    "SELECT 3 /*traceparent='<<word>>',user='<<email>>',action='<<word>>'*/",
    "INSERT INTO users (email, card) VALUES ('<<email>>', <<card>>), ('<<email>>', <<card>>)",
    "UPDATE users SET password = '<<word>>', seen = now() WHERE token = '<<key>>'",
    "UPDATE users SET password=<<card>> WHERE email LIKE '%<<email>>%' ESCAPE '!'",
    "SELECT pgp_sym_encrypt('<<card>>', '<<key>>'), crypt('<<word>>', gen_salt('bf'))",
    "SELECT dblink_connect('postgres://web:<<word>>@db1/shop')",
    "SELECT * FROM dblink('host=db1 user=web password=<<word>>', 'SELECT ''<<email>>''') AS t (a text)",
    "ALTER ROLE web PASSWORD '<<word>>'",
    "ALTER ROLE web WITH LOGIN ENCRYPTED PASSWORD 'SCRAM-SHA-256$4096:<<word>>'",
    "CREATE USER app PASSWORD '<<word>>' VALID UNTIL '<<word>>'",
    'ALTER USER app PASSWORD <<word>>',
    'ALTER USER app IDENTIFIED BY <<word>>',
    'ALTER USER app SET search_path TO <<word>>',
    "ALTER ROLE web SET app.token = '<<jwt>>'",
    "CREATE SUBSCRIPTION s CONNECTION 'postgres://web:<<word>>@db1/shop' PUBLICATION p",
    "ALTER SUBSCRIPTION s CONNECTION 'host=db1 password=<<word>>'",
    "CREATE SERVER db2 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '<<word>>', port '<<card>>')",
    "CREATE USER MAPPING FOR web SERVER db2 OPTIONS (user '<<word>>', password '<<word>>')",
    "ALTER SYSTEM SET primary_conninfo TO 'user=web password=<<word>>'",
    "SET app.token = '<<jwt>>'",
    'SET app.token TO <<word>>, <<word>>',
    "SET LOCAL request.jwt.claims TO '{\"email\": \"<<email>>\"}'",
    "SELECT set_config('request.jwt', '<<jwt>>', true)",
    "COPY users FROM PROGRAM 'curl -H ''Authorization: <<key>>'' https://files/'",
    "COPY users TO '/srv/export/<<word>>.csv' WITH (DELIMITER '<<word>>', FORMAT csv)",
    "NOTIFY logins, '<<email>>'",
    "COMMENT ON TABLE users IS 'ask <<email>>'",
    "SECURITY LABEL ON COLUMN users.email IS '<<word>>'",
    "DO $$BEGIN PERFORM mail('<<email>>'); END$$",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''<<key>>'''",
    "CREATE FUNCTION g() RETURNS text LANGUAGE sql SET app.key = '<<key>>' AS $f$SELECT '<<word>>'$f$",
    "CREATE TABLE t (a text DEFAULT '<<word>>' CHECK (a <> '<<word>>'))",
    "CREATE TYPE level AS ENUM ('<<word>>', '<<word>>')",
    "ALTER TYPE level ADD VALUE '<<word>>' BEFORE '<<word>>'",
    "CREATE POLICY p ON users USING (email = '<<email>>')",
    "CREATE INDEX i ON users (email) WHERE email <> '<<email>>'",
    "CREATE VIEW v AS SELECT * FROM users WHERE email = '<<email>>'",
    "ALTER TABLE users ALTER email SET DEFAULT '<<email>>'",
    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('<<word>>', <<card>>)",
    "PREPARE q AS SELECT * FROM users WHERE email = '<<email>>'",
    "EXECUTE q('<<email>>', <<card>>)",
    "CALL pay('<<email>>', amount => <<card>>, token := '<<key>>')",
    "EXPLAIN (ANALYZE) SELECT * FROM users WHERE email = '<<email>>'",
    "DECLARE c CURSOR FOR SELECT * FROM users WHERE email = '<<email>>'",
    "SELECT 1; UPDATE users SET token = '<<key>>'; SELECT '<<word>>'",
    "PREPARE TRANSACTION '<<word>>'",
    "COMMIT PREPARED '<<word>>'",
    "SELECT * FROM users WHERE email = '<<email>>' FOR UPDATE NOWAIT; -- <<word>>",
    "SELECT * FROM users\n\tWHERE email = '<<email>>\n<<word>>'\n\tAND id = <<card>>",
    "SELECT * FRM users WHERE email = '<<email>>' AND id = <<card>>",
    "SELECT * FROM users WHERE email = '<<email>>' AND token = '<<key>>",
    "SELECT * FROM users WHERE card = <<card>> AND token = $t$<<key>>",
    'SELECT * FROM users /* <<email>>',
    "SELECT U&'<<word>>!0041' UESCAPE '!', 'a'\n'<<word>>'\n  '<<email>>'",
    'SELECT id, "<<word>>',
    "SELECT * FROM users WHERE name = 'O\\'<<word>> and <<word>>'",
    "SELECT * FROM users WHERE name = 'O\\' <<word>>' AND n = 1",
    "SELECT * FROM users WHERE a = 'x\\'<<word>>\\'<<word>>' AND b = '<<word>>'",
    "SELECT * FROM users WHERE a = 'x\\' <<word>> \\' <<word>>' AND b = '<<word>>'",
    'SELECT * FROM users WHERE email = "<<email>>" OR card = "<<card>>"',
    "SELECT '\0<<word>>', '\r\n<<word>>', '\u2028<<word>>\u201c<<word>>'",
    "SELECT * FROM users WHERE note = '" + 20000 * 'long ' + "<<word>>' AND email = '<<email>>'",
    "SELECT * FROM users WHERE note = '" + 1000 * 'line\n' + "<<word>>' AND email = '<<email>>'",
    "INSERT INTO users VALUES " + 3000 * "(1, 'row'), " + "(<<card>>, '<<email>>')",
    "SELECT * FROM users WHERE " + 60 * "note = 'so <<word>> it''s, at <<word>>' OR " + 'true',
    'INSERT INTO users VALUES ' + 60 * "('it''s <<email>>', 'no', <<card>>), " + "('', '', 0)",
    'SELECT 1 -- ' + 60 * "it's called by <<email>> " + "\n  , '<<word>>'",
    'DO $$BEGIN ' + 60 * "PERFORM mail('<<email>>'); " + 'END$$',
    "SET TIME ZONE '<<word>>'",
    'SET TIME ZONE <<word>>',
    'ALTER DATABASE shop SET app.key TO <<word>>',
    'ALTER FUNCTION f() SET app.key = <<word>>',
    'ALTER SYSTEM SET app.key = <<word>>',
    "BEGIN; SET LOCAL app.key = <<word>>-<<word>>.<<word>>; SELECT 1",
    "CREATE ROLE app IN ROLE web CONNECTION LIMIT 5 PASSWORD '<<word>>'",
    "ALTER USER MAPPING FOR web SERVER db2 OPTIONS (SET password '<<word>>')",
    'SELECT * FROM "<<name>>" WHERE <<name>> = \'<<word>>\'',
]

# What auto_explain writes behind `plan:`.
PLANS = [
    """Query Text: SELECT * FROM users WHERE email = '<<email>>' AND card = <<card>>
Query Parameters: $1 = '<<email>>', $2 = '<<card>>'
Index Scan using users_email on users  (cost=0.29..8.30 rows=1 width=4) (actual time=0.010..0.010 rows=0 loops=1)
  Index Cond: (email = '<<email>>'::text)
  Filter: ((card = <<card>>) AND (note <> ALL ('{<<word>>,"<<word>> it''s"}'::text[])))
  Rows Removed by Filter: 7""",
    """Query Text: SELECT * FROM users WHERE note = 'a
<<word>>  (cost=0.00..1.00 rows=1 width=4)
Seq Scan on <<word>>  (cost=0.00..1.00 rows=1 width=4)'
  AND token = E'<<key>>\\'<<word>>'
Sort  (cost=8.31..8.32 rows=1 width=4) (actual time=0.010..0.010 rows=0 loops=1)
  Output: (CASE WHEN (token = '<<key>>'::text) THEN '<<word>>'::text ELSE '<<word>>'::text END)
  Sort Key: ((note || '<<word>>'::text)) DESC
  Sort Method: quicksort  Memory: 25kB
  ->  Function Scan on pg_catalog.lower l  (cost=0.00..10.00 rows=1000 width=4) (actual time=0.002..0.002 rows=1 loops=1)
        Function Call: lower('<<email>>'::text)
        Filter: (note = '<<word>>
->  Seq Scan on <<word>>  (cost=0.00..1.00 rows=1 width=4)'::text)""",
    """{
  "Query Text": "SELECT * FROM users WHERE email = '<<email>>' AND note = 'it''s \\"<<word>>\\"'",
  "Query Parameters": "$1 = '<<jwt>>'",
  "Plan": {
    "Node Type": "Seq Scan",
    "Relation Name": "users",
    "Alias": "users",
    "Startup Cost": 0.00,
    "Total Cost": 170.00,
    "Plan Rows": 9900,
    "Plan Width": 4,
    "Output": ["'<<word>>'::text", "lower('<<email>>'::text)"],
    "Filter": "((email = '<<email>>'::text) AND (card > <<card>>))"
  }
}""",
    """Query Text: "SELECT * FROM users WHERE email = '<<email>>'"
Plan: 
  Node Type: "Seq Scan"
  Relation Name: "users"
  Alias: "users"
  Filter: "(email = '<<email>>'::text)"
  Plans: 
    - Node Type: "Result"
      Parent Relationship: "InitPlan"
      One-Time Filter: "('<<word>>'::text = current_setting('<<word>>'::text))"
""",
    """<explain xmlns="http://www.postgresql.org/2009/explain">
  <Query-Text>SELECT * FROM users WHERE email = '<<email>>' AND 1 &lt; <<card>></Query-Text>
  <Query-Parameters>$1 = '<<email>>'</Query-Parameters>
  <Plan>
    <Node-Type>Seq Scan</Node-Type>
    <Relation-Name>users</Relation-Name>
    <Alias>users</Alias>
    <Filter>((email = '<<email>>'::text) AND (card &gt; <<card>>))</Filter>
  </Plan>
</explain>""",
]

PARAMETERS = "$1 = '<<email>>', $2 = '<<card>>', $3 = '<<jwt>>', $4 = NULL"

# severity, SQLSTATE, message, then DETAIL, CONTEXT, STATEMENT, HINT and QUERY by name
MESSAGES = [
    ('ERROR', '23505', 'duplicate key value violates unique constraint "users_email_key"',
     {'detail': 'Key (email)=(<<email>>) already exists.',
      'statement': "INSERT INTO users (email) VALUES ('<<email>>')"}),
    ('ERROR', '23502', 'null value in column "card" of relation "users" violates not-null constraint',
     {'detail': 'Failing row contains (<<card>>, <<email>>, null).'}),
    ('ERROR', '23514', 'new row for relation "users" violates check constraint "users_check"',
     {'detail': 'Failing row contains (<<card>>, <<word>>).'}),
    ('ERROR', '23503', 'insert or update on table "orders" violates foreign key constraint "orders_fk"',
     {'detail': 'Key (customer, card)=(<<email>>, <<card>>) is not present in table "users".'}),
    ('ERROR', '23P01', 'conflicting key value violates exclusion constraint "rooms_excl"',
     {'detail': 'Key (room)=(<<word>>) conflicts with existing key (room)=(<<word>>).'}),
    ('ERROR', '22P02', 'invalid input syntax for type integer: "<<email>>"',
     {'context': "unnamed portal parameter $1 = '<<email>>'",
      'statement': 'SELECT * FROM users WHERE id = $1'}),
    ('ERROR', '22P02', 'invalid input syntax for type json',
     {'detail': 'Token "<<word>>" is invalid.', 'context': 'JSON data, line 1: {"a":<<word>>...'}),
    ('ERROR', '22P02', 'invalid input value for enum mood: "<<word>>"', {}),
    ('ERROR', '22003', 'value "<<card>>" is out of range for type integer', {}),
    ('ERROR', '22008', 'date/time field value out of range: "<<word>>"',
     {'hint': 'Perhaps you need a different "datestyle" setting: <<word>>.'}),
    ('ERROR', '22P04', 'extra data after last expected column',
     {'context': 'COPY users, line 3: "<<card>>,<<email>>,<<key>>"'}),
    ('ERROR', '22P02', 'invalid input syntax for type bigint: "<<key>>"',
     {'context': 'COPY users, line 8, column id: "<<key>>"'}),
    ('ERROR', '42601', 'syntax error at or near "<<word>>"',
     {'statement': "SELECT '<<email>>' '<<word>>"}),
    ('ERROR', '42601', 'unterminated quoted string at or near "\'<<word>> AND a = 1"', {}),
    ('ERROR', '42704', 'unrecognized configuration parameter "<<word>>"', {}),
    ('ERROR', '22023', 'invalid value for parameter "work_mem": "<<word>>"', {}),
    ('ERROR', '08001', 'could not establish connection',
     {'detail': 'connection to server at "db1", port 5432 failed: postgres://web:<<word>>@db1'}),
    ('ERROR', '2201B', 'invalid regular expression: "<<word>>"', {}),
    ('ERROR', 'P0001', 'customer <<email>> owes <<card>>',
     {'detail': 'token <<jwt>>', 'hint': 'ask <<email>>',
      'context': 'PL/pgSQL function pay(text) line 3 at RAISE'}),
    ('ERROR', '57014', 'canceling statement due to statement timeout',
     {'context': "SQL statement \"UPDATE users SET token = '<<key>>'\"\n"
                 'PL/pgSQL function f(text) line 3 at SQL statement',
      'query': "UPDATE users SET token = '<<key>>'"}),
    ('ERROR', '57014', 'canceling statement due to user request',
     {'context': 'unnamed portal with parameters: ' + PARAMETERS,
      'statement': 'SELECT * FROM users WHERE email = $1'}),
    ('ERROR', '40P01', 'deadlock detected',
     {'detail': 'Process 11 waits for ShareLock on transaction 5; blocked by process 12.\n'
                'Process 12 waits for ShareLock on transaction 6; blocked by process 11.\n'
                "Process 11: UPDATE users SET email = '<<email>>' WHERE id = <<card>>\n"
                "Process 12: UPDATE users SET token = '<<key>>'"}),
    ('LOG', '00000', 'process 11 still waiting for ShareLock on transaction 5 after 1000.1 ms',
     {'detail': 'Process holding the lock: 12. Wait queue: 11.',
      'context': 'while updating tuple (0,1) in relation "users"',
      'statement': "UPDATE users SET email = '<<email>>' WHERE card = <<card>>"}),
    ('LOG', '00000', 'temporary file: path "base/pgsql_tmp/<<word>>.0", size 1048576',
     {'statement': "SELECT * FROM users WHERE note > '<<word>>' ORDER BY note"}),
    ('LOG', '00000', 'could not open file "/srv/<<word>>/token": No such file', {}),
    ('LOG', '00000', 'parameter "primary_conninfo" changed to "user=web password=<<word>>"', {}),
    ('LOG', '00000', 'connection authenticated: identity="<<email>>" method=ldap (/etc/hba.conf:9)', {}),
    ('LOG', '00000', 'archive command failed with exit code 1',
     {'detail': 'The failed archive command was: TOKEN=<<key>> push'}),
    ('LOG', '00000', "duration: 0.100 ms  statement: EXECUTE q('<<email>>')",
     {'detail': "prepare: PREPARE q AS SELECT * FROM users WHERE email = $1 AND token = '<<key>>'"}),
    ('LOG', '00000', "AUDIT: SESSION,1,1,READ,SELECT,TABLE,users,\"SELECT '<<email>>'\",<<card>>", {}),
    ('LOG', '00000', 'connection received: host=<<word>> port=4711', {}),
    ('LOG', '00000', "Dauer: 1.204 ms  Anweisung: SELECT * FROM users WHERE email = '<<email>>'", {}),
    ('FEHLER', '23505', 'doppelter Schl\u00fcsselwert verletzt Unique-Constraint \u00bbusers_key\u00ab',
     {'detail': 'Schl\u00fcssel \u00bb(email)=(<<email>>)\u00ab existiert bereits.',
      'statement': "INSERT INTO users VALUES ('<<email>>')"}),
    ('LOG', '00000', '<<email>> did something that no table knows, for <<card>>', {}),
    ('WARNING', '01000', 'there is no transaction for <<email>>', {}),
    ('NOTICE', '00000', 'sent mail to <<email>>', {'context': 'PL/pgSQL function f() at RAISE'}),
    ('FATAL', '28P01', 'password authentication failed for user "web"',
     {'detail': 'Connection matched pg_hba.conf line 1: "host all all all ldap ldapbindpasswd=<<word>>"'}),
    ('FATAL', '28000', 'no pg_hba.conf entry for replication connection: <<word>>', {}),
    ('FATAL', 'XX000', 'could not connect to the primary server: password=<<word>>', {}),
    ('PANIC', 'XX000', 'could not locate <<word>>', {}),
    ('LOG', '00000', "duration: 31.000 ms  plan:\nQuery Text: SELECT '<<key>>' FROM users\n"
     "Query Parameters: $1 = '<<email>>'\nSeq Scan on users  (cost=0.00..25.88 rows=6 width=32)\n"
     "  Filter: ((email = '<<email>>'::text) AND (card = <<card>>))", {}),
    ('LOG', '00000', 'duration: 31.000 ms  plan:\n{\n  "Query Text": "SELECT \'<<key>>\'",\n'
     '  "Plan": {"Filter": "(email = \'<<email>>\'::text)"}\n}', {}),
]

# Of PgBouncer, behind its time and process id.
POOLER = [
    'LOG C-0x1: shop/web@10.0.0.7:4711 closing because: invalid connection string: password=<<word>> (age=0s)',
    'WARNING C-0x1: shop/web@10.0.0.7:4711 pooler error: unsupported startup parameter: <<word>>',
    'LOG S-0x2: shop/web@10.0.0.8:5432 closing because: <<word>> (age=9s)',
    'ERROR invalid value "<<word>>" for parameter auth_query in configuration (pgbouncer.ini:9)',
    'LOG C-0x1: shop/web@10.0.0.7:4711 login attempt: db=shop user=web tls=no',
    "WARNING C-0x1: shop/web@10.0.0.7:4711 unsupported statement: SET app.token = '<<jwt>>'",
    'ERROR S-0x2: shop/web@10.0.0.8:5432 server login failed: FATAL password authentication failed: <<word>>',
    'ERROR server line: host=db1 password=<<word>>',
    'FATAL <<email>> is not known',
]

# Tables that are read beside the logs: query texts of a server, as it cut them.
TABLES = {
    'pg_stat_activity.csv': ('sampled_at,pid,datname,usename,application_name,state,xact_start,'
                             'query_start,state_change,wait_event_type,wait_event,query\n', ''.join(
        f'2026-03-01 08:00:{i:02}+00,{4000 + i},shop,web,api,idle in transaction,'
        f'2026-03-01 08:00:00+00,2026-03-01 08:00:00+00,2026-03-01 08:00:00+00,,,"{sql}"\n'
        for i, sql in enumerate((
            "SELECT * FROM users WHERE email = '<<email>>' AND card = <<card>>",
            "ALTER ROLE web PASSWORD '<<word>>'", "UPDATE users SET token = '<<key>>",
            "SELECT 1 -- <<email>>")))),
    'pg_stat_statements.csv': ('userid,dbid,queryid,query,calls,total_exec_time,mean_exec_time,rows\n',
                               '10,5,77,"ALTER ROLE web PASSWORD \'<<word>>\'",3,9.1,3.0,0\n'
                               '10,5,78,"SELECT * FROM users WHERE email = \'<<email>>",3,9.1,3.0,0\n'),
}
