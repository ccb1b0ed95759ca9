import { buildAssoc, change, inspect } from "ectype";
import { repo } from "./repo.ts";
import { Actor } from "./schemas/actor.ts";
import { Movie } from "./schemas/movie.ts";

const show = (value: unknown) => console.log(`${inspect(value)}\n`);
const say = (text: string) => console.log(`# ${text}`);

say("Saving with buildAssoc: a movie, its character, its distributor");
const built = Movie.build({ title: "Ready Player One", tagline: "Something about video games" });
show(built);
const movie = await repo.insertOrThrow(built);

const character = buildAssoc(movie, "characters", { name: "Wade Watts" });
show(character);
show(await repo.insertOrThrow(character));

const distributor = buildAssoc(movie, "distributor", { name: "Netflix" });
show(distributor);
show(await repo.insertOrThrow(distributor));

say("Saving with putAssoc: many to many");
const actor = await repo.insertOrThrow(Actor.build({ name: "Tyler Sheridan" }));
show(actor);

const loaded = await repo.preload(movie, ["distributor", "characters", "actors"]);
show(loaded);

const movieChangeset = change(loaded);
show(movieChangeset);

const movieActorsChangeset = movieChangeset.putAssoc("actors", [actor]);
show(movieActorsChangeset);
show(await repo.updateOrThrow(movieActorsChangeset));

say("And a brand new actor, from its attributes alone");
const changeset = movieChangeset.putAssoc("actors", [{ name: "Gary" }]);
show(changeset);
show(await repo.updateOrThrow(changeset));

await repo.close();
