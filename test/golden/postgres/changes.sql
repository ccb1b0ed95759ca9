-- updateAll, set of a value
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = $2);
-- ["x", 1]

-- updateAll, set of null
UPDATE "movies" AS m0 SET "tagline" = $1, "visits" = $2 WHERE (m0."id" = $3);
-- [null, null, 1]

-- updateAll, set of values of several types
UPDATE "movies" AS m0 SET "rating" = $1, "released_on" = $2, "seen_at" = $3, "meta" = $4, "tags" = $5, "studio" = $6, "owners" = $7 WHERE (m0."id" = $8);
-- [ Decimal(9.5), "2026-02-03", Date(2026-02-03T04:05:06.000Z), { k: ["v"] }, ["a", "b"], null, [], 1 ]

-- updateAll, set of a column
UPDATE "movies" AS m0 SET "tagline" = m0."title";

-- updateAll, set of an expression
UPDATE "movies" AS m0 SET "title" = m0."title" || $1, "visits" = (m0."visits" * $2) + $3::bigint WHERE (m0."id" = $4);
-- ["!", 2, 1, 1]

-- updateAll, set of a fragment
UPDATE "movies" AS m0 SET "title" = upper(m0."title") || $1 WHERE (m0."id" = $2);
-- ["?", 1]

-- updateAll, set of a cast
UPDATE "movies" AS m0 SET "tagline" = m0."visits"::text WHERE (m0."id" = $1);
-- [1]

-- updateAll, set of a case
UPDATE "movies" AS m0 SET "tagline" = CASE WHEN m0."id" < $1 THEN $2::text ELSE $3::text END;
-- [2, "early", "late"]

-- updateAll, set of a time
UPDATE "movies" AS m0 SET "seen_at" = date_trunc('milliseconds', ((now() AT TIME ZONE 'UTC')::timestamp + $1::numeric * interval '1 day')::timestamp) WHERE (m0."id" = $2);
-- [1, 1]

-- updateAll, set of a subquery
UPDATE "movies" AS m0 SET "tagline" = (SELECT max(c1."name") AS "value" FROM "characters" AS c1 WHERE (c1."hero" = $1)) WHERE (m0."id" = $2);
-- [true, 1]

-- updateAll, set of a subquery of the row
UPDATE "movies" AS m0 SET "tagline" = (SELECT c1."name" AS "name" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") ORDER BY c1."id" LIMIT $1) WHERE (m0."id" = $2);
-- [1, 2]

-- updateAll, set of columns with quotes
UPDATE "order""s" AS o0 SET "select" = $1, "group" = o0."group" + $2 WHERE (o0."select" = $3);
-- ["x", 2, "a"]

-- updateAll, inc of a value
UPDATE "movies" AS m0 SET "visits" = m0."visits" + $1 WHERE (m0."id" = $2);
-- [2, 1]

-- updateAll, inc of less than nothing
UPDATE "movies" AS m0 SET "visits" = m0."visits" + $1, "rating" = m0."rating" + $2 WHERE (m0."id" = $3);
-- [-2, Decimal(-0.5), 1]

-- updateAll, inc of an expression
UPDATE "movies" AS m0 SET "visits" = m0."visits" + (m0."id" * $1) WHERE (m0."id" = $2);
-- [10, 1]

-- updateAll, push of a value
UPDATE "movies" AS m0 SET "tags" = array_append(m0."tags", $1) WHERE (m0."id" = $2);
-- ["new", 1]

-- updateAll, push of an expression
UPDATE "movies" AS m0 SET "tags" = array_append(m0."tags", m0."title") WHERE (m0."id" = $1);
-- [1]

-- updateAll, pull of a value
UPDATE "movies" AS m0 SET "tags" = array_remove(m0."tags", $1) WHERE (m0."id" = $2);
-- ["sf", 1]

-- updateAll, pull of an expression
UPDATE "movies" AS m0 SET "tags" = array_remove(m0."tags", m0."title") WHERE (m0."id" = $1);
-- [1]

-- updateAll, several operations in one
UPDATE "movies" AS m0 SET "title" = $1, "tagline" = m0."title", "visits" = m0."visits" + $2, "tags" = array_append(m0."tags", $3) WHERE (m0."id" = $4);
-- ["x", 1, "new", 1]

-- updateAll, several updates are merged
UPDATE "movies" AS m0 SET "title" = $1, "visits" = m0."visits" + $2, "tagline" = m0."title", "tags" = array_remove(m0."tags", $3) WHERE (m0."id" = $4);
-- ["x", 1, "sf", 1]

-- updateAll, a table without a schema
UPDATE "movies" AS m0 SET "tagline" = $1, "visits" = m0."visits" + $2 WHERE (m0."id" = $3);
-- ["x", 1, 1]

-- updateAll, another table with the rows of a schema
UPDATE "actors" AS a0 SET "name" = $1 WHERE (a0."id" = $2);
-- ["x", 1]

-- updateAll, every row
UPDATE "actors" AS a0 SET "name" = $1;
-- ["x"]

-- updateAll, no row
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = ANY($2));
-- ["x", "{}"]

-- updateAll, where with orWhere
UPDATE "movies" AS m0 SET "title" = $1 WHERE ((m0."id" = $2) OR (m0."title" = $3));
-- ["x", 1, "Bright"]

-- updateAll, where with a list
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = ANY($2));
-- ["x", "{1,3}"]

-- updateAll, where with a dynamic
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."visits" >= $2);
-- ["x", 3]

-- updateAll, where with a tuple
UPDATE "movies" AS m0 SET "title" = $1 WHERE ((m0."id", m0."title") = ($2, $3));
-- ["x", 2, "Bright"]

-- updateAll, where with a subquery
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" IN (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."hero" = $2)));
-- ["x", true]

-- updateAll, where with any of a subquery
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = ANY(SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."hero" = $2)));
-- ["x", true]

-- updateAll, where with exists
UPDATE "movies" AS m0 SET "title" = $1 WHERE (EXISTS(SELECT 1 AS "value" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id"))) AND (m0."visits" < $2);
-- ["x", 9]

-- updateAll, where with a subquery of the same table
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."rating" = (SELECT max(m1."rating") AS "value" FROM "movies" AS m1));
-- ["x"]

-- updateAll, prefix of the query
UPDATE "main"."movies" AS m0 SET "title" = $1 WHERE (m0."id" = $2);
-- ["x", 99]

-- updateAll, prefix of the source
UPDATE "main"."movies" AS m0 SET "title" = $1 WHERE (m0."id" = $2);
-- ["x", 99]

-- updateAll, hints of the source
UPDATE "movies" AS m0 /* by hand */ SET "title" = $1 WHERE (m0."id" = $2);
-- ["x", 1]

-- updateAll, a join
UPDATE "movies" AS m0 SET "title" = c1."name" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."name" = $1);
-- ["Ward"]

-- updateAll, a join with an association
UPDATE "movies" AS m0 SET "tagline" = d1."name" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id");

-- updateAll, a join through a join table
UPDATE "movies" AS m0 SET "tagline" = a2."name" FROM "movies_actors" AS m1, "actors" AS a2 WHERE (m1."movie_id" = m0."id") AND (a2."id" = m1."actor_id") AND (a2."name" = $1);
-- ["Will"]

-- updateAll, a join with an association of a join
UPDATE "distributors" AS d0 SET "name" = c2."name" FROM "movies" AS m1, "characters" AS c2 WHERE (m1."id" = d0."movie_id") AND (c2."movie_id" = m1."id");

-- updateAll, a left join after an inner one
UPDATE "movies" AS m0 SET "tagline" = d2."name" FROM "characters" AS c1 LEFT OUTER JOIN "distributors" AS d2 ON d2."movie_id" = c1."movie_id" WHERE (c1."movie_id" = m0."id") AND (c1."name" = $1);
-- ["Ward"]

-- updateAll, a cross join
UPDATE "movies" AS m0 SET "title" = $1 FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."name" = $2);
-- ["x", "Ripley"]

-- updateAll, a join with a subquery
UPDATE "movies" AS m0 SET "tagline" = s1."name" FROM (SELECT c2."movie_id" AS "movieId", max(c2."name") AS "name" FROM "characters" AS c2 GROUP BY c2."movie_id") AS s1 WHERE (s1."movieId" = m0."id");

-- updateAll, a join with a list of values
UPDATE "movies" AS m0 SET "title" = v1."title" FROM unnest($1::bigint[], $2::text[]) AS v1 ("id", "title") WHERE (v1."id" = m0."id");
-- ["{1,2}", "{\"one\",\"two\"}"]

-- updateAll, a join with a fragment
UPDATE "movies" AS m0 SET "tagline" = f1."t" FROM (select $1 as t) AS f1 WHERE (m0."id" = $2);
-- ["x", 1]

-- updateAll, a lateral join
UPDATE "distributors" AS d0 SET "name" = s2."name" FROM "movies" AS m1 INNER JOIN LATERAL (SELECT c3."id" AS "id", c3."name" AS "name", c3."hero" AS "hero", c3."movie_id" AS "movie_id" FROM "characters" AS c3 WHERE (c3."movie_id" = m1."id") LIMIT $1) AS s2 ON TRUE WHERE (m1."id" = d0."movie_id");
-- [1]

-- updateAll, a join with its own table
UPDATE "categories" AS c0 SET "name" = c1."name" || $1 || c0."name" FROM "categories" AS c1 WHERE (c1."id" = c0."parent_id") AND (c1."name" = $2);
-- ["/", "all"]

-- updateAll, another prefix of a join
UPDATE "movies" AS m0 SET "title" = $1 FROM "main"."characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."id" = $2) AND (m0."id" = $3);
-- ["x", 99, 1]

-- updateAll, select of a column
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = $2) RETURNING m0."title";
-- ["x", 1]

-- updateAll, select of fields
UPDATE "distributors" AS d0 SET "name" = $1 RETURNING d0."id", d0."name";
-- ["N"]

-- updateAll, select of whole rows
UPDATE "distributors" AS d0 SET "name" = $1 RETURNING d0."id", d0."name", d0."movie_id";
-- ["N"]

-- updateAll, select of a shape
UPDATE "movies" AS m0 SET "visits" = m0."visits" + $1 WHERE (m0."id" = $2) RETURNING m0."id", m0."visits", m0."title", $3::text;
-- [1, 1, "f"]

-- updateAll, select of expressions
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = $2) RETURNING m0."title" || $3, m0."id" + $4, m0."visits" > $5;
-- ["x", 1, "!", 2, 5]

-- updateAll, select of a subquery
UPDATE "movies" AS m0 SET "title" = $1 WHERE (m0."id" = $2) RETURNING m0."id", (SELECT max(a1."name") AS "value" FROM "actors" AS a1);
-- ["x", 2]

-- updateAll, select beside a join
UPDATE "movies" AS m0 SET "tagline" = d1."name" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id") RETURNING m0."tagline";

-- updateAll, select of a joined column
UPDATE "movies" AS m0 SET "title" = $1 FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id") RETURNING m0."title", d1."name";
-- ["x"]

-- deleteAll, select of fields
DELETE FROM "distributors" AS d0 RETURNING d0."id", d0."name";

-- deleteAll, select of whole rows
DELETE FROM "distributors" AS d0 RETURNING d0."id", d0."name", d0."movie_id";

-- deleteAll, select beside a join
DELETE FROM "characters" AS c0 USING "movies" AS m1 WHERE (m1."id" = c0."movie_id") AND (m1."title" = $1) RETURNING c0."name";
-- ["Alien"]

-- deleteAll, select of a joined column
DELETE FROM "characters" AS c0 USING "movies" AS m1 WHERE (m1."id" = c0."movie_id") AND (m1."title" = $1) RETURNING c0."name", m1."title";
-- ["Alien"]

-- deleteAll, every row
DELETE FROM "characters" AS c0;

-- deleteAll, where
DELETE FROM "characters" AS c0 WHERE (c0."hero" = $1) AND (c0."name" LIKE $2);
-- [true, "W%"]

-- deleteAll, where with a list
DELETE FROM "characters" AS c0 WHERE (c0."id" = ANY($1));
-- ["{1,2,9}"]

-- deleteAll, where with a subquery
DELETE FROM "characters" AS c0 WHERE (c0."movie_id" IN (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."visits" > $1)));
-- [5]

-- deleteAll, where with exists
DELETE FROM "characters" AS c0 WHERE (EXISTS(SELECT 1 AS "value" FROM "movies" AS m1 WHERE (m1."id" = c0."movie_id") AND (m1."title" = $1)));
-- ["Alien"]

-- deleteAll, a join
DELETE FROM "characters" AS c0 USING "movies" AS m1 WHERE (c0."movie_id" = m1."id") AND (m1."visits" < $1);
-- [5]

-- deleteAll, a join with an association
DELETE FROM "characters" AS c0 USING "movies" AS m1 WHERE (m1."id" = c0."movie_id") AND (m1."title" = $1);
-- ["Bright"]

-- deleteAll, joins through a join table
DELETE FROM "characters" AS c0 USING "movies" AS m1, "movies_actors" AS m2, "actors" AS a3 WHERE (m1."id" = c0."movie_id") AND (m2."movie_id" = m1."id") AND (a3."id" = m2."actor_id") AND (a3."name" = $1);
-- ["Will"]

-- deleteAll, a cross join
DELETE FROM "characters" AS c0 USING "movies" AS m1 WHERE (c0."movie_id" = m1."id") AND (m1."id" = $1);
-- [1]

-- deleteAll, a join with a subquery
DELETE FROM "characters" AS c0 USING (SELECT m2."id" AS "id" FROM "movies" AS m2 WHERE (m2."id" = $1)) AS s1 WHERE (c0."movie_id" = s1."id");
-- [1]

-- deleteAll, a table without a schema
DELETE FROM "characters" AS c0 WHERE (c0."id" = $1);
-- [1]

-- deleteAll, prefix of the query
DELETE FROM "main"."characters" AS c0 WHERE (c0."id" = $1);
-- [99]

-- deleteAll, hints of the source
DELETE FROM "characters" AS c0 /* by hand */ WHERE (c0."id" = $1);
-- [1]

-- updateAll, an update that reads a CTE
WITH "c" AS (SELECT c1."movie_id" AS "movieId", c1."name" AS "name" FROM "characters" AS c1 WHERE (c1."name" = $1)) UPDATE "movies" AS m0 SET "title" = c2."name" FROM "c" AS c2 WHERE (c2."movieId" = m0."id");
-- ["Ward"]

-- updateAll, an update whose condition reads a CTE
WITH "c" AS MATERIALIZED (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."hero" = $1)) UPDATE "movies" AS m0 SET "title" = $2 WHERE (m0."id" IN (SELECT c2."movieId" AS "movieId" FROM "c" AS c2));
-- [true, "x"]

-- deleteAll, a delete that reads a CTE
WITH "m" AS (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."title" = $1)) DELETE FROM "characters" AS c0 WHERE (c0."movie_id" IN (SELECT m2."id" AS "id" FROM "m" AS m2));
-- ["Alien"]

-- deleteAll, a delete that joins a CTE
WITH "m" AS (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."title" = $1)) DELETE FROM "characters" AS c0 USING "m" AS m2 WHERE (c0."movie_id" = m2."id");
-- ["Alien"]

-- deleteAll, a delete of a tree
WITH RECURSIVE "tree" AS (SELECT c1."id" AS "id" FROM "categories" AS c1 WHERE (c1."name" = $1) UNION ALL (SELECT c2."id" FROM "categories" AS c2 INNER JOIN "tree" AS t3 ON c2."parent_id" = t3."id")) DELETE FROM "categories" AS c0 WHERE (c0."id" IN (SELECT t4."id" AS "id" FROM "tree" AS t4));
-- ["books"]

-- all, a CTE that deletes
WITH "gone" AS (DELETE FROM "distributors" AS d1 RETURNING d1."id" AS "id", d1."name" AS "name", d1."movie_id" AS "movieId") SELECT g0."name" FROM "gone" AS g0;

-- all, a CTE that updates
WITH "new" AS (UPDATE "movies" AS m1 SET "title" = $1 WHERE (m1."id" = $2) RETURNING m1."id" AS "id", m1."title" AS "title") SELECT n0."title" FROM "new" AS n0;
-- ["x", 1]

-- all, a CTE that updates and returns nothing
WITH "quiet" AS (UPDATE "movies" AS m1 SET "visits" = m1."visits" + $1 WHERE (m1."id" = $2)) SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" = $3);
-- [1, 1, 2]

-- all, two CTEs that write, joined to a read
WITH "gone" AS (DELETE FROM "distributors" AS d1 RETURNING d1."id" AS "id", d1."name" AS "name", d1."movie_id" AS "movieId"), "new" AS MATERIALIZED (UPDATE "movies" AS m2 SET "title" = $1 WHERE (m2."id" = $2) RETURNING m2."id" AS "id", m2."title" AS "title") SELECT m0."id", g3."name", n4."title" FROM "movies" AS m0 LEFT OUTER JOIN "gone" AS g3 ON g3."movieId" = m0."id" LEFT OUTER JOIN "new" AS n4 ON n4."id" = m0."id" WHERE (m0."id" < $3);
-- ["x", 1, 3]

-- all, a CTE that updates what another deletes
WITH "gone" AS (DELETE FROM "distributors" AS d1 RETURNING d1."id" AS "id", d1."name" AS "name", d1."movie_id" AS "movieId"), "new" AS (UPDATE "movies" AS m2 SET "tagline" = g3."name" FROM "gone" AS g3 WHERE (g3."movieId" = m2."id") RETURNING m2."tagline" AS "tagline") SELECT n0."tagline" FROM "new" AS n0;

-- updateAll, an update that reads a CTE that deletes
WITH "gone" AS (DELETE FROM "distributors" AS d1 RETURNING d1."id" AS "id", d1."name" AS "name", d1."movie_id" AS "movieId") UPDATE "movies" AS m0 SET "tagline" = g2."name" FROM "gone" AS g2 WHERE (g2."movieId" = m0."id") RETURNING m0."id", m0."tagline";

-- deleteAll, a delete that reads a CTE that updates
WITH "new" AS (UPDATE "movies" AS m1 SET "title" = $1 WHERE (m1."id" = $2) RETURNING m1."id" AS "id", m1."title" AS "title") DELETE FROM "characters" AS c0 WHERE (c0."movie_id" IN (SELECT n2."id" AS "id" FROM "new" AS n2)) RETURNING c0."name";
-- ["x", 1]

-- updateAll, parameters of an update: CTE, set, join, where, select
WITH "c" AS (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."name" = $1)) UPDATE "movies" AS m0 SET "title" = m0."title" || $2, "visits" = m0."visits" + $3 FROM "c" AS c2 WHERE (c2."movieId" = m0."id") AND (c2."movieId" < $4) AND (m0."id" < $5) RETURNING m0."title" || $6, m0."visits" + $7;
-- ["Ward", "first", 7, 1001, 1002, "last", 1003]

-- deleteAll, parameters of a delete: CTE, join, where, select
WITH "m" AS (SELECT m1."id" AS "id" FROM "movies" AS m1 WHERE (m1."title" = $1)) DELETE FROM "characters" AS c0 USING "m" AS m2 WHERE (c0."movie_id" = m2."id") AND (m2."id" < $2) AND (c0."id" < $3) RETURNING c0."name" || $4;
-- ["Alien", 1001, 1002, "last"]
