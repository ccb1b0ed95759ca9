/** The SQL of each query, and the index of the parameter at each placeholder. */
export const expected: Record<string, readonly [string, readonly number[]]> = {
  "names with quotes": [`SELECT o0."select" AS "a""b" FROM "order""s" AS o0 WHERE (o0."select" = ?)`, [0]],
  prefix: [`SELECT m0."id" FROM "main"."movies" AS m0`, []],
  "no columns": [`SELECT 1 FROM "movies" AS m0`, []],
  "and, or, not": [
    `SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" < ?) AND ((m0."id" >= (-1)) OR (NOT (m0."title" LIKE ? ESCAPE '\\')))`,
    [0, 1],
  ],
  "one parameter twice": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id" = ?) OR (m0."id" = ?))`, [0, 0]],
  literals: [String.raw`SELECT 'it''s \ 1', 1.5, -2, 1, NULL FROM "movies" AS m0`, []],
  "parameters as columns": [`SELECT ?, ?, ?, ? FROM "movies" AS m0`, [0, 1, 2, 3]],
  arithmetic: [`SELECT (m0."id" + 1 + ?) * (-(-3)), m0."id" / ?, ? + ? FROM "movies" AS m0`, [0, 1, 2, 3]],
  concat: [`SELECT m0."title" || ? FROM "movies" AS m0`, [0]],
  ilike: [`SELECT m0."id" FROM "movies" AS m0 WHERE (lower(m0."title") LIKE lower(?) ESCAPE '\\')`, [0]],
  distinctFrom: [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."title" IS NOT ?) AND (m0."title" IS NULL)`, [0]],
  isNull: [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."title" IS NULL) OR ((m0."id" + 1) IS NOT NULL))`, []],
  between: [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" BETWEEN ? AND ?)`, [0, 1]],
  "not between": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id" + 1) NOT BETWEEN ? AND ?)`, [0, 1]],
  "in list": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (SELECT value FROM json_each(?)))`, [0]],
  "not in list": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" NOT IN (SELECT value FROM json_each(?)))`, [0]],
  "in list of an expression": [`SELECT m0."id" FROM "movies" AS m0 WHERE (lower(m0."title") IN (SELECT value FROM json_each(?)))`, [0]],
  "in list of binaries": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."poster" IN (SELECT unhex(value) FROM json_each(?)))`, [0]],
  "in list of decimals": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."rating" IN (SELECT value FROM json_each(?)))`, [0]],
  "in tuple": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (1, ?))`, [0]],
  "tuple in tuples": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") NOT IN (VALUES (1, 'a'), (?, ?)))`, [0, 1]],
  "in subquery": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" NOT IN (SELECT c1."movie_id" FROM "characters" AS c1))`, []],
  "in array": [`SELECT m0."id" FROM "movies" AS m0 WHERE (? IN (SELECT value FROM json_each(m0."tags")))`, [0]],
  "tuple comparison": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") = (?, ?))`, [0, 1]],
  aggregates: [`SELECT count(*), count(DISTINCT m0."title"), sum(m0."id") FILTER (WHERE m0."id" > 1), max(?) FROM "movies" AS m0`, [0]],
  "aggregate compared": [
    `SELECT m0."title" FROM "movies" AS m0 GROUP BY m0."title" HAVING (sum(CAST(m0."rating" AS NUMERIC)) > CAST(? AS NUMERIC))`,
    [0],
  ],
  coalesce: [`SELECT coalesce(m0."title", ?), coalesce(?, 'x') FROM "movies" AS m0`, [0, 1]],
  "ordered aggregate": [`SELECT max(m0."title" ORDER BY m0."id" DESC) FROM "movies" AS m0`, []],
  over: [
    `SELECT row_number() OVER "w", lag(m0."title", ?, ?) OVER ("w" ROWS UNBOUNDED PRECEDING), count(*) OVER () FROM "movies" AS m0 WINDOW "w" AS (PARTITION BY m0."title" ORDER BY m0."id" DESC)`,
    [0, 1],
  ],
  fragments: [
    `SELECT upper((m0."title" || '!')), m0."id" + 1 + ?, coalesce(m0."id", ?, 2) FROM "movies" AS m0 WHERE (lower(m0."title") = ?) AND (m0."id" > 1 OR 'o''k' = 'ok') AND ("vis""its" IS NULL)`,
    [0, 1, 2],
  ],
  casts: [`SELECT CAST(? AS INTEGER), CAST(m0."id" + 1 AS TEXT), CAST(-1 AS NUMERIC) FROM "movies" AS m0`, [0]],
  case: [`SELECT CASE WHEN m0."id" > ? THEN ? ELSE ? END, CASE WHEN 1 THEN m0."title" END FROM "movies" AS m0`, [0, 1, 2]],
  json: [
    String.raw`SELECT NULLIF(m0."meta" -> '$."a\"b"[0]."it''s"', 'null'), CASE WHEN json_type(m0."meta", '$."n"[#-1]') IN ('integer', 'real', 'true', 'false') THEN m0."meta" -> '$."n"[#-1]' ELSE CAST(json_extract(m0."meta", '$."n"[#-1]') AS TEXT) END FROM "movies" AS m0 WHERE (json_extract(m0."meta", '$."name"') = ?) AND (json_extract(m0."meta", '$."name"') = 'Wade') AND (CAST(json_extract(m0."meta", '$."age"') AS TEXT) > '1')`,
    [0],
  ],
  "json path of values": [
    `SELECT NULLIF(m0."meta" -> ('$."list"[' || ? || ']'), 'null') FROM "movies" AS m0 WHERE (json_extract(m0."meta", ('$.' || json_quote(?) || '.' || json_quote(m0."title"))) IS NOT NULL)`,
    [0, 1],
  ],
  dates: [
    `SELECT strftime('%Y-%m-%d %H:%M:%S', substr(m0."inserted_at", 1, 19), 1 || ' month', 'floor') || substr(m0."inserted_at", 20), date(m0."released_on", (? * 7) || ' day'), strftime('%Y-%m-%d %H:%M:%f', 'now', (-3) || ' day'), (SELECT strftime('%Y-%m-%d %H:%M:%S', substr(t, 1, 19), ((m - (m % 1000000 + 1000000) % 1000000) / 1000000) || ' second') || printf('.%06d', (m % 1000000 + 1000000) % 1000000) FROM (SELECT t, CAST(substr(substr(t, 21) || '000000', 1, 6) AS INTEGER) + CAST(round(n * 1000) AS INTEGER) AS m FROM (SELECT m0."inserted_at" AS t, ? AS n))) FROM "movies" AS m0`,
    [0, 1],
  ],
  microseconds: [
    `SELECT (SELECT strftime('%Y-%m-%d %H:%M:%S', substr(t, 1, 19), ((m - (m % 1000000 + 1000000) % 1000000) / 1000000) || ' second') || printf('.%06d', (m % 1000000 + 1000000) % 1000000) FROM (SELECT t, CAST(substr(substr(t, 21) || '000000', 1, 6) AS INTEGER) + CAST(round(n * 1) AS INTEGER) AS m FROM (SELECT m0."inserted_at" AS t, 1 AS n))) FROM "movies" AS m0`,
    [],
  ],
  now: [`SELECT strftime('%Y-%m-%d %H:%M:%f', 'now'), date('now') FROM "movies" AS m0`, []],
  "scalar subquery": [`SELECT (SELECT count(*) FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id")) FROM "movies" AS m0`, []],
  exists: [`SELECT m0."id" FROM "movies" AS m0 WHERE (NOT (EXISTS(SELECT 1 FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id"))))`, []],
  joins: [
    `SELECT m0."id" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" LEFT OUTER JOIN "actors" AS a2 ON a2."id" = m0."id" CROSS JOIN (SELECT m0."id" AS "id" FROM "movies" AS m0) AS s1 FULL OUTER JOIN "actors" AS a3 ON 1`,
    [],
  ],
  "values source": [
    `SELECT m0."id" FROM "movies" AS m0 INNER JOIN (SELECT column1 AS "id", column2 AS "na""me" FROM (VALUES (?, ?), (?, NULL))) AS v1 ON v1."id" = m0."id"`,
    [0, 1, 2],
  ],
  "join hints": [`SELECT m0."id" FROM "movies" AS m0 INNER JOIN "characters" AS c1 /* join */ ON c1."movie_id" = m0."id"`, []],
  "fragment source": [`SELECT 1 FROM (select ? as n) AS f0`, [0]],
  hints: [`SELECT m0."id" FROM "movies" AS m0 /* from */ /* query */`, []],
  groups: [
    `SELECT lower(m0."title") AS "low", count(*) FROM "movies" AS m0 GROUP BY "low" HAVING (count(*) > ?) ORDER BY "low" DESC NULLS LAST, count(*) ASC NULLS FIRST`,
    [0],
  ],
  distinct: [`SELECT DISTINCT m0."title" FROM "movies" AS m0`, []],
  "limit, offset": [`SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."id" LIMIT ? OFFSET ?`, [0, 1]],
  offset: [`SELECT m0."id" FROM "movies" AS m0 LIMIT -1 OFFSET 1`, []],
  union: [
    `SELECT m0."title" FROM "movies" AS m0 UNION ALL SELECT c1."name" FROM "characters" AS c1 EXCEPT SELECT * FROM (SELECT c1."name" FROM "characters" AS c1 ORDER BY c1."name" LIMIT 1) ORDER BY 1 DESC LIMIT 3`,
    [],
  ],
  ctes: [
    `WITH RECURSIVE "tree" AS (SELECT m0."id" AS "id" FROM "movies" AS m0 UNION ALL SELECT t0."id" + 1 FROM "tree" AS t0 WHERE (t0."id" < ?)), "raw" AS MATERIALIZED (select 1 as n) SELECT t0."id" FROM "tree" AS t0 CROSS JOIN "raw" AS r1`,
    [0],
  ],
  update: [`UPDATE "movies" AS m0 SET "title" = ?, "visits" = m0."visits" + ? WHERE (m0."id" = ?) RETURNING "id", "title"`, [0, 1, 2]],
  "update with joins": [
    `UPDATE "movies" AS m0 SET "title" = c1."name" FROM "characters" AS c1 LEFT OUTER JOIN "actors" AS a2 ON a2."id" = c1."id" WHERE (c1."movie_id" = m0."id") AND (c1."name" = ?) RETURNING "title"`,
    [0],
  ],
  "update with two inner joins": [
    `UPDATE "movies" AS m0 SET "title" = c1."name" FROM "characters" AS c1, "actors" AS a2 WHERE (c1."movie_id" = m0."id") AND (a2."id" = m0."id")`,
    [],
  ],
  "update of lists": [
    `UPDATE "movies" AS m0 SET "tags" = json_insert(coalesce(m0."tags", '[]'), '$[#]', ?), "genres" = iif(m0."genres" IS NULL, NULL, (SELECT json_group_array(CASE WHEN type IN ('true', 'false') THEN json(type) WHEN type IN ('array', 'object') THEN json(value) ELSE value END) FROM json_each(m0."genres") WHERE value IS NOT ?))`,
    [0, 1],
  ],
  delete: [`DELETE FROM "movies" AS m0 WHERE (m0."id" = ?) RETURNING "id"`, [0]],
  "delete with a join": [
    `DELETE FROM "movies" AS m0 WHERE m0.rowid IN (SELECT m0.rowid FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" WHERE (c1."name" = ?)) RETURNING "id" AS "gone"`,
    [0],
  ],
  "delete with an outer join": [
    `DELETE FROM "movies" AS m0 WHERE m0.rowid IN (SELECT m0.rowid FROM "movies" AS m0 LEFT OUTER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" WHERE (c1."name" IS NULL))`,
    [],
  ],
};

/** The message of each query that the database cannot do. */
export const refused: Record<string, string> = {
  any: "SQLite does not support any(subquery). Use in(subquery), or exists",
  "lateral join":
    "SQLite does not support lateral joins (leftLateral). Select the value by a correlated subquery, or number the rows with a window function and join on the number",
  "distinct on":
    "SQLite does not support distinct on expressions. Use distinct: true, a groupBy, or a window function that numbers the rows",
  "with ties": "SQLite does not support withTies. Number the rows with the window function rank, and take those up to the limit",
  "with ties unordered": "SQLite does not support withTies. Number the rows with the window function rank, and take those up to the limit",
  lock: "SQLite does not support lock. A transaction of mode immediate holds the whole database against other writers",
  "intersect all": "SQLite does not support intersectAll. Use intersect, which leaves duplicates out",
  "cte that deletes": 'SQLite does not support deleteAll in a CTE ("gone"). Run it as a query of its own, in a transaction',
  "update with an outer join first":
    "SQLite does not support a left join as the first join of an update. Begin with an inner join, or put the condition into a subquery",
  "update of a subquery":
    "updateAll changes the rows of a table, but its source is a subquery. Begin the query with a schema or a table's name, and join the rest",
  "update of nothing": "an update without a field to set: give it set, inc, push or pull",
  "returning a joined column":
    'SQLite does not support returning a column of a joined source ("name"). Select columns of the changed table, and read the others by a query',
};
