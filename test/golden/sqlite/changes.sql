-- updateAll, set of a value
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" = ?);
-- ["x", 1]

-- updateAll, set of null
UPDATE "movies" AS m0 SET "tagline" = ?, "visits" = ? WHERE (m0."id" = ?);
-- [null, null, 1]

-- updateAll, set of values of several types
UPDATE "movies" AS m0 SET "rating" = ?, "released_on" = ?, "seen_at" = ?, "meta" = ?, "tags" = ?, "studio" = ?, "owners" = ? WHERE (m0."id" = ?);
-- [ Decimal(9.5), "2026-02-03", Date(2026-02-03T04:05:06.000Z), { k: ["v"] }, ["a", "b"], null, [], 1 ]

-- updateAll, set of a column
UPDATE "movies" AS m0 SET "tagline" = m0."title";

-- updateAll, set of an expression
UPDATE "movies" AS m0 SET "title" = m0."title" || ?, "visits" = (m0."visits" * ?) + ? WHERE (m0."id" = ?);
-- ["!", 2, 1, 1]

-- updateAll, set of a fragment
UPDATE "movies" AS m0 SET "title" = upper(m0."title") || ? WHERE (m0."id" = ?);
-- ["?", 1]

-- updateAll, set of a cast
UPDATE "movies" AS m0 SET "tagline" = CAST(m0."visits" AS TEXT) WHERE (m0."id" = ?);
-- [1]

-- updateAll, set of a case
UPDATE "movies" AS m0 SET "tagline" = CASE WHEN m0."id" < ? THEN ? ELSE ? END;
-- [2, "early", "late"]

-- updateAll, set of a time
UPDATE "movies" AS m0 SET "seen_at" = (SELECT iif(length(t) > 19, rtrim(rtrim(substr(t, 1, 23), '0'), '.'), t) FROM (SELECT strftime('%Y-%m-%d %H:%M:%f', 'now', ? || ' day') AS t)) WHERE (m0."id" = ?);
-- [1, 1]

-- updateAll, set of a subquery
UPDATE "movies" AS m0 SET "tagline" = (SELECT max(c1."name") AS "value" FROM "characters" AS c1 WHERE (c1."hero" = ?)) WHERE (m0."id" = ?);
-- [true, 1]

-- updateAll, set of a subquery of the row
UPDATE "movies" AS m0 SET "tagline" = (SELECT c1."name" AS "name" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") ORDER BY c1."id" LIMIT ?) WHERE (m0."id" = ?);
-- [1, 2]

-- updateAll, set of columns with quotes
UPDATE "order""s" AS o0 SET "select" = ?, "group" = o0."group" + ? WHERE (o0."select" = ?);
-- ["x", 2, "a"]

-- updateAll, inc of a value
UPDATE "movies" AS m0 SET "visits" = m0."visits" + ? WHERE (m0."id" = ?);
-- [2, 1]

-- updateAll, inc of less than nothing
UPDATE "movies" AS m0 SET "visits" = m0."visits" + ?, "rating" = (SELECT CASE typeof(n) WHEN 'real' THEN rtrim(rtrim(printf('%.30f', CAST(printf('%.15g', n) AS REAL)), '0'), '.') ELSE CAST(n AS TEXT) END FROM (SELECT CAST(m0."rating" AS NUMERIC) + CAST(? AS NUMERIC) AS n)) WHERE (m0."id" = ?);
-- [-2, Decimal(-0.5), 1]

-- updateAll, inc of an expression
UPDATE "movies" AS m0 SET "visits" = m0."visits" + (m0."id" * ?) WHERE (m0."id" = ?);
-- [10, 1]

-- updateAll, push of a value
UPDATE "movies" AS m0 SET "tags" = json_insert(coalesce(m0."tags", '[]'), '$[#]', ?) WHERE (m0."id" = ?);
-- ["new", 1]

-- updateAll, push of an expression
UPDATE "movies" AS m0 SET "tags" = json_insert(coalesce(m0."tags", '[]'), '$[#]', m0."title") WHERE (m0."id" = ?);
-- [1]

-- updateAll, pull of a value
UPDATE "movies" AS m0 SET "tags" = iif(m0."tags" IS NULL, NULL, (SELECT json_group_array(CASE WHEN type IN ('true', 'false') THEN json(type) WHEN type IN ('array', 'object') THEN json(value) ELSE value END) FROM json_each(m0."tags") WHERE value IS NOT ?)) WHERE (m0."id" = ?);
-- ["sf", 1]

-- updateAll, pull of an expression
UPDATE "movies" AS m0 SET "tags" = iif(m0."tags" IS NULL, NULL, (SELECT json_group_array(CASE WHEN type IN ('true', 'false') THEN json(type) WHEN type IN ('array', 'object') THEN json(value) ELSE value END) FROM json_each(m0."tags") WHERE value IS NOT m0."title")) WHERE (m0."id" = ?);
-- [1]

-- updateAll, several operations in one
UPDATE "movies" AS m0 SET "title" = ?, "tagline" = m0."title", "visits" = m0."visits" + ?, "tags" = json_insert(coalesce(m0."tags", '[]'), '$[#]', ?) WHERE (m0."id" = ?);
-- ["x", 1, "new", 1]

-- updateAll, several updates are merged
UPDATE "movies" AS m0 SET "title" = ?, "visits" = m0."visits" + ?, "tagline" = m0."title", "tags" = iif(m0."tags" IS NULL, NULL, (SELECT json_group_array(CASE WHEN type IN ('true', 'false') THEN json(type) WHEN type IN ('array', 'object') THEN json(value) ELSE value END) FROM json_each(m0."tags") WHERE value IS NOT ?)) WHERE (m0."id" = ?);
-- ["x", 1, "sf", 1]

-- updateAll, a table without a schema
UPDATE "movies" AS m0 SET "tagline" = ?, "visits" = m0."visits" + ? WHERE (m0."id" = ?);
-- ["x", 1, 1]

-- updateAll, another table with the rows of a schema
UPDATE "actors" AS a0 SET "name" = ? WHERE (a0."id" = ?);
-- ["x", 1]

-- updateAll, every row
UPDATE "actors" AS a0 SET "name" = ?;
-- ["x"]

-- updateAll, no row
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" IN (SELECT value FROM json_each(?)));
-- ["x", "[]"]

-- updateAll, where with orWhere
UPDATE "movies" AS m0 SET "title" = ? WHERE ((m0."id" = ?) OR (m0."title" = ?));
-- ["x", 1, "Bright"]

-- updateAll, where with a list
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" IN (SELECT value FROM json_each(?)));
-- ["x", "[1,3]"]

-- updateAll, where with a dynamic
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."visits" >= ?);
-- ["x", 3]

-- updateAll, where with a tuple
UPDATE "movies" AS m0 SET "title" = ? WHERE ((m0."id", m0."title") = (?, ?));
-- ["x", 2, "Bright"]

-- updateAll, where with a subquery
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" IN (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."hero" = ?)));
-- ["x", true]

-- updateAll, where with exists
UPDATE "movies" AS m0 SET "title" = ? WHERE (EXISTS(SELECT 1 AS "value" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id"))) AND (m0."visits" < ?);
-- ["x", 9]

-- updateAll, where with a subquery of the same table
UPDATE "movies" AS m0 SET "title" = ? WHERE (CAST(m0."rating" AS NUMERIC) = (SELECT max(CAST(m1."rating" AS NUMERIC)) AS "value" FROM "movies" AS m1));
-- ["x"]

-- updateAll, prefix of the query
UPDATE "main"."movies" AS m0 SET "title" = ? WHERE (m0."id" = ?);
-- ["x", 99]

-- updateAll, prefix of the source
UPDATE "main"."movies" AS m0 SET "title" = ? WHERE (m0."id" = ?);
-- ["x", 99]

-- updateAll, hints of the source
UPDATE "movies" AS m0 /* by hand */ SET "title" = ? WHERE (m0."id" = ?);
-- ["x", 1]

-- updateAll, a join
UPDATE "movies" AS m0 SET "title" = c1."name" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."name" = ?);
-- ["Ward"]

-- updateAll, a join with an association
UPDATE "movies" AS m0 SET "tagline" = d1."name" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id");

-- updateAll, a join through a join table
UPDATE "movies" AS m0 SET "tagline" = a2."name" FROM "movies_actors" AS m1, "actors" AS a2 WHERE (m1."movie_id" = m0."id") AND (a2."id" = m1."actor_id") AND (a2."name" = ?);
-- ["Will"]

-- updateAll, a join with an association of a join
UPDATE "distributors" AS d0 SET "name" = c2."name" FROM "movies" AS m1, "characters" AS c2 WHERE (m1."id" = d0."movie_id") AND (c2."movie_id" = m1."id");

-- updateAll, a left join after an inner one
UPDATE "movies" AS m0 SET "tagline" = d2."name" FROM "characters" AS c1 LEFT OUTER JOIN "distributors" AS d2 ON d2."movie_id" = c1."movie_id" WHERE (c1."movie_id" = m0."id") AND (c1."name" = ?);
-- ["Ward"]

-- updateAll, a cross join
UPDATE "movies" AS m0 SET "title" = ? FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."name" = ?);
-- ["x", "Ripley"]

-- updateAll, a join with a subquery
UPDATE "movies" AS m0 SET "tagline" = s1."name" FROM (SELECT c2."movie_id" AS "movieId", max(c2."name") AS "name" FROM "characters" AS c2 GROUP BY c2."movie_id") AS s1 WHERE (s1."movieId" = m0."id");

-- updateAll, a join with a list of values
UPDATE "movies" AS m0 SET "title" = v1."title" FROM (SELECT CAST(value ->> 0 AS INTEGER) AS "id", CAST(value ->> 1 AS TEXT) AS "title" FROM json_each(?) LIMIT -1) AS v1 WHERE (v1."id" = m0."id");
-- ["[[1,\"one\"],[2,\"two\"]]"]

-- updateAll, a join with a fragment
UPDATE "movies" AS m0 SET "tagline" = f1."t" FROM (select ? as t) AS f1 WHERE (m0."id" = ?);
-- ["x", 1]

-- updateAll, a join with its own table
UPDATE "categories" AS c0 SET "name" = c1."name" || ? || c0."name" FROM "categories" AS c1 WHERE (c1."id" = c0."parent_id") AND (c1."name" = ?);
-- ["/", "all"]

-- updateAll, another prefix of a join
UPDATE "movies" AS m0 SET "title" = ? FROM "main"."characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."id" = ?) AND (m0."id" = ?);
-- ["x", 99, 1]

-- updateAll, select of a column
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" = ?) RETURNING "title";
-- ["x", 1]

-- updateAll, select of fields
UPDATE "distributors" AS d0 SET "name" = ? RETURNING "id", "name";
-- ["N"]

-- updateAll, select of whole rows
UPDATE "distributors" AS d0 SET "name" = ? RETURNING "id", "name", "movie_id";
-- ["N"]

-- updateAll, select of a shape
UPDATE "movies" AS m0 SET "visits" = m0."visits" + ? WHERE (m0."id" = ?) RETURNING "id", "visits", "title", ?;
-- [1, 1, "f"]

-- updateAll, select of expressions
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" = ?) RETURNING "title" || ?, "id" + ?, "visits" > ?;
-- ["x", 1, "!", 2, 5]

-- updateAll, select of a subquery
UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" = ?) RETURNING "id", (SELECT max(a1."name") AS "value" FROM "actors" AS a1);
-- ["x", 2]

-- updateAll, select beside a join
UPDATE "movies" AS m0 SET "tagline" = d1."name" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id") RETURNING "tagline";

-- deleteAll, select of fields
DELETE FROM "distributors" AS d0 RETURNING "id", "name";

-- deleteAll, select of whole rows
DELETE FROM "distributors" AS d0 RETURNING "id", "name", "movie_id";

-- deleteAll, select beside a join
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON m1."id" = c0."movie_id" WHERE (m1."title" = ?)) RETURNING "name";
-- ["Alien"]

-- deleteAll, every row
DELETE FROM "characters" AS c0;

-- deleteAll, where
DELETE FROM "characters" AS c0 WHERE (c0."hero" = ?) AND (c0."name" LIKE ? ESCAPE '\');
-- [true, "W%"]

-- deleteAll, where with a list
DELETE FROM "characters" AS c0 WHERE (c0."id" IN (SELECT value FROM json_each(?)));
-- ["[1,2,9]"]

-- deleteAll, where with a subquery
DELETE FROM "characters" AS c0 WHERE (c0."movie_id" IN (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."visits" > ?)));
-- [5]

-- deleteAll, where with exists
DELETE FROM "characters" AS c0 WHERE (EXISTS(SELECT 1 AS "value" FROM "movies" AS m1 WHERE (m1."id" = c0."movie_id") AND (m1."title" = ?)));
-- ["Alien"]

-- deleteAll, a join
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON c0."movie_id" = m1."id" WHERE (m1."visits" < ?));
-- [5]

-- deleteAll, a join with an association
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON (m1."id" = c0."movie_id") AND (m1."title" = ?));
-- ["Bright"]

-- deleteAll, joins through a join table
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON m1."id" = c0."movie_id" INNER JOIN "movies_actors" AS m2 ON m2."movie_id" = m1."id" INNER JOIN "actors" AS a3 ON a3."id" = m2."actor_id" WHERE (a3."name" = ?));
-- ["Will"]

-- deleteAll, a cross join
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 CROSS JOIN "movies" AS m1 WHERE (c0."movie_id" = m1."id") AND (m1."id" = ?));
-- [1]

-- deleteAll, a join with a subquery
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN (SELECT m2."id" AS "id" FROM "movies" AS m2 WHERE (m2."id" = ?)) AS s1 ON c0."movie_id" = s1."id");
-- [1]

-- deleteAll, a left join
DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 LEFT OUTER JOIN "movies" AS m1 ON m1."id" = c0."movie_id" WHERE (m1."id" IS NULL));

-- deleteAll, a table without a schema
DELETE FROM "characters" AS c0 WHERE (c0."id" = ?);
-- [1]

-- deleteAll, prefix of the query
DELETE FROM "main"."characters" AS c0 WHERE (c0."id" = ?);
-- [99]

-- deleteAll, hints of the source
DELETE FROM "characters" AS c0 /* by hand */ WHERE (c0."id" = ?);
-- [1]

-- updateAll, an update that reads a CTE
WITH "c" AS (SELECT c1."movie_id" AS "movieId", c1."name" AS "name" FROM "characters" AS c1 WHERE (c1."name" = ?)) UPDATE "movies" AS m0 SET "title" = c2."name" FROM "c" AS c2 WHERE (c2."movieId" = m0."id");
-- ["Ward"]

-- updateAll, an update whose condition reads a CTE
WITH "c" AS MATERIALIZED (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."hero" = ?)) UPDATE "movies" AS m0 SET "title" = ? WHERE (m0."id" IN (SELECT c2."movieId" AS "movieId" FROM "c" AS c2));
-- [true, "x"]

-- deleteAll, a delete that reads a CTE
WITH "m" AS (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."title" = ?)) DELETE FROM "characters" AS c0 WHERE (c0."movie_id" IN (SELECT m2."id" AS "id" FROM "m" AS m2));
-- ["Alien"]

-- deleteAll, a delete that joins a CTE
WITH "m" AS (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."title" = ?)) DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN "m" AS m2 ON c0."movie_id" = m2."id");
-- ["Alien"]

-- deleteAll, a delete of a tree
WITH RECURSIVE "tree" AS (SELECT c1."id" AS "id" FROM "categories" AS c1 WHERE (c1."name" = ?) UNION ALL SELECT c2."id" FROM "categories" AS c2 INNER JOIN "tree" AS t3 ON c2."parent_id" = t3."id") DELETE FROM "categories" AS c0 WHERE (c0."id" IN (SELECT t4."id" AS "id" FROM "tree" AS t4));
-- ["books"]

-- updateAll, parameters of an update: CTE, set, join, where, select
WITH "c" AS (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."name" = ?)) UPDATE "movies" AS m0 SET "title" = m0."title" || ?, "visits" = m0."visits" + ? FROM "c" AS c2 WHERE (c2."movieId" = m0."id") AND (c2."movieId" < ?) AND (m0."id" < ?) RETURNING "title" || ?, "visits" + ?;
-- ["Ward", "first", 7, 1001, 1002, "last", 1003]

-- deleteAll, parameters of a delete: CTE, join, where, select
WITH "m" AS (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."title" = ?)) DELETE FROM "characters" AS c0 WHERE c0.rowid IN (SELECT c0.rowid FROM "characters" AS c0 INNER JOIN "m" AS m2 ON (c0."movie_id" = m2."id") AND (m2."id" < ?) WHERE (c0."id" < ?)) RETURNING "name" || ?;
-- ["Alien", 1001, 1002, "last"]
