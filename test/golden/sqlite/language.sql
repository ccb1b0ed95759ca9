-- where: callback, object and dynamic are joined by and
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" < ?) AND (m0."title" = ?) AND (m0."visits" = ?) ORDER BY m0."id";

-- orWhere joins to all before it
SELECT m0."id" FROM "movies" AS m0 WHERE (((m0."id" = ?) AND (m0."title" = ?)) OR (m0."id" = ?)) ORDER BY m0."id";

-- comparisons
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" <> ?) AND (m0."id" >= ?) AND (m0."id" <= ?) AND (m0."id" > ?) AND (m0."id" < ?) ORDER BY m0."id";

-- arithmetic with precedence kept
SELECT (m0."id" + ?) * ?, m0."id" * (m0."id" + ?), m0."visits" - ?, -(m0."id"), m0."visits" % ? FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- columns with columns
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."visits" > m0."id") ORDER BY m0."id";

-- tuples are compared as rows
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") = (?, ?)) ORDER BY m0."id";

-- a tuple among tuples
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") IN (VALUES (?, ?), (?, ?))) ORDER BY m0."id";

-- a tuple less than another
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") < (?, ?)) ORDER BY m0."id";

-- a tuple among the rows of a query
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") IN (SELECT m1."id" AS "0", m1."title" AS "1" FROM "movies" AS m1 WHERE (m1."id" > ?))) ORDER BY m0."id";

-- a tuple is not among the rows of a query that selects an object
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") NOT IN (SELECT m1."id" AS "id", m1."title" AS "title" FROM "movies" AS m1 WHERE (m1."id" = ?))) ORDER BY m0."id";

-- a tuple among the rows of a union
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") IN (SELECT m1."id" AS "0", m1."title" AS "1" FROM "movies" AS m1 WHERE (m1."id" = ?) UNION SELECT m2."id", m2."title" FROM "movies" AS m2 WHERE (m2."id" = ?))) ORDER BY m0."id";

-- a tuple is compared with the row of a query
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."visits", m0."id") >= (SELECT m1."visits" AS "0", m1."id" AS "1" FROM "movies" AS m1 WHERE (m1."id" = ?))) ORDER BY m0."id";

-- and, or, not
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id" = ?) OR (m0."id" = ?)) AND (NOT (m0."id" = ?)) ORDER BY m0."id";

-- and() of none is true, or() of none is false
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- isNull and isNotNull
SELECT m0."id", m0."rating" IS NOT NULL FROM "movies" AS m0 WHERE (m0."tagline" IS NULL) ORDER BY m0."id";

-- isDistinctFrom sees null as a value
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."tagline" IS NOT ?) ORDER BY m0."id";

-- isNotDistinctFrom
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."tagline" IS ?) ORDER BY m0."id";

-- between
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."visits" BETWEEN ? AND ?) ORDER BY m0."id";

-- in a list
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- in an empty list is false
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- in a set
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."title" IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- a null in the list is only bound
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- in a list with a column in it
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (m0."visits", ?)) ORDER BY m0."id";

-- in a subquery
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" IN (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."hero" = ?))) ORDER BY m0."id";

-- a value in an array column
SELECT m0."id" FROM "movies" AS m0 WHERE (CAST(? AS TEXT) IN (SELECT value FROM json_each(m0."tags"))) ORDER BY m0."id";

-- notIn a list
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" NOT IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- notIn an empty list is true
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" NOT IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- notIn a subquery
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" NOT IN (SELECT c1."movie_id" AS "movieId" FROM "characters" AS c1 WHERE (c1."movie_id" IS NOT NULL) AND (c1."id" < ?))) ORDER BY m0."id";

-- in a list of decimals
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."rating" IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- in a list of dates
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."released_on" IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- like
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."title" LIKE ? ESCAPE '\') ORDER BY m0."id";

-- a backslash escapes a wildcard on every database
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."title" || ?) LIKE ? ESCAPE '\') ORDER BY m0."id";

-- an escaped wildcard matches only itself
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."title" LIKE ? ESCAPE '\') ORDER BY m0."id";

-- ilike
SELECT m0."id" FROM "movies" AS m0 WHERE (lower(m0."title") LIKE lower(?) ESCAPE '\') ORDER BY m0."id";

-- exists with the outer binding by closure
SELECT m0."id" FROM "movies" AS m0 WHERE (EXISTS(SELECT 1 AS "value" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id") AND (c1."hero" = ?))) ORDER BY m0."id";

-- exists on the same schema inside and outside
SELECT m0."id" FROM "movies" AS m0 WHERE (EXISTS(SELECT 1 AS "value" FROM "movies" AS m1 WHERE (m1."id" > m0."id") AND (m1."title" < m0."title"))) ORDER BY m0."id";

-- the same query inside its own callback has bindings of its own
SELECT m0."id" FROM "movies" AS m0 WHERE (EXISTS(SELECT 1 AS "value" FROM "movies" AS m1 WHERE (m1."id" = (m0."id" + ?)))) ORDER BY m0."id";

-- comparison with a subquery of one value
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."visits" = (SELECT m1."visits" AS "visits" FROM "movies" AS m1 WHERE (m1."id" = ?))) ORDER BY m0."id";

-- coalesce
SELECT coalesce(m0."tagline", m0."title", ?) FROM "movies" AS m0 ORDER BY m0."id";

-- coalesce with a value
SELECT coalesce(m0."visits", ?) FROM "movies" AS m0 ORDER BY m0."id";

-- caseWhen
SELECT CASE WHEN m0."id" < ? THEN ? WHEN m0."id" < ? THEN m0."title" ELSE ? END FROM "movies" AS m0 ORDER BY m0."id";

-- caseWhen without else is null
SELECT CASE WHEN m0."id" = ? THEN ? END FROM "movies" AS m0 ORDER BY m0."id";

-- dateAdd
SELECT date(m0."released_on", ? || ' month', 'floor'), date(m0."released_on", ? || ' day'), date(m0."released_on", (? * 7) || ' day') FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- the end of a month stays in the month
SELECT date(date(m0."released_on", ? || ' day'), ? || ' month', 'floor') FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- datetimeAdd
SELECT strftime('%Y-%m-%d %H:%M:%S', substr(m0."seen_at", 1, 19), ? || ' minute') || substr(m0."seen_at", 20), strftime('%Y-%m-%d %H:%M:%S', substr(m0."seen_at", 1, 19), ? || ' year', 'floor') || substr(m0."seen_at", 20), strftime('%Y-%m-%d %H:%M:%S', substr(m0."seen_at", 1, 19), ? || ' second') || substr(m0."seen_at", 20) FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- the count may be a column
SELECT date(m0."released_on", m0."visits" || ' day') FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- ago and fromNow
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."seen_at" > ((SELECT t || substr('.000000', length(t) - 18) FROM (SELECT strftime('%Y-%m-%d %H:%M:%f', 'now', ? || ' year', 'floor') AS t)))) AND (m0."seen_at" < ((SELECT iif(length(t) > 19, rtrim(rtrim(t, '0'), '.'), t) FROM (SELECT strftime('%Y-%m-%d %H:%M:%f', 'now', ? || ' year', 'floor') AS t)))) ORDER BY m0."id";

-- a fragment inlines columns and binds values
SELECT m0."id" FROM "movies" AS m0 WHERE (lower(m0."title") = ?) ORDER BY m0."id";

-- a question mark and a dollar in a fragment are text
SELECT 'a?b$1' || m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a binding in a fragment is its name
SELECT m0.title, upper(d1.name) FROM "movies" AS m0 LEFT OUTER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" WHERE (d1.name is not null) ORDER BY m0."id";

-- a binding of the query around in a fragment
SELECT m0."id" FROM "movies" AS m0 WHERE (EXISTS(SELECT 1 AS "value" FROM "distributors" AS d1 WHERE (d1.movie_id = m0.id))) ORDER BY m0."id";

-- a query of several columns in a fragment
SELECT m0."id" FROM "movies" AS m0 WHERE ((m0."id", m0."title") in (SELECT m1."id" AS "0", m1."title" AS "1" FROM "movies" AS m1 WHERE (m1."id" = ?))) ORDER BY m0."id";

-- sql.identifier
SELECT "select" || o0."select" FROM "order""s" AS o0 ORDER BY o0."id";

-- sql.constant
SELECT upper('it''s \ me') FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- sql.splice
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" in (?, ?)) ORDER BY m0."id";

-- a column by a name at run time
SELECT m0."title" FROM "movies" AS m0 ORDER BY m0."id" LIMIT ?;

-- type casts in SQL and loads as that type
SELECT CAST(m0."id" AS TEXT), CAST(? AS INTEGER), CAST(m0."visits" AS REAL), CAST(NULL AS INTEGER) FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a path into JSON
SELECT NULLIF(m0."meta" -> '$."k"', 'null'), NULLIF(m0."meta" -> '$."list"[0]."b"', 'null'), NULLIF(m0."meta" -> '$."list"[#-1]', 'null'), NULLIF(m0."meta" -> '$."none"', 'null'), CASE WHEN json_type(m0."meta", '$."n"') IN ('integer', 'real', 'true', 'false') THEN m0."meta" -> '$."n"' ELSE CAST(json_extract(m0."meta", '$."n"') AS TEXT) END FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- quotes in a path
SELECT NULLIF(m0."meta" -> '$."it''s"."\"q\""', 'null') FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a JSON value is compared with text
SELECT m0."id" FROM "movies" AS m0 WHERE (json_extract(m0."meta", '$."k"') = ?) ORDER BY m0."id";

-- and with numbers
SELECT m0."id" FROM "movies" AS m0 WHERE (json_extract(m0."meta", '$."n"') > ?) ORDER BY m0."id";

-- a JSON value among others
SELECT m0."id" FROM "movies" AS m0 WHERE (json_extract(m0."meta", '$."k"') IN (SELECT value FROM json_each(?))) ORDER BY m0."id";

-- a JSON value as a number
SELECT m0."id" FROM "movies" AS m0 WHERE ((CAST(json_extract(m0."meta", '$."n"') AS INTEGER) + ?) = ?) ORDER BY m0."id";

-- a step that is a column
SELECT NULLIF(m0."meta" -> ('$."list"[' || m0."id" || ']'), 'null') FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a path through embeds names fields
SELECT NULLIF(m0."studio" -> '$."name"', 'null'), NULLIF(m0."owners" -> '$[1]."name"', 'null') FROM "movies" AS m0 WHERE (json_extract(m0."studio", '$."founded_on"') = ?) ORDER BY m0."id";

-- conditions on null are written with isNull
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."visits" IS NULL) ORDER BY m0."id";

-- functions of any number of values of any type
SELECT concat(m0."title", ?, ?), concat_ws(?, m0."title", ?, m0."id") FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- functions by name of expressions, with values beside them
SELECT substr(upper(m0."title"), ?, ?), replace(m0."title" || ?, ?, ?), substr((SELECT d1."name" AS "name" FROM "distributors" AS d1), ?) FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- functions by name
SELECT length(m0."title") FROM "movies" AS m0 ORDER BY m0."id";

-- a column called select of a table with a quote
SELECT o0."select", o0."group" FROM "order""s" AS o0 WHERE (o0."select" = ?);

-- concat
SELECT m0."title" || ? || m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- values of every kind are constants of a select
SELECT ?, ?, ?, ?, ?, ?, ?, m0."id" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a subquery is an expression
SELECT m0."id", (SELECT max(c1."id") AS "value" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id")) + ?, coalesce((SELECT d2."name" AS "name" FROM "distributors" AS d2 WHERE (d2."movie_id" = m0."id")), ?) FROM "movies" AS m0 WHERE ((SELECT max(c3."id") AS "value" FROM "characters" AS c3 WHERE (c3."movie_id" = m0."id")) > ?) AND ((SELECT max(c4."id") AS "value" FROM "characters" AS c4 WHERE (c4."movie_id" = m0."id")) BETWEEN ? AND ?) ORDER BY (SELECT max(c5."id") AS "value" FROM "characters" AS c5 WHERE (c5."movie_id" = m0."id")) DESC, m0."id";

-- a subquery in select, orderBy and where at once
SELECT m0."id", (SELECT count(c1."id") AS "value" FROM "characters" AS c1 WHERE (c1."movie_id" = m0."id")) FROM "movies" AS m0 ORDER BY (SELECT count(c2."id") AS "value" FROM "characters" AS c2 WHERE (c2."movie_id" = m0."id")) DESC, m0."id";

-- a schema
SELECT m0."title" FROM "movies" AS m0 ORDER BY m0."id";

-- a table's name
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id" LIMIT ?;

-- another table with the rows of a schema
SELECT a0."id", a0."name" FROM "actors" AS a0 WHERE (a0."id" = ?);

-- a query is a source to go on from
SELECT m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a fragment with columns
SELECT f0."n", f0."t" FROM (select 1 as n, 'a' as t) AS f0;

-- a fragment with values
SELECT f0."t" FROM (select ? as t) AS f0;

-- a fragment with the rows of a schema
SELECT f0."id", f0."name", f0."movie_id" FROM (select id, name, movie_id from distributors) AS f0;

-- a list of values
SELECT v0."id", v0."label" FROM (SELECT CAST(value ->> 0 AS INTEGER) AS "id", CAST(value ->> 1 AS TEXT) AS "label" FROM json_each(?) LIMIT -1) AS v0;

-- a list of values in a join
SELECT m0."title", v1."label" FROM "movies" AS m0 INNER JOIN (SELECT CAST(value ->> 0 AS INTEGER) AS "id", CAST(value ->> 1 AS TEXT) AS "label" FROM json_each(?) LIMIT -1) AS v1 ON v1."id" = m0."id" ORDER BY m0."id";

-- a missing row of values is null
SELECT v1."id" FROM "movies" AS m0 LEFT OUTER JOIN (SELECT CAST(value ->> 0 AS INTEGER) AS "id" FROM json_each(?) LIMIT -1) AS v1 ON v1."id" = m0."id" ORDER BY m0."id";

-- a subquery
SELECT s0."title" FROM (SELECT m1."id" AS "id", m1."title" AS "title", m1."tagline" AS "tagline", m1."rating" AS "rating", m1."visits" AS "visits", m1."released_on" AS "released_on", m1."seen_at" AS "seen_at", m1."meta" AS "meta", m1."tags" AS "tags", m1."studio" AS "studio", m1."owners" AS "owners" FROM "movies" AS m1 WHERE (m1."id" > ?)) AS s0 ORDER BY s0."id";

-- a subquery of whole rows gives structs
SELECT s0."id", s0."name", s0."hero", s0."movie_id" FROM (SELECT c1."id" AS "id", c1."name" AS "name", c1."hero" AS "hero", c1."movie_id" AS "movie_id" FROM "characters" AS c1 WHERE (c1."id" = ?)) AS s0;

-- a subquery's columns keep their types
SELECT s0."key", s0."on", s0."seen", s0."rating" FROM (SELECT m1."id" AS "key", m1."released_on" AS "on", m1."seen_at" AS "seen", m1."rating" AS "rating" FROM "movies" AS m1) AS s0 WHERE (s0."key" = ?);

-- a virtual field may come out of a subquery
SELECT s0."id", s0."title", s0."shout" FROM (SELECT m1."id" AS "id", m1."title" AS "title", upper(m1."title") AS "shout" FROM "movies" AS m1 WHERE (m1."id" = ?)) AS s0;

-- a subquery in a join
SELECT m0."title", s1."cast" FROM "movies" AS m0 INNER JOIN (SELECT c2."movie_id" AS "movieId", count(c2."id") AS "cast" FROM "characters" AS c2 GROUP BY c2."movie_id") AS s1 ON s1."movieId" = m0."id" ORDER BY m0."id";

-- as and parentAs
SELECT m0."title" FROM "movies" AS m0 WHERE (EXISTS(SELECT 1 AS "value" FROM "distributors" AS d1 WHERE (d1."movie_id" = m0."id")));

-- parentAs reaches through two levels
SELECT m0."title" FROM "movies" AS m0 WHERE (EXISTS(SELECT 1 AS "value" FROM "characters" AS c1 WHERE (EXISTS(SELECT 1 AS "value" FROM "distributors" AS d2 WHERE (d2."movie_id" = m0."id")))));

-- as names a binding that is found late
SELECT m0."title" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" WHERE (c1."name" = ?);

-- a join of an association
SELECT c0."name", m1."title" FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON m1."id" = c0."movie_id" ORDER BY c0."id";

-- a join of an association of a join
SELECT d0."name", c2."name" FROM "distributors" AS d0 INNER JOIN "movies" AS m1 ON m1."id" = d0."movie_id" INNER JOIN "characters" AS c2 ON c2."movie_id" = m1."id";

-- a join through a join table
SELECT m0."id", a2."name" FROM "movies" AS m0 INNER JOIN "movies_actors" AS m1 ON m1."movie_id" = m0."id" INNER JOIN "actors" AS a2 ON a2."id" = m1."actor_id" ORDER BY m0."id", a2."id";

-- a join through associations
SELECT a3."name" FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON m1."id" = c0."movie_id" INNER JOIN "movies_actors" AS m2 ON m2."movie_id" = m1."id" INNER JOIN "actors" AS a3 ON a3."id" = m2."actor_id" WHERE (c0."name" = ?) ORDER BY a3."id";

-- a join of an association with a filter
SELECT c1."name" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON (c1."movie_id" = m0."id") AND (c1."hero" = 1) ORDER BY m0."id";

-- another condition beside the association's
SELECT c1."name" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON (c1."movie_id" = m0."id") AND (c1."name" LIKE ? ESCAPE '\') ORDER BY m0."id";

-- another condition as an object, about what is joined
SELECT m0."id", c1."name" FROM "movies" AS m0 LEFT OUTER JOIN "characters" AS c1 ON (c1."movie_id" = m0."id") AND (c1."name" = ?) ORDER BY m0."id";

-- a condition as an object
SELECT m0."id", a1."name" FROM "movies" AS m0 INNER JOIN "actors" AS a1 ON a1."name" = ? ORDER BY m0."id" LIMIT ?;

-- a condition as a dynamic
SELECT d1."name" FROM "movies" AS m0 INNER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" ORDER BY m0."id";

-- leftJoin leaves null for what is missing
SELECT m0."id", d1."name", d1."id", d1."movie_id" FROM "movies" AS m0 LEFT OUTER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" ORDER BY m0."id";

-- rightJoin makes the root null
SELECT d0."id", d0."name", d0."movie_id", m1."title" FROM "distributors" AS d0 RIGHT OUTER JOIN "movies" AS m1 ON m1."id" = d0."movie_id" ORDER BY m1."id";

-- fullJoin makes both sides null
SELECT c0."name", d1."id", d1."name", d1."movie_id" FROM "characters" AS c0 FULL OUTER JOIN "distributors" AS d1 ON c0."movie_id" = d1."movie_id" WHERE ((c0."movie_id" IS NULL) OR (d1."id" IS NOT NULL)) ORDER BY c0."id";

-- crossJoin
SELECT m0."id", a1."id" FROM "movies" AS m0 CROSS JOIN "actors" AS a1 WHERE (a1."id" = ?) ORDER BY m0."id";

-- a join with a fragment
SELECT m0."id", f1."label" FROM "movies" AS m0 INNER JOIN (select 2 as id, ? as label) AS f1 ON m0."id" = f1."id" ORDER BY m0."id";

-- a join with a table, and with a fragment, whose rows are a schema's
SELECT m0."id", a1."name", f2."id", f2."name", f2."movie_id" FROM "movies" AS m0 LEFT OUTER JOIN "actors" AS a1 ON m0."id" = a1."id" INNER JOIN (select id, name, movie_id from distributors) AS f2 ON m0."id" = f2."movie_id" ORDER BY m0."id";

-- a crossJoin with a table's name and a fragment
SELECT m0."id", d1."name", f2."n" FROM "movies" AS m0 CROSS JOIN "distributors" AS d1 CROSS JOIN (select 1 as n) AS f2 ORDER BY m0."id" LIMIT ?;

-- a join with a table's name
SELECT m0."id", d1."name" FROM "movies" AS m0 INNER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" ORDER BY m0."id";

-- a join with a query that filters
SELECT c1."name" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON (c1."movie_id" = m0."id") AND (c1."hero" = ?) ORDER BY m0."id";

-- a join of a query with itself
SELECT m0."id", m1."id" FROM "movies" AS m0 INNER JOIN "movies" AS m1 ON (m1."id" > m0."id") AND (m1."id" < ?) WHERE (m0."id" < ?) ORDER BY m0."id";

-- the same schema twice
SELECT c0."name", c1."name" FROM "categories" AS c0 INNER JOIN "categories" AS c1 ON c0."parent_id" = c1."id" ORDER BY c0."id";

-- a self reference as an association
SELECT c1."name", c0."name", c2."name" FROM "categories" AS c0 INNER JOIN "categories" AS c1 ON c1."id" = c0."parent_id" INNER JOIN "categories" AS c2 ON c2."parent_id" = c0."id" ORDER BY c0."id";

-- a CTE by its name
WITH "old" AS (SELECT m1."id" AS "id", m1."title" AS "title" FROM "movies" AS m1 WHERE (m1."id" < ?)) SELECT o0."title" FROM "old" AS o0 ORDER BY o0."id";

-- a CTE with the rows of a schema
WITH "old" AS (SELECT m1."id" AS "id", m1."title" AS "title", m1."tagline" AS "tagline", m1."rating" AS "rating", m1."visits" AS "visits", m1."released_on" AS "released_on", m1."seen_at" AS "seen_at", m1."meta" AS "meta", m1."tags" AS "tags", m1."studio" AS "studio", m1."owners" AS "owners" FROM "movies" AS m1 WHERE (m1."id" = ?)) SELECT o0."title", o0."released_on" FROM "old" AS o0;

-- a CTE joined
WITH "cast" AS (SELECT c1."movie_id" AS "movieId", count(*) AS "total" FROM "characters" AS c1 GROUP BY c1."movie_id") SELECT m0."id", c2."total" FROM "movies" AS m0 INNER JOIN "cast" AS c2 ON c2."movieId" = m0."id" ORDER BY m0."id";

-- a CTE of a fragment
WITH "numbers" AS (select 7 as n) SELECT n0."n" FROM "numbers" AS n0;

-- a CTE by the name of its own table reads the table
WITH "movies" AS (SELECT m1."id" AS "id" FROM "main"."movies" AS m1 WHERE (m1."id" = ?)) SELECT m0."id" FROM "movies" AS m0;

-- materialized
WITH "m" AS MATERIALIZED (SELECT max(m1."id") AS "top" FROM "movies" AS m1) SELECT m0."top" FROM "m" AS m0;

-- not materialized
WITH "m" AS NOT MATERIALIZED (SELECT max(m1."id") AS "top" FROM "movies" AS m1) SELECT m0."top" FROM "m" AS m0;

-- a recursive CTE
WITH RECURSIVE "tree" AS (SELECT c1."id" AS "id", c1."name" AS "name", 0 AS "depth" FROM "categories" AS c1 WHERE (c1."parent_id" IS NULL) UNION ALL SELECT c2."id", c2."name", t3."depth" + ? FROM "categories" AS c2 INNER JOIN "tree" AS t3 ON c2."parent_id" = t3."id") SELECT t0."name", t0."depth" FROM "tree" AS t0 ORDER BY t0."id";

-- a recursive CTE with the rows of a schema
WITH RECURSIVE "tree" AS (SELECT c1."id" AS "id", c1."name" AS "name", c1."parent_id" AS "parent_id" FROM "categories" AS c1 WHERE (c1."id" = ?) UNION ALL SELECT c2."id", c2."name", c2."parent_id" FROM "categories" AS c2 INNER JOIN "tree" AS t3 ON c2."parent_id" = t3."id") SELECT t0."name" FROM "tree" AS t0 ORDER BY t0."id";

-- one CTE reads another
WITH "a" AS (SELECT m1."id" AS "id" FROM "movies" AS m1), "b" AS (SELECT a2."id" AS "id" FROM "a" AS a2 WHERE (a2."id" > ?)) SELECT b0."id" FROM "b" AS b0;

-- union leaves duplicates out
SELECT m0."title" FROM "movies" AS m0 UNION SELECT m1."title" FROM "movies" AS m1 ORDER BY 1;

-- unionAll of two schemas
SELECT ?, a0."name" FROM "actors" AS a0 WHERE (a0."id" = ?) UNION ALL SELECT ?, d1."name" FROM "distributors" AS d1;

-- columns line up by their names
SELECT a0."name", a0."id" FROM "actors" AS a0 WHERE (a0."id" = ?) UNION ALL SELECT d1."name", d1."id" FROM "distributors" AS d1;

-- the same column twice in a union
SELECT a0."name", a0."name" FROM "actors" AS a0 WHERE (a0."id" = ?) UNION ALL SELECT m1."title", m1."tagline" FROM "movies" AS m1 WHERE (m1."id" = ?);

-- tuples in a union
SELECT a0."id", a0."name" FROM "actors" AS a0 WHERE (a0."id" = ?) UNION ALL SELECT m1."id", m1."title" FROM "movies" AS m1 WHERE (m1."id" = ?);

-- whole structs in a union
SELECT d0."id", d0."name", d0."movie_id" FROM "distributors" AS d0 UNION SELECT d1."id", d1."name", d1."movie_id" FROM "distributors" AS d1;

-- intersect and except
SELECT m0."id" FROM "movies" AS m0 EXCEPT SELECT c1."movie_id" FROM "characters" AS c1 WHERE (c1."hero" = ?) INTERSECT SELECT m2."id" FROM "movies" AS m2 WHERE (m2."id" < ?);

-- the order and limit of the first query are those of the whole
SELECT m0."id" FROM "movies" AS m0 WHERE (m0."id" = ?) UNION SELECT * FROM (SELECT m1."id" FROM "movies" AS m1 WHERE (m1."id" > ?) ORDER BY m1."id" DESC LIMIT ?) ORDER BY 1 DESC LIMIT ?;

-- a union in a subquery
SELECT s0."name" FROM (SELECT a1."name" AS "name" FROM "actors" AS a1 UNION SELECT d2."name" FROM "distributors" AS d2) AS s0 WHERE (s0."name" LIKE ? ESCAPE '\');

-- a subquery in a select on the same schema
SELECT m0."id", (SELECT count(m1."id") AS "value" FROM "movies" AS m1 WHERE (m1."id" < m0."id")) FROM "movies" AS m0 ORDER BY m0."id";

-- a field, a tuple, an object, a nested mix
SELECT m0."id", m0."title", m0."visits" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a list of fields gives structs with these alone
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id" LIMIT ?;

-- struct and map
SELECT m0."title", m0."id", m0."tagline" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- merge replaces fields of a struct
SELECT d0."id", d0."name", d0."movie_id", upper(d0."name") FROM "distributors" AS d0;

-- a merge into a missing row is null
SELECT d1."id", d1."name", d1."movie_id", ? FROM "movies" AS m0 LEFT OUTER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" ORDER BY m0."id";

-- a struct made of expressions
SELECT m0."title", m0."id" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- selectMerge onto nothing keeps the whole struct
SELECT d0."id", d0."name", d0."movie_id", lower(d0."name") FROM "distributors" AS d0;

-- selectMerge of a virtual field
SELECT m0."id", upper(m0."title") FROM "movies" AS m0 WHERE (m0."id" = ?);

-- selectMerge of objects: the right wins
SELECT m0."id", m0."visits" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- takes are combined
SELECT m0."id", m0."title", m0."visits" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a field that is not loaded by itself is added
SELECT m0."id", m0."secret" FROM "movies" AS m0 WHERE (m0."id" = ?);

-- an object with a binding on top
SELECT m0."title", d1."name" FROM "movies" AS m0 INNER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" WHERE (m0."id" = ?) ORDER BY m0."id";

-- a missing right side keeps the left
SELECT m0."title", d1."id", d1."name", d1."movie_id" FROM "movies" AS m0 LEFT OUTER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" WHERE (m0."id" = ?) ORDER BY m0."id";

-- map of a missing row is a map of nulls
SELECT d1."id", d1."name" FROM "movies" AS m0 LEFT OUTER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" WHERE (m0."id" = ?) ORDER BY m0."id";

-- a field with loadInQuery: false is left out
SELECT m0."id", m0."title", m0."tagline", m0."rating", m0."visits", m0."released_on", m0."seen_at", m0."meta", m0."tags", m0."studio", m0."owners", m0."secret" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a named expression in groupBy and orderBy
SELECT CASE WHEN c0."hero" = ? THEN ? ELSE ? END AS "group", count(*) AS "total" FROM "characters" AS c0 GROUP BY "group" ORDER BY "total" DESC;

-- distinct
SELECT DISTINCT c0."movie_id" FROM "characters" AS c0 WHERE (c0."movie_id" IS NOT NULL) ORDER BY c0."movie_id";

-- order by names, directions and expressions
SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."visits" DESC NULLS LAST, m0."title", m0."id" DESC;

-- nulls first
SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."visits" ASC NULLS FIRST;

-- prependOrderBy
SELECT c0."id" FROM "characters" AS c0 ORDER BY c0."movie_id" DESC NULLS LAST, c0."id";

-- groupBy and having
SELECT c0."movie_id", count(*) FROM "characters" AS c0 GROUP BY c0."movie_id" HAVING ((count(c0."id") > ?) OR (c0."movie_id" = ?)) ORDER BY c0."movie_id";

-- limit and offset
SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."id" LIMIT ? OFFSET ?;

-- the last limit wins
SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."id" LIMIT ?;

-- offset without limit
SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."id" LIMIT -1 OFFSET ?;

-- exclude
SELECT count(*) FROM "movies" AS m0;

-- first and last
SELECT m0."id" FROM "movies" AS m0 UNION SELECT * FROM (SELECT m1."id" FROM "movies" AS m1 ORDER BY m1."id" DESC LIMIT ?);

-- last by the order it has
SELECT m0."title" FROM "movies" AS m0 ORDER BY m0."title" DESC LIMIT ?;

-- reverseOrder flips directions and nulls
SELECT m0."id" FROM "movies" AS m0 ORDER BY m0."visits" ASC NULLS FIRST;

-- limitPer on a query
SELECT s1."c0", s1."c1" FROM (SELECT c0."movie_id" AS "c0", c0."name" AS "c1", row_number() OVER (PARTITION BY c0."movie_id" ORDER BY c0."id" DESC) AS "ectype_row", c0."id" AS "ectype_order0" FROM "characters" AS c0 WHERE (c0."movie_id" IS NOT NULL)) AS s1 WHERE (s1."ectype_row" <= ?) ORDER BY s1."ectype_order0" DESC;

-- limitPer with a join and whole structs
SELECT s2."c0", s2."c1" FROM (SELECT c0."name" AS "c0", m1."title" AS "c1", row_number() OVER (PARTITION BY m1."id" ORDER BY c0."id") AS "ectype_row", c0."id" AS "ectype_order0" FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON m1."id" = c0."movie_id") AS s2 WHERE (s2."ectype_row" <= ?) ORDER BY s2."ectype_order0";

-- aggregates and their types
SELECT count(*), count(m0."tagline"), count(DISTINCT m0."tagline"), sum(m0."visits"), min(m0."title"), max(m0."released_on"), max(m0."seen_at"), sum(CAST(m0."rating" AS NUMERIC)) FROM "movies" AS m0;

-- avg
SELECT avg(m0."visits") = 6.5 FROM "movies" AS m0;

-- aggregates of nothing are null, a count is zero
SELECT count(*), sum(m0."visits"), avg(m0."visits"), max(m0."title") FROM "movies" AS m0 WHERE (m0."id" = ?);

-- filter
SELECT count(c0."id") FILTER (WHERE c0."hero" = ?), max(c0."name") FILTER (WHERE c0."movie_id" = ?) FROM "characters" AS c0;

-- an aggregate with an order of its own, each value once
SELECT count(DISTINCT c0."movie_id"), max(c0."name" ORDER BY c0."id" DESC, c0."name") FILTER (WHERE c0."hero" = ?) FROM "characters" AS c0 WHERE (c0."movie_id" IS NOT NULL);

-- a list of texts in an order
SELECT string_agg(c0."name", ? ORDER BY c0."name" DESC) FILTER (WHERE c0."movie_id" IS NOT NULL) FROM "characters" AS c0;

-- a list of texts in an order, over a window
SELECT c0."name", string_agg(c0."name", ?) OVER (ORDER BY c0."name") FROM "characters" AS c0 WHERE (c0."movie_id" = ?) ORDER BY c0."id";

-- windows by name, extended and inline
SELECT c0."id", row_number() OVER "w", count(c0."id") OVER (PARTITION BY c0."movie_id"), count(*) OVER (), sum(c0."id") OVER "w" FROM "characters" AS c0 WHERE (c0."movie_id" IS NOT NULL) WINDOW "w" AS (PARTITION BY c0."movie_id" ORDER BY c0."id") ORDER BY c0."id";

-- a frame
SELECT sum(c0."id") OVER (ORDER BY c0."id" ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM "characters" AS c0 WHERE (c0."id" < ?) ORDER BY c0."id";

-- window functions
SELECT rank() OVER "w", dense_rank() OVER "w", ntile(?) OVER "w", percent_rank() OVER "w", lag(m0."title") OVER "w", lead(m0."id", ?, ?) OVER "w", first_value(m0."id") OVER "w", nth_value(m0."id", ?) OVER "w" FROM "movies" AS m0 WINDOW "w" AS (ORDER BY m0."id") ORDER BY m0."id";

-- cumeDist and lastValue
SELECT cume_dist() OVER (ORDER BY m0."id"), last_value(m0."id") OVER (ORDER BY m0."id") FROM "movies" AS m0 ORDER BY m0."id" LIMIT ? OFFSET ?;

-- an aggregate with filter over a window
SELECT count(*) FILTER (WHERE m0."id" > ?) OVER (ORDER BY m0."id") FROM "movies" AS m0 ORDER BY m0."id";

-- by name
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id";

-- a list and a tree of names
SELECT c0."id", c0."name", c0."hero", c0."movie_id" FROM "characters" AS c0 WHERE (c0."id" = ?);

-- out of a join
SELECT m0."id", m0."title", c1."id", c1."name", c1."hero", c1."movie_id" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" ORDER BY m0."id", c1."id" DESC;

-- out of a left join
SELECT m0."id", m0."title", d1."id", d1."name", d1."movie_id" FROM "movies" AS m0 LEFT OUTER JOIN "distributors" AS d1 ON d1."movie_id" = m0."id" ORDER BY m0."id";

-- a preload below one out of a join
SELECT c0."id", c0."name", c0."parent_id", c1."id", c1."name", c1."parent_id" FROM "categories" AS c0 INNER JOIN "categories" AS c1 ON c1."id" = c0."parent_id" WHERE (c0."id" = ?);

-- joins below joins
SELECT c0."id", c0."name", c0."parent_id", c1."id", c1."name", c1."parent_id", c2."id", c2."name", c2."parent_id" FROM "categories" AS c0 INNER JOIN "categories" AS c1 ON c1."id" = c0."parent_id" INNER JOIN "categories" AS c2 ON c2."id" = c1."parent_id" WHERE (c0."id" = ?);

-- with a query
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id";

-- with a query that selects
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- the limit of the query is over all parents
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id";

-- limitPer in a preload of hasMany is per parent
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id";

-- limitPer in a preload of manyToMany is per parent
SELECT m0."id", m0."title" FROM "movies" AS m0 ORDER BY m0."id";

-- a query and what is below it
SELECT d0."id", d0."name", d0."movie_id" FROM "distributors" AS d0;

-- with a function
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- with a function for manyToMany, which gives pairs
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- through loads each step and each row once
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?);

-- through out of a join fills only itself
SELECT c0."id", c0."name", c0."hero", c0."movie_id", a3."id", a3."name" FROM "characters" AS c0 INNER JOIN "movies" AS m1 ON m1."id" = c0."movie_id" INNER JOIN "movies_actors" AS m2 ON m2."movie_id" = m1."id" INNER JOIN "actors" AS a3 ON a3."id" = m2."actor_id" WHERE (c0."id" = ?) ORDER BY a3."id";

-- preloadOrder orders a preload
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- the query's own order goes before preloadOrder
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- the root inside an object and a tuple
SELECT d0."name", d0."id", d0."movie_id" FROM "distributors" AS d0;

-- the root inside a tuple, with a preload out of a join
SELECT m0."id", m0."title", c1."id", c1."name", c1."hero", c1."movie_id" FROM "movies" AS m0 INNER JOIN "characters" AS c1 ON c1."movie_id" = m0."id" WHERE (m0."id" = ?) ORDER BY c1."id";

-- an association with a filter
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" < ?) ORDER BY m0."id";

-- a union in a subquery is preloaded
SELECT m0."id", m0."title" FROM "movies" AS m0 WHERE (m0."id" = ?) ORDER BY m0."id";

-- a preload of nothing to load is an empty list
SELECT m0."id", m0."title", m0."tagline", m0."rating", m0."visits", m0."released_on", m0."seen_at", m0."meta", m0."tags", m0."studio", m0."owners" FROM "movies" AS m0 WHERE (m0."id" = ?);
