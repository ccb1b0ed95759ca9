/** The SQL of each query, and the index of the parameter at each placeholder. */
export const expected: Record<string, readonly [string, readonly number[]]> = {
  "names with quotes": [`SELECT o0."select" AS "a""b" FROM "order""s" AS o0 WHERE (o0."select" = $1)`, [0]],
  prefix: [`SELECT m0."id" FROM "main"."movies" AS m0`, []],
  "no columns": [`SELECT TRUE FROM "movies" AS m0`, []],
  "and, or, not": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" < $1) AND ((m0."id" >= (-1)) OR (NOT (m0."title" LIKE $2)))`, [0, 1]],
  "one parameter twice": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id" = $1) OR (m0."id" = $1))`, [0]],
  literals: [String.raw`SELECT E'it''s \\ 1', 1.5, -2, TRUE, NULL FROM "movies" AS m0`, []],
  "parameters as columns": [`SELECT $1::bigint, $2::text, $3::numeric, $4 FROM "movies" AS m0`, [0, 1, 2, 3]],
  arithmetic: [
    `SELECT (m0."id" + 1 + $1) * (-(-3)), m0."id" / $2::double precision, $3::bigint + $4::bigint FROM "movies" AS m0`,
    [0, 1, 2, 3],
  ],
  concat: [`SELECT m0."title" || $1 FROM "movies" AS m0`, [0]],
  ilike: [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."title" ILIKE $1)`, [0]],
  distinctFrom: [
    `SELECT m0."id" FROM "movies" AS m0 WHERE (m0."title" IS DISTINCT FROM $1) AND (m0."title" IS NOT DISTINCT FROM NULL)`,
    [0],
  ],
  isNull: [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."title" IS NULL) OR ((m0."id" + 1) IS NOT NULL))`, []],
  between: [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" BETWEEN $1 AND $2)`, [0, 1]],
  "not between": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id" + 1) NOT BETWEEN $1::bigint AND $2::bigint)`, [0, 1]],
  "in list": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" = ANY($1))`, [0]],
  "not in list": [`SELECT m0."id" FROM "movies" AS m0 WHERE (NOT (m0."id" = ANY($1)))`, [0]],
  "in list of an expression": [`SELECT m0."id" FROM "movies" AS m0 WHERE (lower(m0."title") = ANY($1::text[]))`, [0]],
  "in list of binaries": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."poster" = ANY($1))`, [0]],
  "in list of decimals": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."rating" = ANY($1))`, [0]],
  "in tuple": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (1, $1))`, [0]],
  "tuple in tuples": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") NOT IN ((1, 'a'), ($1, $2)))`, [0, 1]],
  "in subquery": [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" NOT IN (SELECT c1."movie_id" FROM "characters" AS c1))`, []],
  "in array": [`SELECT m0."id" FROM "movies" AS m0 WHERE ($1 = ANY(m0."tags"))`, [0]],
  "tuple comparison": [`SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") = ($1, $2))`, [0, 1]],
  aggregates: [
    `SELECT count(*), count(DISTINCT m0."title"), sum(m0."id") FILTER (WHERE m0."id" > 1), max($1::bigint) FROM "movies" AS m0`,
    [0],
  ],
  "aggregate compared": [`SELECT m0."title" FROM "movies" AS m0 GROUP BY m0."title" HAVING (sum(m0."rating") > $1::numeric)`, [0]],
  coalesce: [`SELECT coalesce(m0."title", $1), coalesce($2::text, 'x') FROM "movies" AS m0`, [0, 1]],
  "ordered aggregate": [`SELECT max(m0."title" ORDER BY m0."id" DESC) FROM "movies" AS m0`, []],
  over: [
    `SELECT row_number() OVER "w", lag(m0."title", $1, $2) OVER ("w" ROWS UNBOUNDED PRECEDING), count(*) OVER () FROM "movies" AS m0 WINDOW "w" AS (PARTITION BY m0."title" ORDER BY m0."id" DESC)`,
    [0, 1],
  ],
  fragments: [
    `SELECT upper((m0."title" || '!')), m0."id" + 1 + $1, coalesce(m0."id", $2, 2) FROM "movies" AS m0 WHERE (lower(m0."title") = $3::text) AND (m0."id" > 1 OR 'o''k' = 'ok') AND ("vis""its" IS NULL)`,
    [0, 1, 2],
  ],
  casts: [`SELECT $1::bigint, (m0."id" + 1)::text, (-1)::numeric FROM "movies" AS m0`, [0]],
  case: [
    `SELECT CASE WHEN m0."id" > $1 THEN $2::text ELSE $3::text END, CASE WHEN TRUE THEN m0."title" END FROM "movies" AS m0`,
    [0, 1, 2],
  ],
  json: [
    String.raw`SELECT NULLIF(m0."meta"#>E'{"a\\"b",0,"it''s"}', 'null'), (m0."meta"#>>'{"n",-1}') FROM "movies" AS m0 WHERE (NULLIF(m0."meta"#>'{"name"}', 'null') = to_jsonb($1::text)) AND (NULLIF(m0."meta"#>'{"name"}', 'null') = '"Wade"'::jsonb) AND ((m0."meta"#>>'{"age"}') > '1')`,
    [0],
  ],
  "json path of values": [
    `SELECT NULLIF(m0."meta"#>ARRAY['list', $1::text]::text[], 'null') FROM "movies" AS m0 WHERE (NULLIF(m0."meta"#>ARRAY[$2::text, m0."title"::text]::text[], 'null') IS NOT NULL)`,
    [0, 1],
  ],
  dates: [
    `SELECT (m0."inserted_at"::timestamp + interval '1 month')::timestamp, (m0."released_on"::date + $1::numeric * interval '1 week')::date, ((now() AT TIME ZONE 'UTC')::timestamp + interval '-3 day')::timestamp, (m0."inserted_at"::timestamp + $2::numeric * interval '1 millisecond')::timestamp FROM "movies" AS m0`,
    [0, 1],
  ],
  microseconds: [`SELECT (m0."inserted_at"::timestamp + interval '1 microsecond')::timestamp FROM "movies" AS m0`, []],
  now: [`SELECT (now() AT TIME ZONE 'UTC'), (now() AT TIME ZONE 'UTC')::date FROM "movies" AS m0`, []],
  "scalar subquery": [`SELECT (SELECT count(*) FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id")) FROM "movies" AS m0`, []],
  exists: [`SELECT m0."id" FROM "movies" AS m0 WHERE (NOT (EXISTS(SELECT 1 FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id"))))`, []],
  any: [`SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" = ANY(SELECT c1."movie_id" FROM "characters" AS c1))`, []],
  joins: [
    `SELECT m0."id" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" LEFT OUTER JOIN "actors" AS a2 ON a2."id" = m0."id" CROSS JOIN (SELECT m0."id" AS "id" FROM "movies" AS m0) AS s1 FULL OUTER JOIN "actors" AS a3 ON TRUE`,
    [],
  ],
  "lateral join": [
    `SELECT m0."id" FROM "movies" AS m0 LEFT OUTER JOIN LATERAL (SELECT c1."name" AS "name" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") LIMIT 1) AS s1 ON TRUE`,
    [],
  ],
  "values source": [
    `SELECT m0."id" FROM "movies" AS m0 INNER JOIN (VALUES ($1::bigint, $2::text), ($3::bigint, NULL)) AS v1 ("id", "na""me") ON v1."id" = m0."id"`,
    [0, 1, 2],
  ],
  "join hints": [`SELECT m0."id" FROM "movies" AS m0 INNER JOIN "characters" AS c1 /* join */ ON c1."movie_id" = m0."id"`, []],
  "fragment source": [`SELECT 1 FROM (select $1 as n) AS f0`, [0]],
  hints: [`SELECT m0."id" FROM "movies" AS m0 /* from */ /* query */`, []],
  groups: [
    `SELECT lower(m0."title") AS "low", count(*) FROM "movies" AS m0 GROUP BY "low" HAVING (count(*) > $1::bigint) ORDER BY "low" DESC NULLS LAST, count(*) ASC NULLS FIRST`,
    [0],
  ],
  distinct: [`SELECT DISTINCT m0."title" FROM "movies" AS m0`, []],
  "distinct on": [
    `SELECT DISTINCT ON (m0."title", m0."id" + 1) m0."id" FROM "movies" AS m0 ORDER BY m0."title" DESC, m0."id" + 1, m0."id"`,
    [],
  ],
  "limit, offset": [`SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."id" LIMIT $1 OFFSET $2`, [0, 1]],
  offset: [`SELECT m0."id" FROM "movies" AS m0 OFFSET 1`, []],
  "with ties": [`SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."id" FETCH FIRST $1 ROWS WITH TIES`, [0]],
  lock: [`SELECT m0."id" FROM "movies" AS m0 FOR UPDATE`, []],
  union: [
    `SELECT m0."title" FROM "movies" AS m0 UNION ALL (SELECT c1."name" FROM "characters" AS c1) EXCEPT (SELECT c1."name" FROM "characters" AS c1 ORDER BY c1."name" LIMIT 1) ORDER BY 1 DESC LIMIT 3`,
    [],
  ],
  "intersect all": [`SELECT m0."id" FROM "movies" AS m0 INTERSECT ALL (SELECT c1."movie_id" FROM "characters" AS c1)`, []],
  ctes: [
    `WITH RECURSIVE "tree" AS (SELECT m0."id" AS "id" FROM "movies" AS m0 UNION ALL (SELECT t0."id" + 1 FROM "tree" AS t0 WHERE (t0."id" < $1))), "raw" AS MATERIALIZED (select 1 as n) SELECT t0."id" FROM "tree" AS t0 CROSS JOIN "raw" AS r1`,
    [0],
  ],
  "cte that deletes": [`WITH "gone" AS (DELETE FROM "movies" AS m0 RETURNING m0."id") SELECT g0."id" FROM "gone" AS g0`, []],
  update: [
    `UPDATE "movies" AS m0 SET "title" = $1, "visits" = m0."visits" + $2 WHERE (m0."id" = $3) RETURNING m0."id", m0."title"`,
    [0, 1, 2],
  ],
  "update with joins": [
    `UPDATE "movies" AS m0 SET "title" = c1."name" FROM "characters" AS c1 LEFT OUTER JOIN "actors" AS a2 ON a2."id" = c1."id" WHERE (c1."movie_id" = m0."id") AND (c1."name" = $1) RETURNING m0."title"`,
    [0],
  ],
  "update with two inner joins": [
    `UPDATE "movies" AS m0 SET "title" = c1."name" FROM "characters" AS c1, "actors" AS a2 WHERE (c1."movie_id" = m0."id") AND (a2."id" = m0."id")`,
    [],
  ],
  "update of lists": [`UPDATE "movies" AS m0 SET "tags" = array_append(m0."tags", $1), "genres" = array_remove(m0."genres", $2)`, [0, 1]],
  delete: [`DELETE FROM "movies" AS m0 WHERE (m0."id" = $1) RETURNING m0."id"`, [0]],
  "delete with a join": [
    `DELETE FROM "movies" AS m0 USING "characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."name" = $1) RETURNING m0."id" AS "gone"`,
    [0],
  ],
  "returning a joined column": [
    `DELETE FROM "movies" AS m0 USING "characters" AS c1 WHERE (c1."movie_id" = m0."id") RETURNING c1."name"`,
    [],
  ],
};

/** The message of each query that the database cannot do. */
export const refused: Record<string, string> = {
  "with ties unordered": "PostgreSQL does not support withTies without orderBy. Order the query, so that it is known which rows tie",
  "update with an outer join first":
    "PostgreSQL does not support a left join as the first join of an update. Begin with an inner join, or put the condition into a subquery",
  "update of a subquery":
    "updateAll changes the rows of a table, but its source is a subquery. Begin the query with a schema or a table's name, and join the rest",
  "update of nothing": "an update without a field to set: give it set, inc, push or pull",
  "delete with an outer join":
    "PostgreSQL does not support a left join in a delete. Use an inner join, or put the condition into a subquery",
};
