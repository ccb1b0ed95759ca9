import { createRepo, field, from, type Query, schema, type Slots } from "ectype";
import { sqlite } from "ectype/sqlite";

class Film extends schema("films", { title: field.string(), year: field.integer() }) {}

declare module "ectype" {
  interface CustomOptions {
    readonly everyone?: boolean;
  }
}

const repo = createRepo({
  adapter: sqlite({ database: ":memory:" }),
  defaultOptions: (operation) => (operation === "stream" ? { maxRows: 10 } : {}),
  prepareQuery: (_operation, query, options) => (options.everyone ? query : { query: query.where({ year: 2018 }), options }),
});

export async function reads(): Promise<void> {
  const titles: (string | null)[] = [];
  for await (const film of repo.stream(from(Film), { maxRows: 2, everyone: true })) titles.push(film.title);
  for await (const film of repo.stream(Film)) titles.push(film.title);

  const loose = repo.prepare((p) => from(Film).where((f) => f.id.eq(p.id)));
  const films: Film[] = await loose.all({ id: 1 });
  const typed = repo.prepare((p: Slots<{ years: number[]; title: string }>) =>
    from(Film)
      .where((f) => f.year.in(p.years))
      .where((f) => f.title.eq(p.title))
      .select((f) => f.id),
  );
  const id: number | null = await typed.one({ years: [2018], title: films[0]?.title ?? "" });
  // @ts-expect-error a year is a number
  await typed.one({ years: ["2018"], title: "" });
  // @ts-expect-error a value is missing
  await typed.one({ title: String(id) });
  // @ts-expect-error no such option
  await repo.all(Film, { everybody: true });
  const plain: Query<Film> = from(Film);
  await repo.all(plain, { everyone: true });
}
