import * as ectype from "ectype";
import { change, EctypeError, err, field, from, Multi, ok, type Result } from "ectype";
import { describe, expect, expectTypeOf, test } from "vitest";
import { Movie } from "../support/movies.ts";

describe("the package", () => {
  test("Result, ok and err", () => {
    const results: Result<number, string>[] = [ok(1), err("no")];
    expect(results).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: "no" },
    ]);
    for (const result of results) {
      if (result.ok) expectTypeOf(result.value).toEqualTypeOf<number>();
      else expectTypeOf(result.error).toEqualTypeOf<string>();
    }
  });

  test("all that the page names is there", () => {
    const names =
      "schema field belongsTo hasMany hasOne manyToMany embeddedSchema embedsOne embedsMany buildAssoc assoc meta putMeta isLoaded primaryKey resetFields embeddedLoad embeddedDump " +
      "cast change from subquery sql dynamic inspect createRepo Multi and or not count sum avg min max coalesce filter over exists any all type selectedAs ago fromNow datetimeAdd dateAdd " +
      "jsonExtractPath rowNumber rank denseRank percentRank cumeDist ntile lag lead firstValue lastValue nthValue cte parentAs as ok err Decimal placeholder " +
      "EctypeError NotLoadedError InvalidChangesetError ConstraintError StaleEntryError NoResultsError MultipleResultsError NoPrimaryKeyFieldError NoPrimaryKeyValueError CastError ChangeError QueryError MigrationError TransactionError ConnectionError PoolTimeoutError AbortedError ConfigError";
    expect(names.split(" ").filter((name) => !(name in ectype))).toEqual([]);
    for (const [name, value] of Object.entries(ectype)) {
      if (!name.endsWith("Error") || name === "EctypeError" || typeof value !== "function") continue;
      expect([name, value.prototype instanceof EctypeError]).toEqual([name, true]);
    }
    for (const name of "id uuid string text integer bigint float decimal boolean binary date time naiveDatetime utcDatetime json array enum map duration vector any of".split(
      " ",
    ))
      expect([name, typeof (field as Record<string, unknown>)[name]]).toEqual([name, "function"]);
    for (const name of "cast validateRequired validateLength validateFormat validateNumber validateInclusion validateExclusion validateSubset validateConfirmation validateAcceptance validateChange unsafeValidateUnique uniqueConstraint foreignKeyConstraint assocConstraint noAssocConstraint checkConstraint exclusionConstraint castAssoc putAssoc reorderAssoc castEmbed putEmbed putChange forceChange deleteChange updateChange getField fetchField getChange fetchChange getAssoc getEmbed changed fieldMissing addError prepareChanges optimisticLock merge applyChanges applyAction applyActionOrThrow traverseErrors pipe".split(
      " ",
    ))
      expect([name, typeof (change(Movie.build()) as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
    for (const name of "where orWhere having orHaving select selectMerge distinct orderBy prependOrderBy groupBy limit offset withTies lock update preload windows union unionAll intersect intersectAll except exceptAll withCte exclude prefix hints first last reverseOrder join innerJoin leftJoin rightJoin fullJoin crossJoin innerLateralJoin leftLateralJoin as".split(
      " ",
    ))
      expect([name, typeof (from(Movie) as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
    for (const name of "eq ne lt lte gt gte in notIn isNull isNotNull like ilike between add sub mul div asc desc ascNullsFirst ascNullsLast descNullsFirst descNullsLast".split(
      " ",
    ))
      from(Movie).where((m) => {
        expect([name, typeof (m.title as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
        return m.id.gt(0);
      });
    for (const name of "insert update delete insertOrUpdate insertAll updateAll deleteAll one all exists run put merge append prepend error inspect toList".split(
      " ",
    ))
      expect([name, typeof (new Multi() as unknown as Record<string, unknown>)[name]]).toEqual([name, "function"]);
  });
});
