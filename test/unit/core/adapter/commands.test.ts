import { describe, expect, test } from "vitest";
import { sqlReader as postgres } from "../../../../src/postgres/lexis.ts";
import { sqlReader as sqlite } from "../../../../src/sqlite/lexis.ts";

const kinds = (sql: string, reader = postgres) => reader.commands(sql).map(({ kind }) => kind);

describe("the commands in SQL text", () => {
  test.each([
    ["BEGIN", ["begin"]],
    ["  begin work", ["begin"]],
    ["\ufeffBEGIN", ["begin"]],
    ["start\n\ttransaction isolation level serializable", ["begin"]],
    ["-- BEGIN\ncommit", ["end"]],
    ["/* a */ COMMIT AND CHAIN", ["end"]],
    ["select 1; -- then\r\n end ;", ["end"]],
    ["Abort;;BEGIN", ["end", "begin"]],
    ["rollback", ["end"]],
    ["rollback to savepoint a", ["savepoint"]],
    ["ROLLBACK TRANSACTION TO a", ["savepoint"]],
    ["savepoint a; release a", ["savepoint", "savepoint"]],
    ["select ';'' commit'; commit", ["end"]],
    ['select 1 as ";", "a""b"; commit', ["end"]],
    ["select 'begin; commit'", []],
    ["select case when 1 = 1 then 2 end", []],
    ["insert into t (begin, \"end\") values (1, 'rollback')", []],
    ["select 1 -- ; commit", []],
    ["( select 1 ) ; commit", ["end"]],
    ["update t set a = 1 where begin = 2", []],
    ["select set_config_of from t; select start from t", []],
  ])("%j on both databases", (sql, expected) => {
    expect([kinds(sql), kinds(sql, sqlite)]).toEqual([expected, expected]);
  });

  test.each([
    ["/* a /* b */ ; commit */ select 1", []],
    ["/* a /* b */ */ commit", ["end"]],
    ["select $$; commit $$; commit", ["end"]],
    ["select $x$; $$ commit $x$", []],
    ["do $$ begin commit; end $$", []],
    ["select a$b$ from t; commit", ["end"]],
    ["select E'\\'; commit'", []],
    ["select E'a''\\'; commit'", []],
    ["select 'a\\'; commit", ["end"]],
    ["prepare transaction 'x'", ["end"]],
    ["commit prepared 'x'; rollback prepared 'y'", []],
    ["create function f() returns int language sql begin atomic select case when true then 1 end; select 2; end; commit", ["end"]],
    ["create rule r as on insert to t do (select 1; select 2)", []],
    ["create table t (begin int); commit", ["end"]],
    ["set local search_path = a; set transaction read only; set constraints all deferred", []],
    ["set search_path = a", ["session"]],
    ["SET SESSION x = 1; reset all; discard all; listen a; prepare x as select 1", ["session", "session", "session", "session", "session"]],
    ["select set_config('a', 'b', true)", []],
    ["select set_config('a', f(1, true), false), f(2, true)", ["session"]],
    ["select set_config(concat('a', f(1, false)), 'b', true), f(2, false)", []],
    ["select set_config('a', 'b', not true)", ["session"]],
    [`select "set_config"('a', 'b', false)`, ["session"]],
    [`select "SET_CONFIG"('a', 'b', false)`, []],
    ["select set_config('a', set_config('b', 'c', false), true)", ["session"]],
    ["select pg_catalog.set_config('a', 'b', false)", ["session"]],
    ["select a[1]; commit", ["end"]],
  ])("%j on PostgreSQL", (sql, expected) => expect(kinds(sql)).toEqual(expected));

  test.each([
    ["select `;` , [; commit ;] from t; commit", ["end"]],
    ["/* a /* b */ commit", ["end"]],
    ["create temp trigger a after insert on t begin update t set a = case when 1 then 2 end; select 1; end; commit", ["end"]],
    ["create table t (begin, [end]); commit", ["end"]],
    ["set x = 1", []],
  ])("%j on SQLite", (sql, expected) => expect(kinds(sql, sqlite)).toEqual(expected));

  test("says the words", () => {
    expect(postgres.commands("start  /* */ transaction; prepare transaction 'a'; end").map(({ words }) => words)).toEqual([
      "START TRANSACTION",
      "PREPARE TRANSACTION",
      "END",
    ]);
  });

  test("reads megabytes in no time to speak of, without running out of stack", () => {
    const long = `select '${"a''b".repeat(1_000_000)}', E'${"\\'".repeat(1_000_000)}' ; commit`;
    expect(kinds(long)).toEqual(["end"]);
  });
});
