import { CastError, exists, field, from, schema } from "ectype";
import { expect, test } from "vitest";

class Movie extends schema("movies", { title: field.string() }) {}
class Cast extends schema("casts", { movieId: field.integer(), pin: field.integer({ redact: true }) }) {}

function thrown(fn: () => unknown): CastError {
  try {
    fn();
  } catch (error) {
    expect(error).toBeInstanceOf(CastError);
    return error as CastError;
  }
  throw new Error("nothing was thrown");
}

test("an error in a subquery names the query around it, and those around that", () => {
  const inner = () => from(Cast).where((c) => c.movieId.eq("x" as never));
  const error = thrown(() =>
    from(Movie)
      .where({ title: "Rocket" })
      .where(() => exists(inner())),
  );
  expect(error.message).toMatch(
    /in query: #Query<from c0 in Cast[\s\S]*\nin outer query: #Query<from m0 in Movie, where: m0\.title == \^"Rocket">$/,
  );
  expect(error.stack).toContain("in outer query: ");
  const twice = thrown(() =>
    from(Movie).where((m) =>
      m.id.in(
        from(Movie)
          .where(() => exists(inner()))
          .select((o) => o.id),
      ),
    ),
  );
  expect(twice.message.match(/\nin outer query: /g)).toHaveLength(2);
});

test("a query by itself is named once", () => {
  const error = thrown(() => from(Cast).where((c) => c.movieId.eq("x" as never)));
  expect(error.message.match(/#Query</g)).toHaveLength(1);
  const update = thrown(() => from(Cast).update(() => ({ set: { movieId: "x" as never } })));
  expect(update.message.match(/#Query</g)).toHaveLength(1);
});

test("what is redacted in an outer query stays so", () => {
  const error = thrown(() =>
    from(Cast)
      .where({ pin: 4321 })
      .where(() => exists(from(Movie).where((m) => m.id.eq("x" as never)))),
  );
  expect(error.message).toContain("in outer query: #Query<from c0 in Cast");
  expect(error.message).not.toContain("4321");
});
